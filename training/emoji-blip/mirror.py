"""Words of mirrored pictures.

A mirrored scene has left and right swapped in what is said of it, but "the left image" of a pair stays where it was; and a
pair whose pictures change places has just these swapped.
"""

import re

SIDES = {'left': 'right', 'right': 'left'}
PICTURE = r'\b(left|right)(?= (?:images?|ones?)\b)'  # one of the two pictures
PLACE = r'\b(left|right)\b(?! (?:images?|ones?)\b)'  # a side within a picture


def mirrored(statement: str) -> str:
    """The statement about two pictures that were both mirrored."""
    return re.sub(PLACE, lambda side: SIDES[side[0]], statement)


def exchanged(statement: str) -> str:
    """The statement about two pictures that changed places."""
    return re.sub(PICTURE, lambda side: SIDES[side[0]], statement)
