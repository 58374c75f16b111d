"""Trains the autoencoder, for `--steps` steps in all; → `vae/` in diffusers' layout, centred and with its scaling factor.

A step sees crops of 64 px from pictures of 128 px or, every third one, whole pictures of 64 px; every sixth, few whole ones
of 128 px, as the attention in the middle must meet as many tokens as it will have.
"""

import json
import time

import numpy as np
import torch
from compose import Composer
from diffusers import AutoencoderKL
from kept_run import SEED
from scenes import read_art
from workers import Workers

from autoencoder import WEIGHTS, as_bytes, as_floats, autoencoder, centred, losses, psnr
from concepts import chosen
from judge import sheet
from pictures import drawn, single, varied
from progress import Run

SIDE, CROP = 128, 64
PICTURES = 8  # per process
RATE, WEIGHT_DECAY, AVERAGE = 1e-3, 0.01, 0.995
WARM_UP, DECAY_SHARE = 40, 0.5
TRAINING, HELD_OUT, CENTRING = 21, 22, 23  # keys of random sources


def share_of_rate(step: int, steps: int) -> float:
    """Warm-up, constant, and a linear fall over the last half."""
    return min(1.0, (step + 1) / WARM_UP, max(0.0, (steps - step) / (DECAY_SHARE * steps)))


def batch(composer: Composer, step: int, rank: int, scale: float) -> torch.Tensor:
    """Follows from the seed, the step and the process; → [pictures, 3, side, side]"""
    random = np.random.default_rng([SEED, TRAINING, step, rank])
    count = max(1, round(PICTURES * scale))
    if step % 6 == 5:
        pictures = [varied(SIDE, composer, random) for _ in range(max(1, count // 4))]
    elif step % 3 == 2:
        pictures = [varied(CROP, composer, random) for _ in range(count)]
    else:
        pictures = [cropped(varied(SIDE, composer, random), random) for _ in range(count)]
    return as_floats(torch.from_numpy(np.stack(pictures)))


def cropped(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    top, left = random.integers(SIDE - CROP + 1, size=2)
    return picture[top : top + CROP, left : left + CROP]


def singles(composer: Composer, key: int, count: int) -> torch.Tensor:
    """Pictures as the denoiser will know them, of another key than those of the training: [count, side, side, 3] bytes."""
    random, concepts = np.random.default_rng([SEED, key]), chosen(composer.art)
    return torch.from_numpy(np.stack([
        drawn(*single(concepts, composer, random, 0.0), SIDE, composer, random) for _ in range(count)
    ]))  # fmt: skip


def train(rank: int, options, workers: Workers, stop: list[bool]) -> None:
    torch.manual_seed(SEED)
    run = Run(autoencoder(), options.rate or RATE, WEIGHT_DECAY, AVERAGE, workers)
    file, log = options.folder / 'vae.pt', lambda line: print(line, flush=True) if rank == 0 else None
    if file.exists():
        run.load(file)
    composer = Composer(read_art())
    log(f'{sum(value.numel() for value in run.params):,} parameters; vae from step {run.step} to {options.steps}')
    saved = measured = clock = time.monotonic()
    sums: dict[str, list[float]] = {}
    while run.step < options.steps:
        pictures = batch(composer, run.step, rank, options.scale)
        random = torch.Generator().manual_seed(SEED + 2 * (run.step * 64 + rank))
        found = losses(run.model, pictures, random)
        total = sum(WEIGHTS[name] * value for name, value in found.items())
        stopping, = run.advance(total, share_of_rate(run.step, options.steps), len(pictures), [bool(stop)])  # fmt: skip
        now = time.monotonic()
        run.seconds += min(now - clock, 20.0)
        for name, value in {**found, 'took': torch.tensor(now - clock)}.items():
            sums.setdefault(name, []).append(value.item())
        clock = now
        if run.step % options.log_steps == 0:
            means = '  '.join(f'{name} {sum(values) / len(values):.4f}' for name, values in sums.items())
            log(f'vae {run.step}  {run.pictures}  {run.seconds / 60:.1f} min  {means}')
            sums = {}
        if rank == 0 and now - saved > 60 * options.save_minutes:
            run.save(file)
            saved = now
        if rank == 0 and now - measured > 60 * options.measure_minutes:
            report(run, composer, options)
            measured = clock = time.monotonic()
        if stopping:
            break
    if rank > 0:
        return
    run.save(file)
    report(run, composer, options)
    if run.step >= options.steps:
        vae = centred(averaged(run), as_floats(singles(composer, CENTRING, options.measured)))
        vae.save_pretrained(options.folder / 'vae')
        log(f'wrote {options.folder / "vae"}; scaling factor {vae.config.scaling_factor}')


def averaged(run: Run) -> AutoencoderKL:
    vae = autoencoder()
    vae.load_state_dict(run.average.weights)
    return vae.eval()


@torch.inference_mode()
def report(run: Run, composer: Composer, options) -> None:
    """PSNR on pictures kept back as a line of metrics.jsonl, and a sheet with pictures over what became of them."""
    vae, true = averaged(run), singles(composer, HELD_OUT, options.measured)
    made, spread = [], []
    for part in true.split(8):
        posterior = vae.encode(as_floats(part)).latent_dist
        made.append(as_bytes(vae.decode(posterior.mean).sample))
        spread.append((posterior.std.mean() / posterior.mean.std()).item())
    line = dict(phase='vae', step=run.step, pictures=run.pictures, minutes=round(run.seconds / 60, 1))
    line |= dict(psnr=round(psnr(torch.cat(made), true), 2), noise=round(sum(spread) / len(spread), 4))
    with open(options.folder / 'metrics.jsonl', 'a') as metrics:
        metrics.write(json.dumps(line) + '\n')
    pairs = torch.cat([torch.cat([a, b]) for a, b in zip(true[:32].split(8), torch.cat(made)[:32].split(8))])
    sheet(pairs, min(8, len(true)), options.folder / 'samples' / f'vae-{run.step:06}.png')
    print(line, flush=True)
