"""Batches for the trainer: patches of composed pictures, what each patch shows, and one caption per picture.

A batch follows from the seed and its number alone, so that a resumed run goes on as if it had never stopped.
Only a part of a picture's patches is kept (FLIP, Li et al., CVPR 2023), and not at random: what shows an object is
kept, and the ground around it is thinned out, so that a step costs a third and loses little.
"""

import signal
from dataclasses import dataclass
from io import BytesIO

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from compose import GRID, PATCH, SIDE, Composer, swap_sides
from scenes import single_concept

WORKERS = 2  # processes that share a step; batch number = step · WORKERS + rank
UNSURE = -100  # patches that show a little of something: no target


@dataclass(frozen=True)
class Plan:
    """How many pictures a batch has, how many patches of each are kept, and the share that shows a single object."""

    pictures: int
    patches: int
    singles: float


class Pool:
    """The scenes of one split, in words short enough to keep in memory."""

    def __init__(self, scenes: list[dict]):
        self.singles = [scene for scene in scenes if single_concept(scene) is not None]
        self.several = [scene for scene in scenes if single_concept(scene) is None]


class Batches(Dataset):
    """Batch number → tensors; `plans` take turns."""

    def __init__(self, composer: Composer, pool: Pool, tokenizer, plans: list[Plan], seed: int, numbers: range, augment: float):
        self.composer = composer
        self.pool, self.tokenizer, self.plans, self.seed = pool, tokenizer, plans, seed
        self.numbers, self.augment = numbers, augment
        self.named = np.array([concept['class'] is not None for concept in composer.art.concepts])

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        number = self.numbers[index]
        step, rank = divmod(number, WORKERS)
        plan = self.plans[step % len(self.plans)]
        random = np.random.default_rng([self.seed, step, rank])
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
            picture = self.composer.draw(scene, random, self.augment)
            caption = scene['captions'][random.integers(len(scene['captions']))]
            captions.append(swap_sides(caption) if picture.mirrored else caption)
            target, weight = patch_targets(picture.owner, concepts, self.named)
            kept = chosen(weight, plan.patches, random)
            pixels = squeezed(picture.pixels, random) if self.augment else picture.pixels
            patches[row], places[row], shown[row] = grained(as_patches(pixels)[kept], random), kept, target[kept]
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


PATCH_OF = np.arange(SIDE)[:, None] // PATCH * GRID + np.arange(SIDE) // PATCH


def patch_targets(owner: np.ndarray, concepts: int, named: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    → target [196]: the concept that covers at least a quarter of the patch, `concepts` for bare ground, or UNSURE;
    weight [196]: 2 where something named is seen, 1 where a distractor is, 0 elsewhere.
    """
    counts = np.bincount((PATCH_OF * 256 + owner).ravel(), minlength=GRID * GRID * 256)
    counts = counts.reshape(-1, 256)[:, :concepts]
    covered = counts.sum(1)
    target = np.where(counts.max(1) >= PATCH * PATCH // 4, counts.argmax(1), UNSURE)
    target[covered <= 5] = concepts
    weight = np.where(counts[:, named].sum(1) > 7, 2, np.where(covered > 7, 1, 0))
    return target, weight


def chosen(weight: np.ndarray, count: int, random) -> np.ndarray:
    """`count` patches in reading order: named things first, then half of the distractors, then ground."""
    if count == len(weight):
        return np.arange(count)
    chance = random.random(len(weight))
    keep = np.where(weight == 2, chance < 0.9, np.where(weight == 1, chance < 0.6, False))
    order = np.argsort(chance - 2.0 * keep, kind='stable')
    return np.sort(order[:count])


def squeezed(pixels: np.ndarray, random) -> np.ndarray:
    """A third of the pictures go through a lossy file, as every picture of the committed data does."""
    if random.random() > 1 / 3:
        return pixels
    file = BytesIO()
    Image.fromarray(pixels).save(file, 'JPEG', quality=int(random.integers(25, 80)))
    return np.asarray(Image.open(file))


def grained(patches: np.ndarray, random) -> np.ndarray:
    """Sometimes with noise."""
    if random.random() > 0.15:
        return patches
    noise = random.normal(0, random.uniform(1, 6), patches.shape).astype(np.float32)
    return np.clip(patches + noise, 0, 255).astype(np.uint8)


def encode(tokenizer, captions: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """→ tokens [B, longest], padded with the end token; where the end token stands [B]."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(captions)]
    longest = max(map(len, rows))
    ends = torch.tensor([len(row) - 1 for row in rows])
    return torch.tensor([row + [row[-1]] * (longest - len(row)) for row in rows]), ends


def loader(batches: Batches, workers: int = 1) -> DataLoader:
    return DataLoader(batches, batch_size=None, shuffle=False, num_workers=workers, prefetch_factor=6, worker_init_fn=undisturbed)


def undisturbed(_: int) -> None:
    """Lets the trainer, not the signal, end a loading process."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def normalised(patches: torch.Tensor) -> torch.Tensor:
    """Bytes → what `preprocessor_config.json` says: mean and deviation 0.5."""
    return patches.float().mul_(2 / 255).sub_(1)


assert SIDE == GRID * PATCH
