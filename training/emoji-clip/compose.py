"""Pictures from scene descriptions, with augmentation that stands in for art styles never seen.

The plain rendering (`augment=0`) follows `training/emoji-scenes/compose.ts`; the augmented one also redraws an
object's style, mixes two styles, warps, recolours, outlines and shades it. Captions stay true: they tell concept,
count, size, place, relation and background, and none of these changes, or the words change with it (mirroring).
All work on pixels is Pillow's, in bytes: a picture takes about two milliseconds.
"""

import re
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageFilter

from scenes import Art

SIDE = 168
PATCH = 12
GRID = SIDE // PATCH
CROP = 168  # three quarters of a texture
LEVELS = (96, 68, 48, 34, 24, 17, 12)
GROUND = 255  # owner of pixels that show no object
COLOURED = {'red', 'green', 'blue', 'orange', 'lemon', 'strawberry', 'tomato'}  # told apart by their hue
MIRROR = Image.Transpose.FLIP_LEFT_RIGHT


@dataclass
class Picture:
    """pixels [168, 168, 3], the concept painted at each pixel or GROUND [168, 168]."""

    pixels: np.ndarray
    owner: np.ndarray
    mirrored: bool


class Composer:
    """Draws scenes from cached sprite pyramids."""

    def __init__(self, art: Art):
        self.art = art
        self.pyramids = [pyramid(sprite) for sprite in art.sprites]
        self.textures = [Image.fromarray(texture) for texture in art.textures]
        self.styles = [art.styles_of(concept) for concept in range(len(art.concepts))]
        self.distractors = [i for i, concept in enumerate(art.concepts) if concept['class'] is None]
        self.turns = [0.05 if COLOURED & set(concept['name'].split()) else 0.15 for concept in art.concepts]
        ramps = [ramp(angle) for angle in np.linspace(0, 2 * np.pi, 16, endpoint=False)]
        self.seams = [part.point(table) for part in ramps for table in SEAMS]
        self.shades = [part.point(table) for part in ramps for table in SHADES]
        self.alike: dict[tuple[str, str], list[int]] = {}
        for index, name in enumerate(art.texture_names):
            self.alike.setdefault(name, []).append(index)

    def draw(self, scene: dict, random: np.random.Generator, augment: float, style: int | None = None) -> Picture:
        """`augment` 0 to 1: how often and how far; `style` draws every object in one style, where it has that one."""
        pixels = self.background(scene['background'], random, augment)
        owner = Image.new('L', (SIDE, SIDE), GROUND)
        for item in scene['objects']:
            self.paint(pixels, owner, item, random, augment, style)
        mirrored = augment > 0 and random.random() < 0.5
        if augment:
            pixels = pixels.convert('RGB', exposure(random))
        layers = [layer.transpose(MIRROR) if mirrored else layer for layer in (pixels, owner)]
        return Picture(*(np.asarray(layer) for layer in layers), mirrored)

    def background(self, about: dict, random: np.random.Generator, augment: float) -> Image.Image:
        texture, x, y, flip = about['texture'], about['x'], about['y'], about['flip']
        if augment:
            alike = self.alike[self.art.texture_names[texture]]
            texture = alike[random.integers(len(alike))]
            x, y, flip = random.random(), random.random(), random.random() < 0.5
        ground = self.textures[texture]
        room = ground.width - CROP
        left, top = round(x * room), round(y * room)
        crop = ground.crop((left, top, left + CROP, top + CROP))
        return crop.transpose(MIRROR) if flip else crop

    def paint(self, pixels, owner, item, random, augment, style) -> None:
        """Lays one object over the picture and notes where."""
        concept, own, flip = item['concept'], item['style'], item['flip']
        x, y, size, turn = item['x'], item['y'], item['size'], item['rotation']
        if style is not None and (concept, style) in self.art.sprite_of:
            own = style
        other = own
        if augment:
            if item['distractor']:
                concept = self.distractors[random.integers(len(self.distractors))]
            styles = self.styles[concept]
            own = other = styles[random.integers(len(styles))]
            if random.random() < 0.3 * augment:
                other = styles[random.integers(len(styles))]
            noise = random.normal(size=4)
            size *= float(np.exp(0.05 * noise[0]))
            turn, x, y = turn + 6 * noise[1], x + 0.008 * noise[2], y + 0.008 * noise[3]
            flip = random.random() < 0.5
        side = max(size * SIDE, 8.0)
        sprite = self.sprite(concept, own, other, side, random, augment)
        drawn, corner = warped(sprite, side, turn, flip, x * SIDE, y * SIDE, random, augment)
        straight = drawn.convert('RGBA')
        alpha = straight.getchannel(3)
        colours = straight.convert('RGB')
        if augment:
            colours = self.restyled(colours, random, self.turns[concept], augment)
            if random.random() < 0.2 * augment:
                pixels.paste(line_colour(random), corner, alpha.filter(ImageFilter.MaxFilter(3)))
        pixels.paste(colours, corner, alpha)
        owner.paste(concept, corner, alpha.convert('1', dither=Image.Dither.NONE))

    def sprite(self, concept, style, other, side, random, augment) -> Image.Image:
        """The smallest pyramid level not below `side`, sometimes one coarser; or a mixture of two styles."""
        index = max([i for i, level in enumerate(LEVELS) if level >= side * 0.98] or [0])
        if random.random() < 0.12 * augment:
            index = min(index + 1, len(LEVELS) - 1)
        sprite = self.pyramids[self.art.sprite_of[concept, style]][index]
        if other == style:
            return sprite
        second = self.pyramids[self.art.sprite_of[concept, other]][index]
        if random.random() < 0.5:
            return Image.blend(sprite, second, float(random.uniform(0.2, 0.5)))
        seam = self.seams[random.integers(len(self.seams))]
        return Image.composite(sprite, second, seam.resize(sprite.size))

    def restyled(self, colours: Image.Image, random: np.random.Generator, turn: float, augment: float) -> Image.Image:
        """Hue turned by about `turn` radians, saturation, brightness, contrast, light from one side."""
        if random.random() < 0.85 * augment:
            colours = colours.convert('RGB', recolouring(random, turn))
        if random.random() < 0.3 * augment:
            shade = self.shades[random.integers(len(self.shades))]
            tone = (0, 0, 0) if random.random() < 0.6 else (255, 255, 255)
            colours.paste(tone, (0, 0), shade.resize(colours.size))
        return colours


def pyramid(sprite: np.ndarray) -> list[Image.Image]:
    """Premultiplied copies of a sprite in falling sizes, each with an empty border of two pixels."""
    image = Image.fromarray(sprite).convert('RGBa')
    levels = []
    for level in LEVELS:
        frame = Image.new('RGBa', (level + 4, level + 4))
        frame.paste(image.resize((level, level), Image.Resampling.HAMMING), (2, 2))
        levels.append(frame)
    return levels


def warped(framed, side, turn, flip, x, y, random, augment: float) -> tuple[Image.Image, tuple[int, int]]:
    """→ the sprite scaled to `side`, turned and placed, premultiplied, and its corner in the picture."""
    wide = tall = 1.0
    shear, slope, soft = 0.0, np.zeros(2), Image.Resampling.BILINEAR
    if augment:
        stretch, lean, *tilt = augment * random.normal(size=4)
        wide, tall, shear = float(np.exp(0.08 * stretch)), float(np.exp(-0.08 * stretch)), 0.08 * lean
        slope = np.clip(0.08 * np.array(tilt), -0.25, 0.25) / side
        soft = Image.Resampling.BILINEAR if random.random() < 0.6 else Image.Resampling.BICUBIC
    width = framed.width - 4
    angle = np.deg2rad(turn)
    cos, sin = np.cos(angle), np.sin(angle)
    reach = side / 2 * (abs(cos) + abs(sin)) * max(wide, tall) * (1 + abs(shear) + 0.1 * (augment > 0))
    left, top = int(np.floor(x - reach)), int(np.floor(y - reach))
    extent = int(np.ceil(2 * reach)) + 2
    # picture → sprite: turn back, scale, shear, perhaps mirror; around the centres of both
    scale = width / side
    squeeze = np.array([[scale / wide, shear * scale], [0, scale / tall]])
    if flip:
        squeeze[0] *= -1
    linear = squeeze @ np.array([[cos, sin], [-sin, cos]])
    centre = np.array([x - left, y - top])
    middle = framed.width / 2
    base = 1 - slope @ centre  # the denominator slope·p + base is 1 at the centre
    rows = linear + middle * slope
    shift = middle - linear @ centre + middle * (base - 1)
    data = tuple(float(v) for v in np.array([*rows[0], shift[0], *rows[1], shift[1], *slope]) / base)
    return framed.transform((extent, extent), Image.Transform.PERSPECTIVE, data, soft), (left, top)


def recolouring(random: np.random.Generator, turn: float) -> tuple[float, ...]:
    """A 3 × 4 matrix for `Image.convert`."""
    angle = random.normal(0, turn if random.random() < 0.75 else 4 * turn)
    cos, sin = np.cos(angle), np.sin(angle)
    third, root = (1 - cos) / 3, np.sqrt(1 / 3) * sin
    a, b, c = cos + third, third - root, third + root
    matrix = np.array([[a, b, c], [c, a, b], [b, c, a]])
    saturation = np.exp(random.normal(0, 0.25)) if random.random() < 0.93 else random.uniform(0, 0.3)
    matrix = saturation * matrix + (1 - saturation) * np.array([0.299, 0.587, 0.114])
    matrix = matrix * np.exp(random.normal(0, 0.12) + random.normal(0, 0.06, (3, 1)))
    contrast = np.exp(random.normal(0, 0.2)) if random.random() < 0.6 else 1.0
    offset = random.uniform(90, 190) * (1 - contrast)
    return tuple(float(v) for row in matrix * contrast for v in (*row, offset))


def ramp(angle: float) -> Image.Image:
    """Bytes that rise in one direction."""
    axis = np.linspace(-1, 1, 48)
    height = axis[None] * np.cos(angle) + axis[:, None] * np.sin(angle)
    return Image.fromarray(np.uint8(np.clip(127.5 + 90 * height, 0, 255)))


SEAMS = [[int(np.clip(128 + 4 * (v - at), 0, 255)) for v in range(256)] for at in (95, 110, 128, 145, 160)]
SHADES = [[int(v * most) for v in range(256)] for most in (0.15, 0.25, 0.35, 0.45)]


def line_colour(random: np.random.Generator) -> tuple[int, int, int]:
    """Mostly dark, sometimes light."""
    tone = random.uniform(0, 90) if random.random() < 0.75 else random.uniform(200, 255)
    return tuple(int(v) for v in np.clip(tone + random.uniform(-25, 25, 3), 0, 255))


def exposure(random: np.random.Generator) -> tuple[float, ...]:
    """The whole picture brighter or darker by about a tenth, as a 3 × 4 matrix for `Image.convert`."""
    gain, lift = float(np.exp(random.normal(0, 0.08))), float(random.normal(0, 5))
    return (gain, 0, 0, lift, 0, gain, 0, lift, 0, 0, gain, lift)


def swap_sides(caption: str) -> str:
    """The caption of the mirrored picture."""
    return re.sub(r'\b(left|right)\b', lambda side: 'right' if side[0] == 'left' else 'left', caption)
