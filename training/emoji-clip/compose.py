"""Pictures from scene descriptions, with augmentation that stands in for art styles never seen.

The plain rendering (`amount=0`) follows `training/emoji-scenes/compose.ts`; the augmented one also redraws an
object's style, mixes two styles, warps, recolours, outlines and shades it. Captions stay true: they tell concept,
count, size, place, relation and background, and none of these changes, or the words change with it (mirroring).
"""

import re

import numpy as np
from PIL import Image, ImageFilter

from scenes import Art

SIDE = 168
PATCH = 12
GRID = SIDE // PATCH
CROP = 168  # three quarters of a texture
COLOURED = {'red', 'green', 'blue', 'orange', 'lemon', 'strawberry', 'tomato'}  # told apart by their hue
LEVELS = (96, 68, 48, 34, 24, 17, 12)


class Composer:
    """Draws scenes from cached sprite pyramids."""

    def __init__(self, art: Art):
        self.art = art
        self.pyramids = [pyramid(sprite) for sprite in art.sprites]
        self.styles = [art.styles_of(concept) for concept in range(len(art.concepts))]
        self.distractors = [i for i, concept in enumerate(art.concepts) if concept['class'] is None]
        self.turns = [0.05 if COLOURED & set(concept['name'].split()) else 0.15 for concept in art.concepts]
        self.alike: dict[tuple[str, str], list[int]] = {}
        for index, name in enumerate(art.texture_names):
            self.alike.setdefault(name, []).append(index)

    def draw(self, scene: dict, random: np.random.Generator, amount: float, style: int | None = None):
        """
        → pixels uint8 [168, 168, 3], owner int16 [168, 168] (concept painted there or -1), named bool [168, 168],
        mirrored. `style` draws every object in one style where it has one; `amount` 0 turns augmentation off.
        """
        mirrored = amount > 0 and random.random() < 0.5
        pixels = self.background(scene['background'], random, amount)
        owner = np.full((SIDE, SIDE), -1, np.int16)
        named = np.zeros((SIDE, SIDE), bool)
        for item in scene['objects']:
            self.paint(pixels, owner, named, item, random, amount, style)
        if mirrored:
            pixels, owner, named = pixels[:, ::-1], owner[:, ::-1], named[:, ::-1]
        if amount > 0:
            pixels = develop(pixels, random)
        return np.clip(pixels + 0.5, 0, 255).astype(np.uint8), owner, named, mirrored

    def background(self, about: dict, random: np.random.Generator, amount: float) -> np.ndarray:
        texture, x, y = about['texture'], about['x'], about['y']
        flip = about['flip']
        if amount > 0:
            texture = int(random.choice(self.alike[self.art.texture_names[texture]]))
            x, y, flip = random.random(), random.random(), random.random() < 0.5
        room = self.art.textures.shape[1] - CROP
        left, top = round(x * room), round(y * room)
        crop = self.art.textures[texture, top : top + CROP, left : left + CROP]
        return (crop[:, ::-1] if flip else crop).astype(np.float32)

    def paint(self, pixels, owner, named, item, random, amount, style) -> None:
        concept, own = item['concept'], item['style']
        size, turn, flip = item['size'], item['rotation'], item['flip']
        x, y = item['x'], item['y']
        if style is not None and (concept, style) in self.art.sprite_of:
            own = style
        if amount > 0:
            if item['distractor']:
                concept = int(random.choice(self.distractors))
            own = int(random.choice(self.styles[concept]))
            size *= float(np.exp(random.normal(0, 0.05)))
            turn += random.normal(0, 6)
            x, y = x + random.normal(0, 0.008), y + random.normal(0, 0.008)
            flip = random.random() < 0.5
        side = max(size * SIDE, 8.0)
        other = None
        if amount > 0 and random.random() < 0.3:
            other = int(random.choice(self.styles[concept]))
        sprite = self.level(concept, own, other, side, random, amount)
        art = warped(sprite, side, turn, flip, x * SIDE, y * SIDE, random, amount)
        if art is None:
            return
        rgba, left, top = art
        if amount > 0:
            rgba = restyled(rgba, random, self.turns[concept])
        bottom, right = top + rgba.shape[0], left + rgba.shape[1]
        cut_top, cut_left = max(0, -top), max(0, -left)
        rgba = rgba[cut_top : rgba.shape[0] - max(0, bottom - SIDE), cut_left : rgba.shape[1] - max(0, right - SIDE)]
        top, left = max(top, 0), max(left, 0)
        if rgba.size == 0:
            return
        where = np.s_[top : top + rgba.shape[0], left : left + rgba.shape[1]]
        alpha = rgba[..., 3:]
        pixels[where] = pixels[where] * (1 - alpha * (1 / 255)) + rgba[..., :3]
        solid = alpha[..., 0] > 127
        owner[where][solid] = concept
        named[where][solid] = not item['distractor']

    def level(self, concept, style, other, side, random, amount) -> Image.Image:
        """The smallest pyramid level not below `side`, or one coarser; with `other`, a mixture of two styles."""
        index = max([i for i, level in enumerate(LEVELS) if level >= side * 0.98] or [0])
        if amount > 0 and random.random() < 0.12:
            index = min(index + 1, len(LEVELS) - 1)
        sprite = self.pyramids[self.art.sprite_of[concept, style]][index]
        if other is None or other == style:
            return sprite
        second = self.pyramids[self.art.sprite_of[concept, other]][index]
        if random.random() < 0.5:
            return Image.blend(sprite, second, float(random.uniform(0.2, 0.5)))
        return Image.composite(sprite, second, seam(LEVELS[index], random))


def pyramid(sprite: np.ndarray) -> list[Image.Image]:
    """Premultiplied copies of a sprite in falling sizes."""
    image = Image.fromarray(sprite, 'RGBA').convert('RGBa')
    return [image.resize((level, level), Image.Resampling.HAMMING) for level in LEVELS]


def seam(side: int, random: np.random.Generator) -> Image.Image:
    """A soft edge in a random direction, for a sprite that is half one style and half another."""
    angle = random.uniform(0, 2 * np.pi)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    height = axis[None] * np.cos(angle) + axis[:, None] * np.sin(angle) + random.uniform(-0.3, 0.3)
    return Image.fromarray((255 * np.clip(0.5 + 3 * height, 0, 1)).astype(np.uint8))


def warped(sprite, side, turn, flip, x, y, random, amount):
    """→ premultiplied float32 [n, n, 4] with its left and top pixel; None where nothing would be seen."""
    wide = tall = 1.0
    shear = across = down = 0.0
    if amount > 0:
        stretch = random.normal(0, 0.08 * amount)
        wide, tall = float(np.exp(stretch)), float(np.exp(-stretch))
        shear = random.normal(0, 0.08 * amount)
        across, down = random.normal(0, 0.12 * amount, 2)
    angle = np.deg2rad(turn)
    reach = side / 2 * (abs(np.cos(angle)) + abs(np.sin(angle))) * max(wide, tall) * (1 + abs(shear) + 0.1 * (amount > 0))
    left, top = int(np.floor(x - reach)), int(np.floor(y - reach))
    extent = int(np.ceil(2 * reach)) + 2
    if extent < 2:
        return None
    # output pixel (u, v) → sprite pixel: turn back, scale, shear, perhaps mirror
    scale = sprite.width / side
    cos, sin = np.cos(angle), np.sin(angle)
    turn_back = np.array([[cos, sin], [-sin, cos]])
    squeeze = np.array([[scale / wide, shear * scale], [0, scale / tall]])
    if flip:
        squeeze = np.diag([-1.0, 1.0]) @ squeeze
    linear = squeeze @ turn_back
    centre = np.array([x - left, y - top])
    offset = sprite.width / 2 - linear @ centre
    slope = np.array([across, down]) / side
    base = 1 - slope @ centre
    # perspective through (slope·p + base), chosen 1 at the centre
    middle = sprite.width / 2
    rows = linear + middle * np.outer([1, 1], slope)
    shift = offset + middle * (base - 1)
    coefficients = (*rows[0], shift[0], *rows[1], shift[1])
    if base <= 0.3:
        base, slope, coefficients = 1.0, slope * 0, (*linear[0], offset[0], *linear[1], offset[1])
    data = tuple(float(value / base) for value in (*coefficients, *slope))
    filled = padded(sprite)
    pad = (filled.width - sprite.width) / 2
    a, b, c, d, e, f, g, h = data
    data = (a + pad * g, b + pad * h, c + pad, d + pad * g, e + pad * h, f + pad, g, h)
    soft = Image.Resampling.BILINEAR if amount == 0 or random.random() < 0.6 else Image.Resampling.BICUBIC
    drawn = filled.transform((extent, extent), Image.Transform.PERSPECTIVE, data, soft)
    return np.asarray(drawn, dtype=np.float32), left, top


def padded(sprite: Image.Image) -> Image.Image:
    """An empty border of two pixels, so that edges fade out instead of ending."""
    frame = Image.new('RGBa', (sprite.width + 4, sprite.height + 4))
    frame.paste(sprite, (2, 2))
    return frame


def restyled(rgba: np.ndarray, random: np.random.Generator, turn: float) -> np.ndarray:
    """Colour (hue by about `turn` radians), outline, light: what differs between art styles. rgba premultiplied [n, n, 4], values to 255."""
    alpha = rgba[..., 3:]
    matrix = np.eye(3, dtype=np.float32)
    grey = np.float32([0.299, 0.587, 0.114])
    if random.random() < 0.8:
        matrix = hue_turn(random.normal(0, turn if random.random() < 0.75 else 4 * turn))
        saturation = np.exp(random.normal(0, 0.25)) if random.random() < 0.93 else random.uniform(0, 0.3)
        matrix = saturation * matrix + (1 - saturation) * grey
        matrix = matrix * np.exp(random.normal(0, 0.15)) * np.exp(random.normal(0, 0.06, (3, 1)))
    colour = rgba[..., :3] @ matrix.T.astype(np.float32)
    if random.random() < 0.5:
        contrast = np.exp(random.normal(0, 0.2))
        pivot = random.uniform(90, 190)
        colour = (colour - pivot * alpha / 255) * contrast + pivot * alpha / 255
    if random.random() < 0.3:
        colour = colour * ramp(len(rgba), random)
    colour = np.clip(colour, 0, alpha)
    out = np.concatenate([colour, alpha], -1)
    if random.random() < 0.2:
        out = outlined(out, random)
    return out


def hue_turn(angle: float) -> np.ndarray:
    """Rotation of colour space about grey."""
    cos, sin = np.cos(angle), np.sin(angle)
    third = (1 - cos) / 3
    root = np.sqrt(1 / 3) * sin
    a, b, c = cos + third, third - root, third + root
    return np.float32([[a, b, c], [c, a, b], [b, c, a]])


def ramp(side: int, random: np.random.Generator) -> np.ndarray:
    """Light from one side: [n, n, 1], about 0.7 to 1.3."""
    angle = random.uniform(0, 2 * np.pi)
    axis = np.linspace(-1, 1, side, dtype=np.float32)
    height = axis[None] * np.cos(angle) + axis[:, None] * np.sin(angle)
    return (1 + random.uniform(0.1, 0.4) * height)[..., None].astype(np.float32)


def outlined(rgba: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A thin line of one colour around the shape."""
    alpha = Image.fromarray(rgba[..., 3].astype(np.uint8))
    wider = np.asarray(alpha.filter(ImageFilter.MaxFilter(3)), dtype=np.float32)[..., None]
    tone = random.uniform(0, 90) if random.random() < 0.75 else random.uniform(200, 255)
    colour = np.float32(tone + random.uniform(-25, 25, 3)).clip(0, 255)
    line = np.concatenate([colour * wider / 255, wider], -1)
    return rgba + line * (1 - rgba[..., 3:] / 255)


def develop(pixels: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Exposure of the whole picture, sometimes grain."""
    pixels = pixels * np.float32(np.exp(random.normal(0, 0.08))) + np.float32(random.normal(0, 5))
    if random.random() < 0.15:
        pixels = pixels + random.normal(0, random.uniform(1, 6), pixels.shape).astype(np.float32)
    return pixels


def swap_sides(caption: str) -> str:
    """The caption of the mirrored picture."""
    return re.sub(r'\b(left|right)\b', lambda side: 'right' if side[0] == 'left' else 'left', caption)
