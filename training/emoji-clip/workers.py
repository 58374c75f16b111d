"""Processes that train together, one thread each.

Two threads of one process wait for each other at every product, hundreds of times a step; when other work takes
one core for a moment, both stand still. Two processes wait once a step: twice the samples on a busy machine.
"""

import os
import socket

import torch
import torch.distributed as dist
from torch import Tensor


class Workers:
    """This process among `count`."""

    def __init__(self, rank: int, count: int, port: int):
        self.rank, self.count = rank, count
        os.environ.setdefault('GLOO_SOCKET_IFNAME', 'lo')
        if count > 1:
            dist.init_process_group('gloo', f'tcp://127.0.0.1:{port}', rank=rank, world_size=count)

    def add_up(self, values: Tensor) -> None:
        """Sum over all processes, in place."""
        if self.count > 1:
            dist.all_reduce(values)

    def average_gradients(self, params: list[Tensor], stop: bool) -> bool:
        """Means of all gradients; true when any process wants to stop."""
        flat = torch.cat([param.grad.flatten() for param in params] + [torch.tensor([float(stop)])])
        self.add_up(flat)
        start = 0
        for param in params:
            param.grad.copy_(flat[start : start + param.numel()].view_as(param)).div_(self.count)
            start += param.numel()
        return flat[-1].item() > 0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]
