"""Batches for the trainer: patches of composed pictures, what each patch shows, and one caption per picture.

A batch follows from the seed and its number alone, so that a resumed run goes on as if it had never stopped.
Only a part of a picture's patches is kept (FLIP, Li et al., CVPR 2023), and not at random: what shows an object is
kept, and the ground around it is thinned out, so that a step costs a third and loses little.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from compose import GRID, PATCH, SIDE, Composer, swap_sides
from scenes import Art, single_concept

UNSURE = -100  # patches that show a little of something: no target


@dataclass(frozen=True)
class Plan:
    """How many pictures a batch has, how many patches of each are kept, and how many show a single object."""

    pictures: int
    patches: int
    singles: float = 0.45


class Pool:
    """The scenes of one split, in words short enough to keep in memory."""

    def __init__(self, scenes: list[dict]):
        self.singles = [scene for scene in scenes if single_concept(scene) is not None]
        self.several = [scene for scene in scenes if single_concept(scene) is None]


class Batches(Dataset):
    """Batch number → tensors; `plans` take turns."""

    def __init__(self, art: Art, pool: Pool, tokenizer, plans: list[Plan], seed: int, first: int, count: int):
        self.composer = Composer(art)
        self.pool, self.tokenizer, self.plans, self.seed = pool, tokenizer, plans, seed
        self.first, self.count = first, count

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        number = self.first + index
        plan = self.plans[number % len(self.plans)]
        random = np.random.default_rng([self.seed, number])
        singles = round(plan.pictures * plan.singles)
        scenes = [self.pool.singles[i] for i in random.integers(len(self.pool.singles), size=singles)]
        several = plan.pictures - singles
        scenes += [self.pool.several[i] for i in random.integers(len(self.pool.several), size=several)]
        return self.batch(scenes, plan, random)

    def batch(self, scenes, plan: Plan, random) -> dict[str, torch.Tensor]:
        concepts = len(self.composer.art.concepts)
        patches = np.empty((len(scenes), plan.patches, PATCH * PATCH * 3), np.uint8)
        places = np.empty((len(scenes), plan.patches), np.int64)
        shown = np.empty((len(scenes), plan.patches), np.int64)
        present = np.zeros((len(scenes), concepts), np.float32)
        single = np.full(len(scenes), -1, np.int64)
        captions = []
        for row, scene in enumerate(scenes):
            pixels, owner, named, mirrored = self.composer.draw(scene, random, 1.0)
            caption = scene['captions'][random.integers(len(scene['captions']))]
            captions.append(swap_sides(caption) if mirrored else caption)
            target, weight = patch_targets(owner, named, concepts)
            kept = chosen(weight, plan.patches, random)
            patches[row], places[row], shown[row] = as_patches(pixels)[kept], kept, target[kept]
            for item in scene['objects']:
                if not item['distractor']:
                    present[row, item['concept']] = 1
            main = single_concept(scene)
            single[row] = -1 if main is None else main
        tokens, ends = encode(self.tokenizer, captions)
        arrays = dict(patches=patches, places=places, shown=shown, present=present, single=single)
        return {**{name: torch.from_numpy(value) for name, value in arrays.items()}, 'tokens': tokens, 'ends': ends}


def as_patches(pixels: np.ndarray) -> np.ndarray:
    """[168, 168, 3] → [196, 3·12·12], channel first as the convolution's weight."""
    split = pixels.reshape(GRID, PATCH, GRID, PATCH, 3).transpose(0, 2, 4, 1, 3)
    return split.reshape(GRID * GRID, -1)


def patch_targets(owner: np.ndarray, named: np.ndarray, concepts: int) -> tuple[np.ndarray, np.ndarray]:
    """
    → target [196]: the concept that covers at least a quarter of the patch, `concepts` for bare ground, or UNSURE;
    weight [196]: 2 where something named is seen, 1 where a distractor is, 0 elsewhere.
    """
    by_patch = lambda image: image.reshape(GRID, PATCH, GRID, PATCH).transpose(0, 2, 1, 3).reshape(GRID * GRID, -1)
    owners = by_patch(owner)
    best = np.zeros(GRID * GRID, np.float32)
    target = np.full(GRID * GRID, concepts, np.int64)
    for concept in np.unique(owner):
        if concept < 0:
            continue
        share = (owners == concept).mean(1, dtype=np.float32)
        target = np.where((share > best) & (share >= 0.25), concept, target)
        best = np.maximum(best, share)
    covered = (owners >= 0).mean(1)
    target[(target == concepts) & (covered > 0.04)] = UNSURE
    weight = np.where(by_patch(named).mean(1) > 0.05, 2, np.where(covered > 0.05, 1, 0))
    return target, weight


def chosen(weight: np.ndarray, count: int, random) -> np.ndarray:
    """`count` patches in reading order: named things first, then half of the distractors, then ground."""
    if count == len(weight):
        return np.arange(count)
    chance = random.random(len(weight))
    keep = np.where(weight == 2, chance < 0.9, np.where(weight == 1, chance < 0.6, False))
    order = np.argsort(chance - 2.0 * keep, kind='stable')
    return np.sort(order[:count])


def encode(tokenizer, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """→ tokens [B, longest], padded with the end token; where the end token stands [B]."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(captions)]
    longest = max(map(len, rows))
    ends = torch.tensor([len(row) - 1 for row in rows])
    return torch.tensor([row + [row[-1]] * (longest - len(row)) for row in rows]), ends


def loader(batches: Batches, workers: int = 1) -> DataLoader:
    return DataLoader(batches, batch_size=None, shuffle=False, num_workers=workers, prefetch_factor=6)


def normalised(patches: torch.Tensor) -> torch.Tensor:
    """Bytes → what `preprocessor_config.json` says: mean and deviation 0.5."""
    return patches.float().mul_(2 / 255).sub_(1)


assert SIDE == GRID * PATCH
