"""What a step of each plan costs: floating-point operations per picture, and CPU seconds of one thread.

    python3 training/emoji-blip/cost.py [--scale 0.125] [--repeat 3]

Operations are those of the matrix products forwards and backwards, as PyTorch counts them; Muon's are beside them, per step
and process. Batches are scaled down so that a busy machine can be asked, and the time of a picture is taken to be the same in a full one.
"""

import argparse
import time

import torch
import beside  # noqa: F401  # finds the modules of emoji-clip
from compose import Composer
from kept_run import SEED
from scenes import BUILD, read_art
from torch.utils.flop_counter import FlopCounterMode
from workers import Workers

from network import Blip, Shape
from objectives import objectives
from progress import Run
from samples import Batches, Pool
from train import DENSE, MASKED, PAIRS, SCENES, SINGLES, WEIGHTS, WHOLE
from wordpiece import load

PLANS = {'scenes': SCENES, 'pairs': PAIRS, 'singles': SINGLES, 'scenes, all patches': WHOLE[0], 'pairs, all patches': WHOLE[1]}
PROCESSES = 2


def counted(work) -> tuple[float, float]:
    """→ operations, CPU seconds"""
    start = time.process_time()
    with FlopCounterMode(display=False) as counter:
        work()
    return counter.get_total_flops(), time.process_time() - start


def cheapest(work, repeat: int) -> tuple[float, float]:
    """Of several, after one to warm up: operations, CPU seconds without counting."""
    operations, _ = counted(work)
    seconds = []
    for _ in range(repeat):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return operations, min(seconds)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--scale', type=float, default=0.125)
    parser.add_argument('--repeat', type=int, default=3)
    options = parser.parse_args()
    torch.set_num_threads(1)
    art, tokenizer, pool = read_art(), load(), Pool(BUILD)
    composer = Composer(art)
    run = Run(Blip, Shape(vocabulary=tokenizer.get_vocab_size() + 2), len(art.concepts), 1e-4, Workers(0, 1, 0))
    total = {}
    for name, plan in PLANS.items():
        small = plan.scaled(options.scale)
        batches = Batches(composer, pool, tokenizer, [small], SEED, range(8), 0, 0.6)
        start = time.process_time()
        batch = batches[0]
        drawing = (time.process_time() - start) / small.pictures

        def learn():
            found = objectives(run.model, run.heads, batch, plan.tasks, torch.Generator().manual_seed(1))
            for optimiser in run.optimisers:
                optimiser.zero_grad()
            sum((DENSE | WEIGHTS)[key] * value for key, value in found.items()).backward()

        operations, seconds = cheapest(learn, options.repeat)
        muon, update = cheapest(run.optimisers[0].step, options.repeat)
        step = seconds / small.pictures * plan.pictures + update / PROCESSES
        total[name] = (step, plan.pictures)
        print(f'{name}: {plan.pictures} pictures of {plan.patches} patches; {operations / small.pictures / 1e9:.2f} GFLOP and '
              f'{1e3 * seconds / small.pictures:.0f} ms a picture, {1e3 * drawing:.0f} ms to draw it; '
              f'Muon {muon / PROCESSES / 1e9:.0f} GFLOP and {update / PROCESSES:.2f} s a process; step {step:.1f} s')  # fmt: skip
    names = {id(plan): name for name, plan in PLANS.items()}
    cycle = [total[names[id(plan)]] for plan in MASKED]
    rate = PROCESSES * sum(pictures for _, pictures in cycle) / sum(seconds for seconds, _ in cycle)
    print(f'{rate:.0f} pictures a second with {PROCESSES} cores, without drawing')
