"""What is said of a picture of one object, in the manner of `training/emoji-scenes/captions.ts`.

Half of the prompts name the colour of the background. The ten prompts of zero-shot classification say "a photo of"; those
are left out, as nothing here looks like one.
"""

import re

import numpy as np

PLAIN = (
    '{a}',
    'a picture of {a}.',
    'an image of {a}.',
    'a drawing of {a}.',
    'an icon of {a}.',
    'a close-up of {a}.',
    'a single object: {a}',
    'just {a}',
    'a large {name}',
)
COLOURED = (
    '{a} on {ground}',
    '{a} on {ground}',
    '{a} against {ground}',
    '{a} in front of {ground}',
    '{ground} with {a}',
    'only {a} on {ground}',
    'a large {name} on {ground}',
    'a picture of {a} on {ground}',
)
EMPTY_SHARE = 0.1  # prompts left out, for guidance without a classifier (Ho and Salimans, arXiv 2207.12598)


def with_article(words: str) -> str:
    """`a` or `an` before the words."""
    return f'{"an" if re.match("(?!unicorn)[aeiou]", words) else "a"} {words}'


def prompt(name: str, colour: str, random: np.random.Generator) -> str:
    """For the training: empty in a tenth, with the colour in half of the others."""
    if random.random() < EMPTY_SHARE:
        return ''
    forms = COLOURED if random.random() < 0.5 else PLAIN
    return worded(forms[random.integers(len(forms))], name, colour)


def worded(form: str, name: str, colour: str) -> str:
    return form.format(a=with_article(name), name=name, ground=f'{with_article(colour)} background')
