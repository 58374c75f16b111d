"""A run of the trainer: network, heads, optimisers and average, and the file that keeps them."""

import os
from pathlib import Path

import torch
from batches import normalised
from losses import Heads
from muon import optimisers
from schedule import Average
from torch import Tensor
from workers import Workers

from network import Blip, Shape
from vision import clip_weights, without_first_norm

SEED = 1
MUON_FACTOR = 2.0  # Muon's rate over AdamW's


class Run:
    def __init__(self, shape: Shape, concepts: int, rate: float, workers: Workers):
        torch.manual_seed(SEED)
        self.model, self.rate = Blip(shape), rate
        self.heads = Heads(shape.vision_width, concepts)
        self.optimisers = optimisers(self.model, self.heads, rate, weight_decay=0.1, workers=workers)
        self.average, self.workers = Average(self.model), workers
        self.params = [*self.model.parameters(), *self.heads.parameters()]
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def set_rate(self, share: float) -> None:
        for optimiser, factor in zip(self.optimisers, (MUON_FACTOR, 1.0)):
            for group in optimiser.param_groups:
                group['lr'] = self.rate * share * factor

    def advance(self, losses: dict[str, Tensor], weights: dict[str, float], pictures: int, stop: bool) -> bool:
        """
        One step; → whether any process wants to stop. What a plan does not use has no gradient and stays as it is: Muon
        would move it by a full step on its momentum alone.
        """
        for optimiser in self.optimisers:
            optimiser.zero_grad()
        sum(weights[name] * value for name, value in losses.items()).backward()
        used = [param for param in self.params if param.grad is not None]
        stop = self.workers.average_gradients(used, stop)
        torch.nn.utils.clip_grad_norm_(used, 2.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.model.logit_scale.data.clamp_(max=4.6052)
        self.average.update(self.model)
        self.step += 1
        self.pictures += pictures * self.workers.count
        return stop

    def save(self, path: Path, **more) -> None:
        state = dict(
            shape=self.model.shape.__dict__, model=self.model.state_dict(), heads=self.heads.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers], average=self.average.weights,
            updates=self.average.updates, step=self.step, pictures=self.pictures, seconds=self.seconds, **more,
        )  # fmt: skip
        partial = path.with_suffix('.partial')
        torch.save(state, partial)
        os.replace(partial, path)

    def load(self, path: Path) -> dict:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.heads.load_state_dict(state['heads'])
        for optimiser, saved in zip(self.optimisers, state['optimisers']):
            optimiser.load_state_dict(saved)
        self.average.weights, self.average.updates = state['average'], state['updates']
        self.step, self.pictures, self.seconds = state['step'], state['pictures'], state['seconds']
        return state

    def begin_with(self, weights: dict[str, Tensor]) -> None:
        """Weights without optimisers, as exported folders hold them."""
        self.model.load_state_dict(weights)
        self.average = Average(self.model)

    def take_vision(self, source: Path, batch: dict[str, Tensor]) -> None:
        """The vision tower of a CLIP, and with a checkpoint its heads; `batch` tells how large patches are."""
        weights, heads = clip_weights(source)
        folded = without_first_norm(weights, normalised(batch['patches']), batch['places'])
        self.model.vision_model.load_state_dict(folded)
        if heads is not None:
            self.heads.load_state_dict(heads)
        self.average = Average(self.model)
