"""Muon for the weight matrices inside the layers, AdamW for everything else.

Source: Jordan et al., "Muon: An optimizer for hidden layers in neural networks" (2024), with the update scaled to
AdamW's size after Liu et al., "Muon is Scalable for LLM Training" (arXiv 2502.16982), so that one rate fits both.
"""

import torch
from torch import Tensor
from torch.optim import Optimizer

from workers import Workers


def orthogonalised(stack: Tensor, steps: int = 5) -> Tensor:
    """
    Nearest semi-orthogonal matrices to `stack` [n, rows, columns] by a quintic Newton-Schulz iteration.

    The iteration X ← (aI + bG + cG²)X with G = XXᵀ keeps G and the product of its factors only, both of the
    smaller side, so that a wide matrix costs two large products instead of ten.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = stack.shape[1] > stack.shape[2]
    x = stack.mT if tall else stack
    x = x / (x.norm(dim=(1, 2), keepdim=True) + 1e-7)
    gram = x @ x.mT
    product = None
    for step in range(steps):
        factor = b * gram + c * gram @ gram
        factor.diagonal(dim1=1, dim2=2).add_(a)
        product = factor if product is None else factor @ product
        if step + 1 < steps:
            gram = factor @ gram @ factor.mT
    x = product @ x
    return x.mT if tall else x


class Muon(Optimizer):
    """
    Momentum, orthogonalised; matrices of one shape are handled as one stack. Each of the `workers` processes that
    train together orthogonalises its part of a stack; `add_up` sums a tensor over them.
    """

    def __init__(self, params, lr: float, workers: Workers, momentum: float = 0.95, weight_decay: float = 0.1):
        self.workers = workers
        super().__init__(params, dict(lr=lr, momentum=momentum, weight_decay=weight_decay))

    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            by_shape: dict[torch.Size, list[Tensor]] = {}
            for param in group['params']:
                if param.grad is not None:
                    by_shape.setdefault(param.shape, []).append(param)
            for shape, params in by_shape.items():
                updates = []
                for param in params:
                    state = self.state[param]
                    if 'momentum' not in state:
                        state['momentum'] = torch.zeros_like(param)
                    state['momentum'].lerp_(param.grad, 1 - group['momentum'])
                    updates.append(param.grad.lerp(state['momentum'], group['momentum']))
                scale = 0.2 * max(shape) ** 0.5 * group['lr']
                mine = slice(self.workers.rank, None, self.workers.count)
                stack = torch.zeros(len(params), *shape)
                stack[mine] = orthogonalised(torch.stack(updates)[mine])
                self.workers.add_up(stack)
                for param, update in zip(params, stack):
                    param.mul_(1 - group['lr'] * group['weight_decay']).add_(update, alpha=-scale)


def optimisers(model: torch.nn.Module, extra: torch.nn.Module, lr: float, weight_decay: float, workers: Workers) -> list[Optimizer]:
    """Muon for the layers' matrices; AdamW for embeddings, norms, biases, projections and the training heads."""
    matrices, decayed, plain = [], [], []
    for name, param in [*model.named_parameters(), *extra.named_parameters()]:
        if ('.layers.' in name or '.layer.' in name) and param.ndim == 2:
            matrices.append(param)
        elif param.ndim >= 2 and 'embedding' not in name:
            decayed.append(param)
        else:
            plain.append(param)
    adam = torch.optim.AdamW(
        [dict(params=decayed, weight_decay=weight_decay), dict(params=plain, weight_decay=0.0)],
        lr=lr, betas=(0.9, 0.98), eps=1e-8,
    )  # fmt: skip
    return [Muon(matrices, lr=lr, workers=workers, weight_decay=weight_decay), adam]
