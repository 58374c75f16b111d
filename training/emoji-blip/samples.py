"""Batches for the trainer: patches of composed pictures, what each patch shows, and what the plan's tasks read and say.

A batch follows from the seed, its step and the process alone, so that a resumed run goes on as if it had never stopped.
Patches are chosen as for emoji-clip: things are kept, the ground is thinned out.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from batches import PATCH, as_patches, chosen, grained, patch_targets, squeezed
from compose import Composer, Picture, swap_sides
from scenes import single_concept
from torch.utils.data import Dataset

from lines import Lines
from mirror import exchanged, mirrored
from wordpiece import PROMPT, encoded

HELD_BACK = 3000  # scenes at the end of the list that training never sees


@dataclass(frozen=True)
class Plan:
    """Pictures of a batch, patches kept of each, whether each shows one object, and what is learned from them."""

    pictures: int
    patches: int
    tasks: tuple[str, ...]
    singles: bool = False
    questions: int = 0

    def scaled(self, factor: float) -> 'Plan':
        """With fewer pictures, for trials; an even number, for pairs."""
        return Plan(max(4, 2 * round(factor * self.pictures / 2)), self.patches, self.tasks, self.singles, self.questions)


class Pool:
    """Scenes, questions and pairs by number, and which of them training may see."""

    def __init__(self, folder: Path):
        self.scenes, self.asked, self.pairs = (Lines(folder / f'{name}.train.jsonl') for name in ('scenes', 'questions', 'pairs'))
        self.end = len(self.scenes) - HELD_BACK
        alone = np.array([single_concept(scene) is not None for scene in self.scenes])
        self.singles, self.several = (np.flatnonzero(kind[: self.end]) for kind in (alone, ~alone))
        self.held_back = np.flatnonzero(~alone[self.end :]) + self.end
        last = np.array([max(pair['a'], pair['b']) for pair in self.pairs])
        self.shown, self.unshown = np.flatnonzero(last < self.end), np.flatnonzero(last >= self.end)

    def questions(self, scene: int) -> list[dict]:
        return self.asked[scene]['questions']


class Batches(Dataset):
    """Step → tensors; `plans` take turns."""

    def __init__(self, composer: Composer, pool: Pool, tokenizer, plans: list[Plan], seed: int, steps: range, rank: int, augment: float):
        self.composer, self.pool, self.tokenizer, self.plans = composer, pool, tokenizer, plans
        self.seed, self.steps, self.rank, self.augment = seed, steps, rank, augment
        self.named = np.array([concept['class'] is not None for concept in composer.art.concepts])

    def __len__(self) -> int:
        return len(self.steps)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        step = self.steps[index]
        plan = self.plans[step % len(self.plans)]
        random = np.random.default_rng([self.seed, step, self.rank])
        if 'pair' in plan.tasks:
            return self.of_pairs(plan, random)
        numbers = self.pool.singles if plan.singles else self.pool.several
        numbers = numbers[random.integers(len(numbers), size=plan.pictures)]
        pictures = [self.composer.draw(self.pool.scenes[n], random, self.augment) for n in numbers]
        return self.batch(numbers, pictures, plan, random)

    def of_pairs(self, plan: Plan, random) -> dict[str, torch.Tensor]:
        """Left pictures, then right ones; both of a pair are mirrored or none, and half of the pairs change places."""
        count = plan.pictures // 2
        left, right, statements, labels = [], [], [], []
        for number in self.pool.shown[random.integers(len(self.pool.shown), size=count)]:
            pair = self.pool.pairs[number]
            mirror, exchange = self.augment > 0 and random.random() < 0.5, self.augment > 0 and random.random() < 0.5
            drawn = [(pair[side], self.turned(pair[side], mirror, random)) for side in 'ab']
            said = mirrored(pair['sentence']) if mirror else pair['sentence']
            first, second = reversed(drawn) if exchange else drawn
            left.append(first), right.append(second), labels.append(int(pair['label']))
            statements.append(exchanged(said) if exchange else said)
        numbers, pictures = zip(*left, *right)
        found = self.batch(numbers, pictures, plan, random)
        return {**found, **self.tokens('statements', statements), 'labels': torch.tensor(labels)}

    def turned(self, number: int, mirror: bool, random) -> Picture:
        picture = self.composer.draw(self.pool.scenes[number], random, self.augment)
        if picture.mirrored == mirror:
            return picture
        return Picture(np.ascontiguousarray(picture.pixels[:, ::-1]), np.ascontiguousarray(picture.owner[:, ::-1]), mirror)

    def batch(self, numbers, pictures: list[Picture], plan: Plan, random) -> dict[str, torch.Tensor]:
        concepts, count = len(self.composer.art.concepts), len(pictures)
        patches = np.empty((count, plan.patches, PATCH * PATCH * 3), np.uint8)
        places = np.empty((count, plan.patches), np.int64)
        shown = np.empty((count, plan.patches), np.int64)
        present = np.zeros((count, concepts), np.float32)
        single = np.full(count, -1, np.int64)
        said: dict[str, list[str]] = {'captions': [], 'written': [], 'questions': [], 'answers': []}
        for row, (number, picture) in enumerate(zip(numbers, pictures)):
            scene = self.pool.scenes[number]
            target, weight = patch_targets(picture.owner, concepts, self.named)
            kept = chosen(weight, plan.patches, random)
            pixels = squeezed(picture.pixels, random) if self.augment else picture.pixels
            patches[row], places[row], shown[row] = grained(as_patches(pixels)[kept], random), kept, target[kept]
            present[row, [item['concept'] for item in scene['objects'] if not item['distractor']]] = 1
            main = single_concept(scene)
            single[row] = -1 if main is None else main
            for name, text in self.words(scene, int(number), plan, random):
                said[name].append(swap_sides(text) if picture.mirrored else text)
        arrays = dict(patches=patches, places=places, shown=shown, present=present, single=single)
        found = {name: torch.from_numpy(value) for name, value in arrays.items()}
        found['unscored'] = torch.tensor([prompted(text) for text in said['written']])
        for name, texts in said.items():
            found |= self.tokens(name, texts)
        return found

    def words(self, scene: dict, number: int, plan: Plan, random):
        """One caption to match; one to write, half of them behind the prompt; questions with their true answers."""
        one, other = random.integers(len(scene['captions']), size=2)
        yield 'captions', scene['captions'][one]
        caption = scene['captions'][other]
        behind = random.random() < 0.5 and not caption.startswith(PROMPT)
        yield 'written', PROMPT + caption if behind else caption
        questions = self.pool.questions(number)
        for pick in random.permutation(len(questions))[: plan.questions]:
            yield 'questions', questions[pick]['question']
            yield 'answers', questions[pick]['answer']

    def tokens(self, name: str, texts: list[str]) -> dict[str, torch.Tensor]:
        if not texts:
            return {}
        ids, mask = encoded(self.tokenizer, texts)
        return {name: ids, f'{name}_mask': mask}


def prompted(text: str) -> int:
    """Leading tokens that are the prompt's, in words, as each is one token."""
    return len(PROMPT.split()) if text.startswith(PROMPT) else 0
