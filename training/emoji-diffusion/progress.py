"""A run of one network, and the step that all processes take together."""

import torch
from kept_run import KeptRun
from schedule import Average
from torch import Tensor, nn
from workers import Workers

from by_matrix import Optimisers

CLIP_NORM = 1.0


class Run(KeptRun):
    """`decay` is that of the average: one over the number of steps that it looks back on."""

    def __init__(self, model: nn.Module, rate: float, weight_decay: float, decay: float, workers: Workers):
        super().__init__(model, Average(model, decay), workers)
        self.optimisers = Optimisers(model, rate, weight_decay, workers)
        self.params = list(model.parameters())

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

    def kept(self) -> dict:
        return dict(optimisers=self.optimisers.state())

    def take_back(self, state: dict) -> None:
        self.optimisers.load(state['optimisers'])
