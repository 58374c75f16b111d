"""Trains the embedded CLIP; made to be stopped and continued.

    training/emoji-clip/run.sh stable              # until SIGTERM; continues from training/build/stable.pt
    training/emoji-clip/run.sh decay --steps 500   # branches off stable.pt, rate falls to 0 → training/build/decay.pt

Schedule: warm-up, constant, and a decay that can be branched off at any time (WSD; Hu et al., MiniCPM,
arXiv 2404.06395). `--whole-share` lets the last part of the decay see all patches of every picture.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file

from batches import WORKERS, Batches, Plan, Pool, encode, loader, normalised
from compose import Composer
from held_out import TEMPLATES, HeldOut
from kept_run import SEED
from losses import losses
from model import Clip, Shape
from scenes import BUILD, read_art, read_scenes
from schedule import share_of_rate
from tokenizer import load as load_tokenizer
from tower_run import TowerRun
from workers import Workers, free_port

HELD_BACK = 3000  # scenes at the end of the list that training never sees
WEIGHTS = {'contrastive': 1.0, 'classes': 1.0, 'present': 0.5, 'patches': 1.0}
# per process; one picture's patches: things, then ground
MASKED = [Plan(80, 40, 1.0), Plan(64, 64, 0.0), Plan(80, 40, 1.0), Plan(64, 64, 0.0), Plan(24, 160, 0.5)]
WHOLE = [Plan(32, 196, 0.5)]


def class_prompts(tokenizer, names, number: int):
    """One prompt per class, its template drawn anew for every batch."""
    random = np.random.default_rng([SEED, 7, number])
    picks = random.integers(len(TEMPLATES), size=len(names))
    return encode(tokenizer, [TEMPLATES[pick].replace('{}', name) for pick, name in zip(picks, names)])


def advance(run: TowerRun, batch, prompts, stop: bool) -> tuple[dict[str, float], bool]:
    """One step on one batch per process; → the losses, and whether any process wants to stop."""
    found = losses(run.model, run.heads, batch, normalised(batch['patches']), prompts)
    total = sum(WEIGHTS[name] * value for name, value in found.items())
    for optimiser in run.optimisers:
        optimiser.zero_grad()
    total.backward()
    for param in run.params:
        if param.grad is None:
            param.grad = torch.zeros_like(param)
    stop = run.workers.average_gradients(run.params, stop)
    torch.nn.utils.clip_grad_norm_(run.params, 2.0)
    for optimiser in run.optimisers:
        optimiser.step()
    run.model.logit_scale.data.clamp_(max=4.6052)
    run.average.update(run.model)
    run.step += 1
    run.pictures += len(batch['patches']) * run.workers.count
    return {name: value.item() for name, value in found.items()}, stop


def main(rank: int, count: int, port: int) -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('phase', choices=['stable', 'decay'])
    parser.add_argument('--steps', type=int, default=10**9, help='steps of this phase (decay: its length)')
    parser.add_argument('--start', type=Path, help='checkpoint or exported folder to go on from')
    parser.add_argument('--whole-share', type=float, default=0.0, help='last part of the decay that keeps all patches')
    parser.add_argument('--rate', type=float, default=1.6e-3, help='of AdamW; of Muon times MUON_FACTOR')
    parser.add_argument('--augment', type=float, default=0.45, help='0 to 1; little at first learns faster')
    parser.add_argument('--folder', type=Path, default=BUILD)
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--measure-minutes', type=float, default=8)
    options = parser.parse_args()
    folder = options.folder
    workers = Workers(rank, count, port)
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))

    art, tokenizer, scenes = read_art(), load_tokenizer(), read_scenes(BUILD)
    shape = Shape(vocabulary=tokenizer.get_vocab_size())
    run = TowerRun(Clip, shape, len(art.concepts), options.rate, workers)
    file, branch = folder / f'{options.phase}.pt', 0
    if options.start and options.start.is_dir():
        weights = load_file(options.start / 'model.safetensors')
        run.begin_with({name: value.float() for name, value in weights.items()})
    elif options.start:
        run.load(options.start)
        branch = run.step
    elif options.phase == 'decay':
        unfinished = file.exists() and not torch.load(file, weights_only=True)['done']
        state = run.load(file if unfinished else folder / 'stable.pt')
        branch = state['branch'] if unfinished else run.step
    elif file.exists():
        run.load(file)
    end = branch + options.steps
    whole_from = end - round(options.whole_share * options.steps) if options.phase == 'decay' else end
    pool = Pool(scenes[:-HELD_BACK])
    composer = Composer(art)
    make = lambda plans, first, last: Batches(
        composer, pool, tokenizer, plans, SEED, range(first * count + rank, last * count, count), options.augment
    )
    stages = [(MASKED, run.step, whole_from), (WHOLE, max(run.step, whole_from), end)]
    held_out = HeldOut(composer, scenes[-HELD_BACK:], tokenizer, singles=400, several=300) if rank == 0 else None
    parameters = sum(param.numel() for param in run.model.parameters())
    log = lambda line: print(line, flush=True) if rank == 0 else None
    log(f'{parameters:,} parameters; {options.phase} from step {run.step}')

    saved = measured = time.monotonic()
    sums: dict[str, float] = {}
    since, stopping = 0, False
    for plans, first, last in stages:
        if first >= last or stopping:
            continue
        clock = waited = time.monotonic()
        for batch in loader(make(plans, first, last)):
            wait = time.monotonic() - waited
            run.set_rate(share_of_rate(options.phase, run.step, branch, options.steps))
            prompts = class_prompts(tokenizer, art.class_names, run.step)
            found, stopping = advance(run, batch, prompts, bool(stop))
            now = time.monotonic()
            run.seconds += min(now - clock, 20.0)
            sums = {name: sums.get(name, 0.0) + value for name, value in {**found, 'wait': wait, 'took': now - clock}.items()}
            since += 1
            clock = waited = now
            if since == 20:
                means = '  '.join(f'{name} {value / since:.3f}' for name, value in sums.items())
                log(f'{run.step}  {run.pictures}  {run.seconds / 60:.1f} min  {means}  scale {run.model.logit_scale.exp():.1f}')
                sums, since = {}, 0
            if rank == 0 and now - saved > 60 * options.save_minutes:
                run.save(file, branch=branch, done=False)
                saved = time.monotonic()
            if rank == 0 and now - measured > 60 * options.measure_minutes:
                measured = report(run, held_out, folder, options.phase)
            if stopping:
                break
    if rank > 0:
        return
    run.save(file, branch=branch, done=run.step >= end)
    report(run, held_out, folder, options.phase)


def report(run: TowerRun, held_out: HeldOut, folder: Path, phase: str) -> float:
    """Accuracy of the averaged weights, as a line of metrics.jsonl."""
    averaged = Clip(run.model.shape)
    averaged.load_state_dict(run.average.weights)
    line = dict(phase=phase, step=run.step, pictures=run.pictures, minutes=round(run.seconds / 60, 1))
    line |= {name: round(value, 4) for name, value in held_out.measure(averaged).items()}
    with open(folder / 'metrics.jsonl', 'a') as metrics:
        metrics.write(json.dumps(line) + '\n')
    print(line, flush=True)
    return time.monotonic()


if __name__ == '__main__':
    BUILD.mkdir(parents=True, exist_ok=True)
    pgid = BUILD / 'train.pgid'
    pgid.write_text(f'{os.getpgrp()}\n')
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the workers save and end
    torch.multiprocessing.spawn(main, (WORKERS, free_port()), WORKERS)
    pgid.unlink(missing_ok=True)
