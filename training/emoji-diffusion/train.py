"""Trains the embedded Stable Diffusion, phase by phase; each can be stopped and goes on where it was.

    training/emoji-diffusion/run.sh vae                           # the autoencoder → training/build/diffusion/vae
    training/emoji-diffusion/run.sh latents --side 64             # what the denoiser learns from, encoded once
    training/emoji-diffusion/run.sh unet --side 64                # until SIGTERM; then the same with --side 128
    training/emoji-diffusion/run.sh unet-decay --side 128 --steps 4000   # branches off unet.pt, the rate falls to 0
"""

import argparse
import os
import signal
from pathlib import Path

import torch
from beside import FOLDER
from workers import Workers, free_port

import latents
import unet_phase
import vae_phase

STEPS = {'vae': 4500, 'latents': 0, 'unet': 10**9, 'unet-decay': 4000}
PICTURES = {64: 60_000, 128: 40_000}  # latents


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('phase', choices=STEPS)
    parser.add_argument('--steps', type=int, help='vae: in all; unet: of this call; unet-decay: its length')
    parser.add_argument('--side', type=int, choices=PICTURES, default=64, help='of the pictures, in pixels')
    parser.add_argument('--pictures', type=int, help='latents: how many; more may be asked for later')
    parser.add_argument('--mirrored', type=float, default=0.0, help='latents: share of mirrored objects')
    parser.add_argument('--start', type=Path, help='unet phases: checkpoint or exported pipeline to go on from')
    parser.add_argument('--rate', type=float, help='of AdamW; of Muon times MUON_FACTOR')
    parser.add_argument('--folder', type=Path, default=FOLDER)
    parser.add_argument('--save-minutes', type=float, default=5)
    parser.add_argument('--measure-minutes', type=float, default=15)
    parser.add_argument('--measured', type=int, default=48, help='pictures of a measurement')
    parser.add_argument('--log-steps', type=int, default=20)
    parser.add_argument('--processes', type=int, default=2, help='one thread each')
    parser.add_argument('--scale', type=float, default=1.0, help='of the batches; 0.1 for a trial')
    options = parser.parse_args(arguments)
    options.steps = options.steps or STEPS[options.phase]
    return options


def main(rank: int, options: argparse.Namespace, port: int) -> None:
    torch.set_num_threads(1)
    stop: list[bool] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.append(True))
    if options.phase == 'latents':
        latents.write(rank, options, stop)
        return
    workers = Workers(rank, options.processes, port)
    (vae_phase if options.phase == 'vae' else unet_phase).train(rank, options, workers, stop)


if __name__ == '__main__':
    options = options_of()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.phase == 'latents':
        latents.Latents(options.folder, options.side, options.pictures or PICTURES[options.side], options.mirrored)
    pgid = options.folder / 'train.pgid'
    pgid.write_text(f'{os.getpgrp()}\n')
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)  # the workers save and end
    torch.multiprocessing.spawn(main, (options, free_port()), options.processes)
    pgid.unlink(missing_ok=True)
