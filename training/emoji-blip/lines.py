"""JSON lines that stay bytes until they are asked for, so that processes share them through the file's cache."""

import json
from itertools import islice
from pathlib import Path

import numpy as np


class Lines:
    """The lines of a file by number."""

    def __init__(self, path: Path):
        self.bytes = np.memmap(path, np.uint8, mode='r')
        ends = np.flatnonzero(self.bytes == ord('\n'))
        self.starts = np.concatenate([[0], ends + 1])

    def __len__(self) -> int:
        return len(self.starts) - 1

    def __getitem__(self, number: int) -> dict:
        if not 0 <= number < len(self):
            raise IndexError(number)
        return json.loads(self.bytes[self.starts[number] : self.starts[number + 1]].tobytes())

    def first(self, limit: int):
        return islice(self, limit)
