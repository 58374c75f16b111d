"""A run that can be stopped and goes on later: network, optimisers, average and counters, and the file that keeps them."""

import os
from pathlib import Path

import torch
from torch import Tensor, nn

from schedule import Average
from workers import Workers

SEED = 1


class KeptRun:
    """What every trainer keeps. `kept` and `take_back` of a trainer add its optimisers."""

    def __init__(self, model: nn.Module, average: Average, workers: Workers):
        self.model, self.average, self.workers = model, average, workers
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def kept(self) -> dict:
        """What the file holds beside weights, average and counters."""
        raise NotImplementedError

    def take_back(self, state: dict) -> None:
        """The same out of a file."""
        raise NotImplementedError

    def save(self, path: Path, **more) -> None:
        """A file under `path` is always whole."""
        state = dict(
            **self.kept(), model=self.model.state_dict(), average=self.average.weights, updates=self.average.updates,
            step=self.step, pictures=self.pictures, seconds=self.seconds, **more,
        )  # fmt: skip
        partial = path.with_suffix('.partial')
        torch.save(state, partial)
        os.replace(partial, path)

    def load(self, path: Path) -> dict:
        state = torch.load(path, weights_only=True)
        self.take_back(state)
        self.model.load_state_dict(state['model'])
        self.average.weights, self.average.updates = state['average'], state['updates']
        self.step, self.pictures, self.seconds = state['step'], state['pictures'], state['seconds']
        return state

    def begin_with(self, weights: dict[str, Tensor]) -> None:
        """Weights alone, as exported folders hold them: optimisers and counters stay new."""
        self.model.load_state_dict(weights)
        self.average = Average(self.model, self.average.decay)
