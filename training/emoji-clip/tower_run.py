"""A run of towers that learn from dense losses too: their heads, and Muon beside AdamW for both."""

import torch
from torch import nn

from kept_run import SEED, KeptRun
from losses import Heads
from muon import optimisers
from schedule import Average
from workers import Workers

MUON_FACTOR = 2.0  # Muon's rate over AdamW's


class TowerRun(KeptRun):
    def __init__(self, network: type[nn.Module], shape, concepts: int, rate: float, workers: Workers):
        torch.manual_seed(SEED)
        model = network(shape)
        self.heads, self.rate = Heads(shape.vision_width, concepts), rate
        self.optimisers = optimisers(model, self.heads, rate, weight_decay=0.1, workers=workers)
        self.params = [*model.parameters(), *self.heads.parameters()]
        super().__init__(model, Average(model), workers)

    def set_rate(self, share: float) -> None:
        for optimiser, factor in zip(self.optimisers, (MUON_FACTOR, 1.0)):
            for group in optimiser.param_groups:
                group['lr'] = self.rate * share * factor

    def kept(self) -> dict:
        return dict(
            shape=self.model.shape.__dict__, heads=self.heads.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers],
        )  # fmt: skip

    def take_back(self, state: dict) -> None:
        self.heads.load_state_dict(state['heads'])
        for optimiser, saved in zip(self.optimisers, state['optimisers']):
            optimiser.load_state_dict(saved)
