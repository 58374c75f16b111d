"""A run of the trainer: one step on the losses of a plan, and how it begins with the vision tower of a CLIP."""

from pathlib import Path

import torch
from batches import normalised
from schedule import Average
from torch import Tensor
from tower_run import TowerRun

from vision import clip_weights, without_first_norm


class Run(TowerRun):
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

    def take_vision(self, source: Path, batch: dict[str, Tensor]) -> None:
        """The vision tower of a CLIP, and with a checkpoint its heads; `batch` tells how large patches are."""
        weights, heads = clip_weights(source)
        folded = without_first_norm(weights, normalised(batch['patches']), batch['places'])
        self.model.vision_model.load_state_dict(folded)
        if heads is not None:
            self.heads.load_state_dict(heads)
        self.average = Average(self.model)
