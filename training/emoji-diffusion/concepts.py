"""The concepts that the denoiser learns, and the styles: 40 of the 160 classes of `datasets/emoji-objects`, drawn flat.

Chosen by hand from all classes, by three rules: full shapes rather than thin ones (no bicycle, no key), no two that are drawn
alike (no orange beside a basketball, no police car beside a car), and known to `models/emoji-clip` when drawn large: `ceiling.py`
measures that.
"""

import json

from beside import HERE
from scenes import Art

OBJECTS = HERE.parents[1] / 'datasets' / 'emoji-objects'

# fmt: off
IDS = (
    # animals
    'dog-face', 'fox', 'cat-face', 'lion', 'unicorn', 'pig-face', 'mouse-face', 'koala', 'panda', 'baby-chick', 'penguin', 'frog',
    'turtle', 'octopus', 'snail', 'honeybee',
    # plants
    'rose', 'sunflower', 'evergreen-tree', 'cactus', 'mushroom',
    # food
    'grapes', 'watermelon', 'banana', 'pineapple', 'red-apple', 'strawberry', 'carrot', 'hamburger', 'pizza', 'doughnut',
    # things
    'automobile', 'sailboat', 'castle', 'snowman', 'wrapped-gift', 'balloon', 'soccer-ball', 'gem-stone', 'umbrella',
)
# fmt: on


STYLES = ('twemoji',)


def flat(art: Art, styles: list[int]) -> list[int]:
    """Those of the styles that the denoiser learns; all of them where a concept is drawn in none of these."""
    return [style for style in styles if art.styles[style] in STYLES] or styles


def chosen(art: Art) -> list[int]:
    """Their numbers among the concepts of the art, in the order of IDS."""
    number = {concept['id']: index for index, concept in enumerate(art.concepts)}
    return [number[name] for name in IDS]


def names() -> list[str]:
    """What captions call them, in the order of IDS."""
    said = {item['id']: item['name'] for item in json.loads((OBJECTS / 'classes.json').read_text())}
    return [said[name] for name in IDS]
