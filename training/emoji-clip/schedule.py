"""The learning rate over a run, and the average of the weights along it.

Warm-up, constant, and a decay that can be branched off at any time (WSD; Hu et al., MiniCPM, arXiv 2404.06395).
"""

import torch
from torch import nn

WARM_UP = 60


def share_of_rate(phase: str, step: int, branch: int, steps: int) -> float:
    if phase == 'stable':
        return min(1.0, (step + 1) / WARM_UP)
    return max(0.0, 1 - (step - branch) / steps)


class Average:
    """Exponential moving average of the weights, short at the start."""

    def __init__(self, model: nn.Module, decay: float = 0.995):
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, model: nn.Module) -> None:
        self.updates += 1
        rate = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, rate)
