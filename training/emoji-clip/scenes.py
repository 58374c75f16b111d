"""What `training/emoji-scenes/build.ts` wrote: scenes in words and places, sprites, textures."""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

BUILD = Path(__file__).resolve().parents[1] / 'build'


def read_scenes(folder: Path, limit: int | None = None) -> list[dict]:
    """Scene descriptions in the order of their ids."""
    scenes = []
    with open(folder / 'scenes.train.jsonl', encoding='utf-8') as lines:
        for line in lines:
            scenes.append(json.loads(line))
            if len(scenes) == limit:
                break
    return scenes


def single_concept(scene: dict) -> int | None:
    """The concept of a picture made for classification, told by its captions; None for a scene of several."""
    concepts = {item['concept'] for item in scene['objects'] if not item['distractor']}
    named = [item for item in scene['objects'] if not item['distractor']]
    if len(named) != 1 or not any(caption.endswith('.') for caption in scene['captions']):
        return None
    return next(iter(concepts))


@dataclass
class Art:
    """Sprites [n, 96, 96, 4] (straight alpha) and textures [m, 224, 224, 3], with their descriptions."""

    sprites: np.ndarray
    textures: np.ndarray
    concepts: list[dict]
    styles: list[str]
    held_out: int
    sprite_of: dict[tuple[int, int], int]
    texture_names: list[tuple[str, str]]

    @property
    def class_names(self) -> list[str]:
        named = [concept for concept in self.concepts if concept['class'] is not None]
        return [concept['name'] for concept in sorted(named, key=lambda concept: concept['class'])]

    def styles_of(self, concept: int, training: bool = True) -> list[int]:
        """The styles that draw `concept`; without the held-out one for training."""
        found = [style for (other, style) in self.sprite_of if other == concept]
        return [style for style in found if not (training and style == self.held_out)]


def read_art(folder: Path = BUILD) -> Art:
    about = json.loads((folder / 'sprites.json').read_text())
    textures = json.loads((folder / 'textures.json').read_text())
    side, ground = about['size'], textures['size']
    return Art(
        sprites=np.fromfile(folder / 'sprites.rgba', np.uint8).reshape(-1, side, side, 4),
        textures=np.fromfile(folder / 'textures.rgb', np.uint8).reshape(-1, ground, ground, 3),
        concepts=about['concepts'],
        styles=about['styles'],
        held_out=about['styles'].index(about['heldOutStyle']),
        sprite_of={(item['concept'], item['style']): index for index, item in enumerate(about['sprites'])},
        texture_names=[(item['colour'], item['texture']) for item in textures['textures']],
    )
