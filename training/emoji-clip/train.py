"""Trains the embedded CLIP; made to be stopped and continued.

    training/emoji-clip/run.sh stable              # until SIGTERM; continues from training/build/stable.pt
    training/emoji-clip/run.sh decay --steps 500   # branches off stable.pt, rate falls to 0 → training/build/decay.pt

Schedule: warm-up, constant, and a decay that can be branched off at any time (WSD; Hu et al., MiniCPM,
arXiv 2404.06395). The last part of the decay sees all patches of every picture.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import numpy as np
import torch

from batches import Batches, Plan, Pool, encode, loader, normalised
from held_out import TEMPLATES, HeldOut
from losses import Heads, losses
from model import Clip, Shape
from muon import optimisers
from scenes import BUILD, read_art, read_scenes
from tokenizer import load as load_tokenizer

SEED = 1
HELD_BACK = 3000  # scenes at the end of the list that training never sees
WARM_UP = 60
WEIGHTS = {'contrastive': 1.0, 'classes': 1.0, 'present': 0.5, 'patches': 1.0}
MASKED = [Plan(128, 64), Plan(128, 64), Plan(128, 64), Plan(64, 128)]
WHOLE = [Plan(64, 196)]


class Average:
    """Exponential moving average of the weights, short at the start."""

    def __init__(self, model: Clip, decay: float = 0.995):
        self.weights = {name: value.detach().clone() for name, value in model.state_dict().items()}
        self.decay, self.updates = decay, 0

    @torch.no_grad()
    def update(self, model: Clip) -> None:
        self.updates += 1
        rate = 1 - min(self.decay, (1 + self.updates) / (10 + self.updates))
        for name, value in model.state_dict().items():
            self.weights[name].lerp_(value, rate)


class Run:
    """Model, heads, optimisers and average of one run, and the file that keeps them."""

    def __init__(self, shape: Shape, concepts: int, rate: float):
        torch.manual_seed(SEED)
        self.model, self.rate = Clip(shape), rate
        self.heads = Heads(shape.vision_width, concepts)
        self.optimisers = optimisers(self.model, self.heads, rate, weight_decay=0.1)
        self.average = Average(self.model)
        self.step, self.pictures, self.seconds = 0, 0, 0.0

    def set_rate(self, share: float) -> None:
        for optimiser in self.optimisers:
            for group in optimiser.param_groups:
                group['lr'] = self.rate * share

    def save(self, path: Path, **more) -> None:
        state = dict(
            shape=self.model.shape.__dict__, model=self.model.state_dict(), heads=self.heads.state_dict(),
            optimisers=[optimiser.state_dict() for optimiser in self.optimisers], average=self.average.weights,
            updates=self.average.updates, step=self.step, pictures=self.pictures, seconds=self.seconds, **more,
        )  # fmt: skip
        partial = path.with_suffix('.partial')
        torch.save(state, partial)
        os.replace(partial, path)

    def load(self, path: Path) -> dict:
        state = torch.load(path, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.heads.load_state_dict(state['heads'])
        for optimiser, saved in zip(self.optimisers, state['optimisers']):
            optimiser.load_state_dict(saved)
        self.average.weights, self.average.updates = state['average'], state['updates']
        self.step, self.pictures, self.seconds = state['step'], state['pictures'], state['seconds']
        return state


def class_prompts(tokenizer, names, number: int):
    """One prompt per class, its template drawn anew for every batch."""
    random = np.random.default_rng([SEED, 7, number])
    picks = random.integers(len(TEMPLATES), size=len(names))
    return encode(tokenizer, [TEMPLATES[pick].replace('{}', name) for pick, name in zip(picks, names)])


def advance(run: Run, batch, prompts) -> dict[str, float]:
    """One step on one batch."""
    found = losses(run.model, run.heads, batch, normalised(batch['patches']), prompts)
    total = sum(WEIGHTS[name] * value for name, value in found.items())
    for optimiser in run.optimisers:
        optimiser.zero_grad()
    total.backward()
    torch.nn.utils.clip_grad_norm_([*run.model.parameters(), *run.heads.parameters()], 2.0)
    for optimiser in run.optimisers:
        optimiser.step()
    run.model.logit_scale.data.clamp_(max=4.6052)
    run.average.update(run.model)
    run.step += 1
    run.pictures += len(batch['patches'])
    return {name: value.item() for name, value in found.items()}


def share_of_rate(phase: str, step: int, branch: int, steps: int) -> float:
    if phase == 'stable':
        return min(1.0, (step + 1) / WARM_UP)
    return max(0.0, 1 - (step - branch) / steps)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('phase', choices=['stable', 'decay'])
    parser.add_argument('--steps', type=int, default=10**9, help='steps of this phase (decay: its length)')
    parser.add_argument('--whole-share', type=float, default=0.35, help='last part of the decay that keeps all patches')
    parser.add_argument('--rate', type=float, default=2e-3)
    parser.add_argument('--folder', type=Path, default=BUILD)
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--measure-minutes', type=float, default=8)
    options = parser.parse_args()
    folder = options.folder
    (folder / 'train.pgid').write_text(f'{os.getpgrp()}\n')
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))

    art, tokenizer, scenes = read_art(), load_tokenizer(), read_scenes(BUILD)
    shape = Shape(vocabulary=tokenizer.get_vocab_size())
    run = Run(shape, len(art.concepts), options.rate)
    file, branch = folder / f'{options.phase}.pt', 0
    if options.phase == 'decay':
        unfinished = file.exists() and not torch.load(file, weights_only=True)['done']
        state = run.load(file if unfinished else folder / 'stable.pt')
        branch = state['branch'] if unfinished else run.step
    elif file.exists():
        run.load(file)
    end = branch + options.steps
    whole_from = end - round(options.whole_share * options.steps) if options.phase == 'decay' else end
    pool = Pool(scenes[:-HELD_BACK])
    make = lambda plans, first, last: Batches(art, pool, tokenizer, plans, SEED, first, last - first)
    stages = [(MASKED, run.step, whole_from), (WHOLE, max(run.step, whole_from), end)]
    held_out = HeldOut(make(MASKED, 0, 1).composer, scenes[-HELD_BACK:], tokenizer, singles=480, several=500)
    print(f'{sum(p.numel() for p in run.model.parameters()):,} parameters; {options.phase} from step {run.step}', flush=True)

    saved = measured = time.monotonic()
    sums: dict[str, float] = {}
    since = 0
    for plans, first, last in stages:
        if first >= last or stop:
            continue
        clock = waited = time.monotonic()
        for batch in loader(make(plans, first, last)):
            wait = time.monotonic() - waited
            run.set_rate(share_of_rate(options.phase, run.step, branch, options.steps))
            found = advance(run, batch, class_prompts(tokenizer, art.class_names, run.step))
            now = time.monotonic()
            run.seconds += min(now - clock, 20.0)
            sums = {name: sums.get(name, 0.0) + value for name, value in {**found, 'wait': wait, 'took': now - clock}.items()}
            since += 1
            clock = waited = now
            if since == 20:
                means = '  '.join(f'{name} {value / since:.3f}' for name, value in sums.items())
                print(f'{run.step}  {run.pictures}  {run.seconds / 60:.1f} min  {means}  scale {run.model.logit_scale.exp():.1f}', flush=True)
                sums, since = {}, 0
            if now - saved > 60 * options.save_minutes:
                run.save(file, branch=branch, done=False)
                saved = time.monotonic()
            if now - measured > 60 * options.measure_minutes:
                measured = report(run, held_out, folder, options.phase)
            if stop:
                break
    run.save(file, branch=branch, done=run.step >= end)
    report(run, held_out, folder, options.phase)
    (folder / 'train.pgid').unlink(missing_ok=True)


def report(run: Run, held_out: HeldOut, folder: Path, phase: str) -> float:
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
    torch.set_num_threads(2)
    main()
