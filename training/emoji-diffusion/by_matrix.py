"""Muon for every weight of a layer, convolutions as matrices [out, in · 9]; AdamW for first and last layers, norms and biases."""

import beside  # noqa: F401  # finds the modules of emoji-clip
import torch
from muon import Muon
from torch import nn
from torch.optim import AdamW
from workers import Workers

MUON_FACTOR = 2.0  # Muon's rate over AdamW's
EDGES = ('conv_in.', 'conv_out.', 'quant_conv.')  # what touches pixels or latents


class Optimisers:
    """Both of them, for the parameters of `model`."""

    def __init__(self, model: nn.Module, rate: float, weight_decay: float, workers: Workers):
        self.rate = rate
        self.weights = [value for name, value in model.named_parameters() if inner(name, value)]
        self.matrices = [value.detach().flatten(1) for value in self.weights]  # views: what Muon changes, the model has
        decayed = [value for name, value in model.named_parameters() if value.ndim > 1 and not inner(name, value)]
        plain = [value for value in model.parameters() if value.ndim < 2]
        self.both = [
            Muon(self.matrices, lr=rate, workers=workers, weight_decay=weight_decay),
            AdamW(
                [dict(params=decayed, weight_decay=weight_decay), dict(params=plain, weight_decay=0.0)],
                lr=rate, betas=(0.9, 0.98), eps=1e-8,
            ),
        ]  # fmt: skip

    def step(self, share: float) -> None:
        """With `share` of the rate."""
        for matrix, weight in zip(self.matrices, self.weights):
            matrix.grad = weight.grad.flatten(1)
        for optimiser, factor in zip(self.both, (MUON_FACTOR, 1.0)):
            for group in optimiser.param_groups:
                group['lr'] = self.rate * share * factor
            optimiser.step()

    def state(self) -> list[dict]:
        return [optimiser.state_dict() for optimiser in self.both]

    def load(self, states: list[dict]) -> None:
        for optimiser, state in zip(self.both, states):
            optimiser.load_state_dict(state)


def inner(name: str, value: torch.Tensor) -> bool:
    return value.ndim > 1 and not any(edge in name for edge in EDGES)
