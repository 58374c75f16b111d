"""Pictures for both networks: one large object on a plain ground for the denoiser, anything for the autoencoder.

A picture follows from its description, and a description from the seed and the picture's number. Sprites, textures and the
way a sprite is laid down are those of `training/emoji-clip/compose.py`, without its augmentation: what is seen here is drawn.
"""

from dataclasses import dataclass

import numpy as np
from PIL import Image

import beside  # noqa: F401  # finds the modules of emoji-clip
from compose import CROP, Composer, warped

from concepts import flat

# Dark and light end of each colour, as `training/emoji-scenes/textures.ts` paints them.
PALETTE = {
    'red': ((130, 20, 25), (232, 96, 88)),
    'orange': ((196, 92, 10), (255, 186, 110)),
    'yellow': ((205, 165, 20), (255, 238, 140)),
    'green': ((24, 96, 40), (136, 206, 120)),
    'teal': ((8, 96, 100), (120, 212, 204)),
    'blue': ((22, 54, 140), (120, 176, 240)),
    'purple': ((78, 32, 128), (186, 144, 230)),
    'pink': ((205, 76, 134), (255, 190, 214)),
    'brown': ((84, 50, 26), (176, 128, 84)),
    'gray': ((84, 86, 90), (186, 188, 192)),
    'black': ((8, 8, 12), (74, 76, 84)),
    'white': ((206, 206, 204), (255, 255, 253)),
}
COLOURS = list(PALETTE)
SMALLEST, LARGEST = 0.5, 0.75  # of the side, for the denoiser; larger ones are strange to emoji-clip
TURN = 6.0  # degrees, standard deviation


@dataclass(frozen=True)
class Item:
    """One object: concept and style of the art, side, centre and turn (degrees), lengths as shares of the picture."""

    concept: int
    style: int
    size: float
    x: float
    y: float
    turn: float
    mirrored: bool


@dataclass(frozen=True)
class Ground:
    """A colour that runs from shade `first` to `last` (0 dark, 1 light) in a direction; equal shades are plain."""

    colour: str
    first: float
    last: float
    angle: float


def single(concepts: list[int], composer: Composer, random: np.random.Generator, mirrored: float) -> tuple[Item, Ground]:
    """
    One of `concepts`, inside the picture. Two fifths of the grounds are plain, the others run
    between two shades of one colour. `mirrored` is the share of mirrored objects.
    """
    concept = concepts[random.integers(len(concepts))]
    styles = flat(composer.art, composer.styles[concept])
    size = random.uniform(SMALLEST, LARGEST)
    x, y = 0.5 + 0.7 * (1 - size) * random.uniform(-0.5, 0.5, 2)  # near the middle: easier to learn
    turn = float(np.clip(random.normal(0, TURN), -2 * TURN, 2 * TURN))
    style, flip = styles[random.integers(len(styles))], random.random() < mirrored
    return Item(concept, style, size, x, y, turn, bool(flip)), ground(random)


def ground(random: np.random.Generator) -> Ground:
    first, last = random.random(2)
    plain = random.random() < 0.4
    return Ground(COLOURS[random.integers(len(COLOURS))], first, first if plain else last, random.uniform(0, 2 * np.pi))


def drawn(item: Item, background: Ground, side: int, composer: Composer, random: np.random.Generator) -> np.ndarray:
    """→ [side, side, 3] bytes"""
    picture = Image.fromarray(painted(background, side))
    lay(picture, item, composer, random)
    return np.asarray(picture)


def painted(background: Ground, side: int) -> np.ndarray:
    """→ [side, side, 3] bytes"""
    dark, light = (np.array(end, np.float32) for end in PALETTE[background.colour])
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    along = axis[None] * np.cos(background.angle) + axis[:, None] * np.sin(background.angle)
    share = np.clip(0.5 + along / 2, 0, 1)[..., None]
    shade = background.first + share * (background.last - background.first)
    return np.uint8(dark + shade * (light - dark) + 0.5)


def lay(picture: Image.Image, item: Item, composer: Composer, random: np.random.Generator) -> None:
    """Draws the object over the picture."""
    side = picture.width
    length = item.size * side
    sprite = composer.sprite(item.concept, item.style, item.style, length, random, 0)
    layer, corner = warped(sprite, length, item.turn, item.mirrored, item.x * side, item.y * side, random, 0)
    straight = layer.convert('RGBA')
    picture.paste(straight.convert('RGB'), corner, straight.getchannel(3))


def varied(side: int, composer: Composer, random: np.random.Generator) -> np.ndarray:
    """
    For the autoencoder: one to three of all concepts, symbols too, small or large, in any style of the training, on a plain
    ground or, in a quarter of the pictures, on a texture. → [side, side, 3] bytes
    """
    if random.random() < 0.25:
        texture = composer.textures[random.integers(len(composer.textures))]
        left, top = random.integers(texture.width - CROP + 1, size=2).tolist()
        picture = texture.resize((side, side), Image.Resampling.HAMMING, (left, top, left + CROP, top + CROP))
    else:
        picture = Image.fromarray(painted(ground(random), side))
    count = 1 if random.random() < 0.6 else int(random.integers(2, 4))
    for _ in range(count):
        concept = int(random.integers(len(composer.styles)))
        styles = composer.styles[concept]
        size = random.uniform(0.4, 0.95) if count == 1 else random.uniform(0.2, 0.5)
        x, y = random.uniform(0.2, 0.8, 2) if count > 1 else random.uniform(0.4, 0.6, 2)
        style, turn, flip = styles[random.integers(len(styles))], random.uniform(-30, 30), random.random() < 0.5
        lay(picture, Item(concept, style, size, x, y, turn, bool(flip)), composer, random)
    return np.asarray(picture)
