"""A run of one network: weights, optimisers and average, the step that all processes take together, and the file that keeps them."""

import os
from pathlib import Path

import torch
from schedule import Average
from torch import Tensor, nn
from workers import Workers

from by_matrix import Optimisers

SEED = 1
CLIP_NORM = 1.0


class Run:
    """`decay` is that of the average: one over the number of steps that it looks back on."""

    def __init__(self, model: nn.Module, rate: float, weight_decay: float, decay: float, workers: Workers):
        self.model, self.workers = model, workers
        self.optimisers = Optimisers(model, rate, weight_decay, workers)
        self.average = Average(model, decay)
        self.params = list(model.parameters())
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def advance(self, loss: Tensor, share: float, pictures: int, flags: list[bool]) -> list[bool]:
        """One step; → which of the flags any process raised."""
        self.model.zero_grad()
        loss.backward()
        raised = torch.tensor([float(flag) for flag in flags])
        self.workers.add_up(raised)
        self.workers.average_gradients(self.params, False)
        nn.utils.clip_grad_norm_(self.params, CLIP_NORM)
        self.optimisers.step(share)
        self.average.update(self.model)
        self.step += 1
        self.pictures += pictures * self.workers.count
        return [flag > 0 for flag in raised.tolist()]

    def save(self, path: Path, **more) -> None:
        state = dict(
            model=self.model.state_dict(), optimisers=self.optimisers.state(), average=self.average.weights,
            updates=self.average.updates, step=self.step, pictures=self.pictures, seconds=self.seconds, **more,
        )  # fmt: skip
        partial = path.with_suffix('.partial')
        torch.save(state, partial)
        os.replace(partial, path)

    def begin_with(self, weights: nn.Module) -> None:
        """Optimisers and counters stay new."""
        self.model.load_state_dict(weights.state_dict())
        self.average = Average(self.model, self.average.decay)

    def load(self, path: Path) -> dict:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.optimisers.load(state['optimisers'])
        self.average.weights, self.average.updates = state['average'], state['updates']
        self.step, self.pictures, self.seconds = state['step'], state['pictures'], state['seconds']
        return state
