"""How well `models/emoji-clip` knows each class when it is drawn large: what `concepts.py` was chosen by.

    python3 training/emoji-diffusion/ceiling.py [--each 2] [--side 128]

Prints one line per class: share of pictures that are right among 160 classes, over all styles of the training, and what the
wrong ones were taken for.
"""

import argparse
from dataclasses import replace

import beside  # noqa: F401  # finds the modules of emoji-clip
import numpy as np
import torch
from compose import Composer
from scenes import read_art

from concepts import IDS
from judge import Judge
from pictures import drawn, single

if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--each', type=int, default=2, help='pictures per class and style')
    parser.add_argument('--side', type=int, default=128)
    options = parser.parse_args()
    torch.set_num_threads(1)
    judge, composer, random = Judge(), Composer(read_art()), np.random.default_rng(0)
    total, own = [], []
    for number, concept in enumerate(composer.art.concepts):
        if concept['class'] is None:
            continue
        pictures = []
        for style in composer.styles[number]:
            for _ in range(options.each):
                item, ground = single([number], composer, random, 0.0)
                pictures.append(drawn(replace(item, style=style), ground, options.side, composer, random))
        seen = judge.scores(torch.from_numpy(np.stack(pictures))).argmax(1).tolist()
        share = sum(label == concept['class'] for label in seen) / len(seen)
        wrong = sorted({judge.names[label] for label in seen if label != concept['class']})
        total.append(share)
        own += [share] if concept['id'] in IDS else []
        print(f'{share:.2f}  {"x" if concept["id"] in IDS else " "}  {concept["name"]}  {", ".join(wrong)}', flush=True)
    print(f'{np.mean(total):.3f} of all, {np.mean(own):.3f} of the chosen')
