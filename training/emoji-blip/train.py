"""Trains the embedded BLIP; made to be stopped and continued.

    training/emoji-blip/run.sh stable              # until SIGTERM; continues from training/build/blip/stable.pt
    training/emoji-blip/run.sh decay --steps 800   # branches off stable.pt, rate falls to 0 → training/build/blip/decay.pt

Schedule as emoji-clip's: warm-up, constant, and a decay that can be branched off at any time; `--whole-share` lets the last
part of the decay see all patches of every picture. A new run starts from the vision tower of `--vision`.
"""

import argparse
import json
import os
import signal
import time
from pathlib import Path

import torch
from beside import FOLDER, HERE
from batches import loader
from compose import Composer
from kept_run import SEED
from scenes import BUILD, read_art
from schedule import share_of_rate
from workers import Workers, free_port

from layouts import gathered
from measure import HeldOut
from network import Blip, Shape
from objectives import objectives
from progress import Run
from samples import Batches, Plan, Pool
from wordpiece import load as load_tokenizer

MODELS = HERE.parents[1] / 'models'
DENSE = {'present': 0.25, 'patches': 0.5}
WEIGHTS = {'contrast': 1.0, 'match': 1.0, 'caption': 0.7, 'answer': 1.5, 'pair': 1.5}
# per process
SCENES = Plan(64, 52, ('contrast', 'match', 'caption', 'answer'), questions=3)
PAIRS = Plan(96, 48, ('pair',))
SINGLES = Plan(80, 36, ('contrast', 'match', 'answer'), singles=True, questions=1)
MASKED = [SCENES, PAIRS, SCENES, PAIRS, SCENES, PAIRS, SINGLES]
WHOLE = [Plan(24, 196, SCENES.tasks, questions=3), Plan(28, 196, PAIRS.tasks)]


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('phase', choices=['stable', 'decay'])
    parser.add_argument('--steps', type=int, default=10**9, help='steps of this phase (decay: its length)')
    parser.add_argument('--start', type=Path, help='checkpoint to go on from, or `models` for the exported weights')
    parser.add_argument('--vision', default=str(MODELS / 'emoji-clip'), help='folder or checkpoint of emoji-clip, or `random`')
    parser.add_argument('--whole-share', type=float, default=0.0, help='last part of the decay that keeps all patches')
    parser.add_argument('--only', choices=['caption', 'answer', 'match', 'pair'], help='plans that learn this task, for its own checkpoint')
    parser.add_argument('--dense', type=float, default=1.0, help='weight of the dense losses; 0 for a short run whose heads are new')
    parser.add_argument('--rate', type=float, default=1.2e-3, help='of AdamW; of Muon times MUON_FACTOR')
    parser.add_argument('--augment', type=float, default=0.6, help='0 to 1; little at first learns faster')
    parser.add_argument('--folder', type=Path, default=FOLDER)
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--measure-minutes', type=float, default=15)
    parser.add_argument('--measured', type=int, default=300, help='scenes, and pairs, of a measurement')
    parser.add_argument('--log-steps', type=int, default=20)
    parser.add_argument('--processes', type=int, default=2, help='one thread each')
    parser.add_argument('--scale', type=float, default=1.0, help='of the batches; 0.1 for a trial')
    return parser.parse_args(arguments)


def main(rank: int, options: argparse.Namespace, port: int) -> None:
    torch.set_num_threads(1)
    folder, phase = options.folder, options.phase
    workers = Workers(rank, options.processes, port)
    stop = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))

    art, tokenizer, pool = read_art(), load_tokenizer(), Pool(BUILD)
    composer = Composer(art)
    weights = WEIGHTS | {name: options.dense * weight for name, weight in DENSE.items()}
    make = lambda plans, first, last: Batches(
        composer, pool, tokenizer, [plan.scaled(options.scale) for plan in plans], SEED, range(first, last), rank, options.augment
    )
    run = Run(Blip, Shape(vocabulary=tokenizer.get_vocab_size() + 2), len(art.concepts), options.rate, workers)
    file, branch = folder / f'{phase}.pt', 0
    unfinished = phase == 'decay' and file.exists() and not torch.load(file, weights_only=True)['done']
    if options.start and options.start.is_dir():
        run.begin_with(gathered(options.start, options.only or 'match'))
    elif options.start:
        run.load(options.start)
        branch = run.step
    elif phase == 'decay':
        state = run.load(file if unfinished else folder / 'stable.pt')
        branch = state['branch'] if unfinished else run.step
    elif file.exists():
        run.load(file)
    elif options.vision != 'random':
        calibration = Batches(composer, pool, tokenizer, [Plan(32, 196, ())], SEED, range(1), 0, 0.0)[0]
        run.take_vision(Path(options.vision), calibration)
    end = branch + options.steps
    whole_from = end - round(options.whole_share * options.steps) if phase == 'decay' else end
    plans_of = lambda plans: [plan for plan in plans if options.only in (None, *plan.tasks)]
    stages = [(plans_of(MASKED), run.step, whole_from), (plans_of(WHOLE), max(run.step, whole_from), end)]
    held_out = HeldOut(composer, pool, tokenizer, options.measured, options.measured) if rank == 0 else None
    log = lambda line: print(line, flush=True) if rank == 0 else None
    log(f'{sum(param.numel() for param in run.model.parameters()):,} parameters; {phase} from step {run.step}')

    saved = measured = time.monotonic()
    sums: dict[str, list[float]] = {}
    stopping = False
    for plans, first, last in stages:
        if first >= last or stopping:
            continue
        clock = waited = time.monotonic()
        for batch in loader(make(plans, first, last)):
            wait = time.monotonic() - waited
            run.set_rate(share_of_rate(phase, run.step, branch, options.steps))
            random = torch.Generator().manual_seed(SEED + 2 * (run.step * 64 + rank))
            found = objectives(run.model, run.heads, batch, plans[run.step % len(plans)].tasks, random)
            stopping = run.advance(found, weights, len(batch['patches']), bool(stop))
            now = time.monotonic()
            run.seconds += min(now - clock, 20.0)
            found = {name: value.item() for name, value in found.items()}
            for name, value in {**found, 'wait': wait, 'took': now - clock}.items():
                sums.setdefault(name, []).append(value)
            clock = waited = now
            if run.step % options.log_steps == 0:
                means = '  '.join(f'{name} {sum(values) / len(values):.3f}' for name, values in sums.items())
                log(f'{run.step}  {run.pictures}  {run.seconds / 60:.1f} min  {means}  scale {run.model.logit_scale.exp():.1f}')
                sums = {}
            if rank == 0 and now - saved > 60 * options.save_minutes:
                run.save(file, branch=branch, done=False)
                saved = time.monotonic()
            if rank == 0 and now - measured > 60 * options.measure_minutes:
                measured = report(run, held_out, folder, phase)
            if stopping:
                break
    if rank > 0:
        return
    run.save(file, branch=branch, done=run.step >= end)
    report(run, held_out, folder, phase)


def report(run: Run, held_out: HeldOut, folder: Path, phase: str) -> float:
    """Accuracy of the averaged weights, as a line of metrics.jsonl."""
    averaged = Blip(run.model.shape).eval()
    averaged.load_state_dict(run.average.weights)
    line = dict(phase=phase, step=run.step, pictures=run.pictures, minutes=round(run.seconds / 60, 1))
    line |= {name: round(value, 4) for name, value in held_out.measure(averaged).items()}
    with open(folder / 'metrics.jsonl', 'a') as metrics:
        metrics.write(json.dumps(line) + '\n')
    print(line, flush=True)
    return time.monotonic()


if __name__ == '__main__':
    options = options_of()
    options.folder.mkdir(parents=True, exist_ok=True)
    pgid = options.folder / 'train.pgid'
    pgid.write_text(f'{os.getpgrp()}\n')
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the workers save and end
    torch.multiprocessing.spawn(main, (options, free_port()), options.processes)
    pgid.unlink(missing_ok=True)
