"""Latents of the pictures that the denoiser learns from, encoded once: an encoder's pass costs a sixth of the denoiser's step.

    training/build/diffusion/latents.64.f16    float16 [pictures, 4, 16, 16], centred and of deviation 1
    training/build/diffusion/facts.64.i16      int16 [pictures, 2]: number in concepts.IDS, number in COLOURS; −1 before it is drawn
    training/build/diffusion/latents.64.json   what they were made with

Picture i follows from the seed and i alone, so that several processes can share the work and a later call goes on.
"""

import hashlib
import json
import time
from pathlib import Path

import numpy as np
import torch
from compose import Composer
from diffusers import AutoencoderKL
from kept_run import SEED
from scenes import read_art

from autoencoder import CHANNELS, FACTOR, as_floats
from concepts import IDS, STYLES, chosen
from pictures import COLOURS, drawn, single

AT_ONCE = 32
DRAWING = 11  # keys of random sources


class Latents:
    """The files of one side; `count` makes or lengthens them, `mirrored` is the share of mirrored objects."""

    def __init__(self, folder: Path, side: int, count: int | None = None, mirrored: float = 0.0):
        about, self.side = folder / f'latents.{side}.json', side
        made_with = dict(autoencoder=digest(folder / 'vae'), seed=SEED, concepts=list(IDS), styles=list(STYLES))
        if count is None and not about.exists():
            raise SystemExit(f'{about} is missing; write it with: run.sh latents --side {side}')
        said = json.loads(about.read_text()) if about.exists() else dict(mirrored=mirrored, **made_with)
        differing = [name for name, value in made_with.items() if said[name] != value]
        if differing:
            raise SystemExit(f'{about} has another {differing[0]}; remove latents.* and facts.* and write them again')
        if count is not None:
            about.write_text(json.dumps(dict(said, pictures=count)) + '\n')
            said['pictures'] = count
        grid, self.count, self.mirrored = side // FACTOR, said['pictures'], said['mirrored']
        self.values = opened(folder / f'latents.{side}.f16', np.float16, (self.count, CHANNELS, grid, grid), 0)
        self.facts = opened(folder / f'facts.{side}.i16', np.int16, (self.count, 2), -1)

    def drawn(self) -> np.ndarray:
        """Numbers of the pictures that are there."""
        return np.flatnonzero(self.facts[:, 0] >= 0)


def digest(vae: Path) -> str:
    """Of the autoencoder's weights."""
    file = vae / 'diffusion_pytorch_model.safetensors'
    if not file.exists():
        raise SystemExit(f'{file} is missing; train it with: run.sh vae')
    return hashlib.sha256(file.read_bytes()).hexdigest()[:16]


def opened(path: Path, kind, shape: tuple[int, ...], empty: int) -> np.memmap:
    """The file, made or lengthened with `empty` where it is too short."""
    row = int(np.prod(shape[1:])) * np.dtype(kind).itemsize
    there = path.stat().st_size // row if path.exists() else 0
    if there < shape[0]:
        with open(path, 'ab') as file:
            file.truncate(there * row)
            for start in range(there, shape[0], 1000):
                file.write(np.full((min(1000, shape[0] - start), *shape[1:]), empty, kind).tobytes())
    return np.memmap(path, kind, 'r+', shape=shape)


@torch.inference_mode()
def write(rank: int, options, stop: list[bool]) -> None:
    """This process's share of the pictures that are not there yet."""
    latents = Latents(options.folder, options.side)
    vae = AutoencoderKL.from_pretrained(options.folder / 'vae', low_cpu_mem_usage=False).eval()
    composer = Composer(read_art())
    concepts = chosen(composer.art)
    missing = np.flatnonzero(latents.facts[:, 0] < 0)
    mine = missing[missing // AT_ONCE % options.processes == rank]
    began, since = time.monotonic(), time.monotonic()
    for start in range(0, len(mine), AT_ONCE):
        if stop:
            break
        numbers = mine[start : start + AT_ONCE]
        pictures, facts = [], []
        for number in numbers.tolist():
            random = np.random.default_rng([SEED, DRAWING, options.side, number])
            item, ground = single(concepts, composer, random, latents.mirrored)
            pictures.append(drawn(item, ground, options.side, composer, random))
            facts.append((concepts.index(item.concept), COLOURS.index(ground.colour)))
        mean = vae.encode(as_floats(torch.from_numpy(np.stack(pictures)))).latent_dist.mean
        latents.values[numbers] = (mean * vae.config.scaling_factor).numpy()
        latents.facts[numbers] = facts
        if rank == 0 and time.monotonic() - since > 30:
            since, done = time.monotonic(), start + len(numbers)
            print(f'latents {options.side} px: {done} of {len(mine)}, {done / (since - began):.1f} pictures/s', flush=True)
    latents.values.flush()
    latents.facts.flush()
    if rank == 0:
        print(f'latents {options.side} px: {"stopped" if stop else "all there"}', flush=True)
