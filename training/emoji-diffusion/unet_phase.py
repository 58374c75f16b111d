"""Trains the denoiser on latents of `--side` pixels; made to be stopped and continued, at another side too.

Phases as emoji-clip's: `unet` is warm-up and a constant rate without end, `unet-decay` branches off it and falls to 0.
"""

import json
import time

import numpy as np
import torch
from diffusers import AutoencoderKL, UNet2DConditionModel
from kept_run import SEED
from schedule import share_of_rate
from workers import Workers

from concepts import IDS, names
from denoiser import denoiser, loss, scheduler
from judge import Judge, sheet
from latents import Latents
from pictures import COLOURS
from progress import Run
from prompts import prompt, worded
from sampling import noise_of, sampled
from text_tower import TextTower

PICTURES = {64: 32, 128: 10}  # per process
RATE, WEIGHT_DECAY, AVERAGE = 1.5e-3, 0.02, 0.999
TRAINING, SHOWN = 31, 32  # keys of random sources
COLUMNS = 8


def batch(latents: Latents, there: np.ndarray, called: list[str], tower: TextTower, step: int, rank: int, count: int):
    """Follows from the seed, the step and the process; → latents [count, 4, …], states [count, 32, width]"""
    random = np.random.default_rng([SEED, TRAINING, latents.side, step, rank])
    numbers = there[random.integers(len(there), size=count)]
    prompts = [prompt(called[concept], COLOURS[colour], random) for concept, colour in latents.facts[numbers].tolist()]
    return torch.from_numpy(latents.values[numbers]).float(), tower.states(prompts)


class Shown:
    """The same prompts and seeds at every measurement: one concept each, with a colour."""

    def __init__(self, called: list[str], tower: TextTower, count: int):
        random = np.random.default_rng([SEED, SHOWN])
        order = random.permutation(len(IDS))
        self.concepts = [int(order[index % len(order)]) for index in range(count)]
        colours = [COLOURS[random.integers(len(COLOURS))] for _ in range(count)]
        self.prompts = [worded('{a} on {ground}', called[concept], colour) for concept, colour in zip(self.concepts, colours)]
        self.states, self.empty = tower.states(self.prompts), tower.states([''])

    def drawn(self, unet, vae, side: int, workers: Workers) -> torch.Tensor:
        """Each process makes a part, all get the whole: bytes [count, side, side, 3]"""
        pictures = torch.zeros(len(self.prompts), side, side, 3)
        mine = torch.arange(workers.rank, len(self.prompts), workers.count)
        noise = noise_of(mine.tolist(), side)
        pictures[mine] = sampled(unet, vae, noise, self.states[mine], self.empty).float()
        workers.add_up(pictures)
        return pictures.byte()


def train(rank: int, options, workers: Workers, stop: list[bool]) -> None:
    torch.manual_seed(SEED)
    phase, folder = options.phase, options.folder
    log = lambda line: print(line, flush=True) if rank == 0 else None
    tower, judge = TextTower(), Judge() if rank == 0 else None
    run = Run(denoiser(tower.model.config.hidden_size), options.rate or RATE, WEIGHT_DECAY, AVERAGE, workers)
    file, branch = folder / f'{phase}.pt', begin(run, options)
    end = branch + options.steps if phase == 'unet-decay' else run.step + options.steps
    latents, vae = Latents(folder, options.side), AutoencoderKL.from_pretrained(folder / 'vae', low_cpu_mem_usage=False).eval()
    there, called = latents.drawn(), names()
    if len(there) == 0:
        raise SystemExit(f'no latents of {options.side} px yet; write them with: run.sh latents --side {options.side}')
    shown, noising = Shown(called, tower, options.measured), scheduler()
    count = max(1, round(PICTURES[options.side] * options.scale))
    size = sum(value.numel() for value in run.params)
    log(f'{size:,} parameters; {phase} from step {run.step} on {len(there)} pictures of {options.side} px, {count} a process')
    saved = measured = clock = time.monotonic()
    sums: list[float] = []
    since = 0
    while run.step < end:
        values, states = batch(latents, there, called, tower, run.step, rank, count)
        random = torch.Generator().manual_seed(SEED + 2 * (run.step * 64 + rank))
        found = loss(run.model, noising, values, states, random)
        share = share_of_rate('stable' if phase == 'unet' else 'decay', run.step, branch, options.steps)
        due = rank == 0 and time.monotonic() - measured > 60 * options.measure_minutes
        stopping, measuring = run.advance(found, share, count, [bool(stop), due])
        sums.append(found.item())
        now = time.monotonic()
        run.seconds, since, clock = run.seconds + min(now - clock, 20.0), since + now - clock, now
        if run.step % options.log_steps == 0:
            speed = len(sums) * count * workers.count / since
            means = f'loss {sum(sums) / len(sums):.4f}  {speed:.1f} pictures/s'
            log(f'{phase} {run.step}  {run.pictures}  {run.seconds / 60:.1f} min  {means}')
            sums, since = [], 0
        if rank == 0 and now - saved > 60 * options.save_minutes:
            run.save(file, branch=branch, done=False)
            saved = now
        if measuring and not stopping:
            report(run, vae, shown, judge, options)
            measured = clock = time.monotonic()
        if stopping:
            break
    if rank == 0:
        run.save(file, branch=branch, done=run.step >= end)
    report(run, vae, shown, judge, options)


def begin(run: Run, options) -> int:
    """
    Goes on from `--start` (of an exported pipeline the weights alone), from the phase's own checkpoint, or, to decay, from `unet.pt`; → the step that a decay branched off.
    """
    file = options.folder / f'{options.phase}.pt'
    if options.start and options.start.is_dir():
        unet = UNet2DConditionModel.from_pretrained(options.start / 'unet', low_cpu_mem_usage=False)
        run.begin_with(unet.float().state_dict())
        return 0
    if options.start:
        run.load(options.start)
        return run.step
    if options.phase == 'unet-decay':
        unfinished = file.exists() and not torch.load(file, weights_only=True)['done']
        state = run.load(file if unfinished else options.folder / 'unet.pt')
        return state['branch'] if unfinished else run.step
    if file.exists():
        run.load(file)
    return 0


def report(run: Run, vae, shown: Shown, judge: Judge | None, options) -> None:
    """What the averaged weights make of the prompts: a sheet, and what emoji-clip recognises as a line of metrics.jsonl."""
    unet = denoiser(shown.states.shape[2])
    unet.load_state_dict(run.average.weights)
    pictures = shown.drawn(unet.eval(), vae, options.side, run.workers)
    if judge is None:
        return
    among_all, among_own = judge.right(pictures, shown.concepts)
    line = dict(phase=options.phase, side=options.side, step=run.step, pictures=run.pictures, minutes=round(run.seconds / 60, 1))
    line |= dict(top1=round(among_all.float().mean().item(), 4), top1Own=round(among_own.float().mean().item(), 4))
    line |= dict(shown=len(pictures))
    with open(options.folder / 'metrics.jsonl', 'a') as metrics:
        metrics.write(json.dumps(line) + '\n')
    sheet(pictures, COLUMNS, options.folder / 'samples' / f'{options.phase}-{run.step:06}.png')
    print(line, flush=True)
