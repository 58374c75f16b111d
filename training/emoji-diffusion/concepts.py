"""The concepts that the denoiser learns: 64 of the 160 classes of `datasets/emoji-objects`.

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
    'dog-face', 'fox', 'cat-face', 'lion', 'tiger-face', 'unicorn', 'pig-face', 'mouse-face', 'bear', 'koala', 'panda',
    'rooster', 'baby-chick', 'penguin', 'eagle', 'duck', 'frog', 'turtle', 'spouting-whale', 'octopus', 'snail', 'honeybee',
    # plants
    'rose', 'sunflower', 'tulip', 'evergreen-tree', 'cactus', 'mushroom',
    # food
    'grapes', 'watermelon', 'lemon', 'banana', 'pineapple', 'red-apple', 'pear', 'peach', 'strawberry', 'avocado', 'eggplant',
    'carrot', 'ear-of-corn', 'cheese-wedge', 'hamburger', 'french-fries', 'pizza', 'doughnut', 'beer-mug',
    # things
    'fire-engine', 'automobile', 'sailboat', 'airplane', 'house', 'castle', 'snowman', 'wrapped-gift', 'balloon',
    'soccer-ball', 'basketball', 'gem-stone', 'bell', 'laptop', 'light-bulb', 'top-hat', 'umbrella',
)
# fmt: on


def chosen(art: Art) -> list[int]:
    """Their numbers among the concepts of the art, in the order of IDS."""
    number = {concept['id']: index for index, concept in enumerate(art.concepts)}
    return [number[name] for name in IDS]


def names() -> list[str]:
    """What captions call them, in the order of IDS."""
    said = {item['id']: item['name'] for item in json.loads((OBJECTS / 'classes.json').read_text())}
    return [said[name] for name in IDS]
