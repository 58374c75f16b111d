"""What the exported pipeline makes, judged: by emoji-clip, and beside drawn pictures.

    python3 training/emoji-diffusion/evaluate.py [--each 4] [--folder models/emoji-diffusion]

Pictures come from diffusers' StableDiffusionPipeline, `--each` per concept, half of the prompts with a colour. Accuracy is
zero-shot top-1 of `models/emoji-clip`, among all 160 classes of `datasets/emoji-objects` and among the concepts alone; the
same of drawn pictures is what can be reached. PSNR of the autoencoder is on pictures in styles of the training and in the one that
nothing was trained on. A sheet of all samples and the numbers go to `--written`.
"""

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from beside import FOLDER, MODELS
from compose import Composer
from diffusers import StableDiffusionPipeline
from scenes import read_art

from autoencoder import as_bytes, as_floats, psnr
from concepts import IDS, chosen, names
from judge import Judge, sheet
from pictures import COLOURS, Item, drawn, single
from prompts import worded
from sampling import GUIDANCE, STEPS, noise_of

SIDE = 128
DRAWN, PROMPTS = 41, 42  # keys of random sources
AT_ONCE = 8
FIRST_SEED = 100_000  # no seed of the measurements while training


def prompts_of(each: int) -> tuple[list[str], list[int]]:
    """→ prompts, the concept of each"""
    random, called = np.random.default_rng(PROMPTS), names()
    rows = []
    for concept, name in enumerate(called):
        for number in range(each):
            form = 'a picture of {a}.' if number % 2 else '{a} on {ground}'
            rows.append((worded(form, name, COLOURS[random.integers(len(COLOURS))]), concept))
    return [text for text, _ in rows], [concept for _, concept in rows]


def made(folder: Path, prompts: list[str], steps: int, guidance: float) -> torch.Tensor:
    """→ bytes [prompts, 128, 128, 3]"""
    pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32, low_cpu_mem_usage=False)
    pipeline.set_progress_bar_config(disable=True)
    parts = []
    for start in range(0, len(prompts), AT_ONCE):
        texts = prompts[start : start + AT_ONCE]
        noise = noise_of([FIRST_SEED + start + index for index in range(len(texts))], SIDE)
        parts.append(pipeline(texts, latents=noise, num_inference_steps=steps, guidance_scale=guidance, output_type='np').images)
        print(f'{start + len(texts)} of {len(prompts)} pictures', flush=True)
    return torch.from_numpy(np.concatenate(parts) * 255).round().byte()


def from_sprites(composer: Composer, each: int, style: int | None = None) -> tuple[torch.Tensor, list[int]]:
    """`each` drawn pictures per concept, in one style or in those of the training; → bytes, the concept of each"""
    random, concepts = np.random.default_rng(DRAWN), chosen(composer.art)
    rows = []
    for index, concept in enumerate(concepts):
        if style is not None and (concept, style) not in composer.art.sprite_of:
            continue
        for _ in range(each):
            item, behind = single([concept], composer, random, 0.0)
            item = item if style is None else Item(concept, style, item.size, item.x, item.y, item.turn, False)
            rows.append((drawn(item, behind, SIDE, composer, random), index))
    return torch.from_numpy(np.stack([picture for picture, _ in rows])), [concept for _, concept in rows]


@torch.inference_mode()
def rebuilt(folder: Path, pictures: torch.Tensor) -> torch.Tensor:
    """Through the autoencoder and back."""
    vae = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32, low_cpu_mem_usage=False).vae
    parts = [vae.decode(vae.encode(as_floats(part)).latent_dist.mean).sample for part in pictures.split(AT_ONCE)]
    return torch.cat([as_bytes(part) for part in parts])


def accuracy(judge: Judge, pictures: torch.Tensor, concepts: list[int]) -> tuple[dict[str, float], torch.Tensor]:
    among_all, among_own = judge.right(pictures, concepts)
    return dict(top1=among_all.float().mean().item(), top1Own=among_own.float().mean().item()), among_all


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--folder', type=Path, default=MODELS / 'emoji-diffusion')
    parser.add_argument('--each', type=int, default=4, help='pictures per concept')
    parser.add_argument('--steps', type=int, default=STEPS)
    parser.add_argument('--guidance', type=float, default=GUIDANCE)
    parser.add_argument('--written', type=Path, default=FOLDER / 'evaluation')
    parser.add_argument('--threads', type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    judge, composer = Judge(), Composer(read_art())
    prompts, concepts = prompts_of(options.each)
    pictures = made(options.folder, prompts, options.steps, options.guidance)
    sheet(pictures, 8, options.written / 'samples.png')
    found, right = accuracy(judge, pictures, concepts)
    result = {'samples': len(pictures), **found}
    shares = {IDS[index]: right[torch.tensor(concepts) == index].float().mean().item() for index in range(len(IDS))}
    result['perConcept'] = dict(sorted(shares.items(), key=lambda item: item[1]))
    real, labels = from_sprites(composer, options.each)
    result['drawn'] = accuracy(judge, real, labels)[0]
    unseen, _ = from_sprites(composer, 1, composer.art.held_out)
    through = rebuilt(options.folder, real)
    result['drawnRebuilt'] = accuracy(judge, through, labels)[0]
    result['psnr'] = psnr(through, real)
    result['psnrUnseenStyle'] = psnr(rebuilt(options.folder, unseen), unseen)
    (options.written / 'evaluation.json').write_text(json.dumps(result, indent=1) + '\n')
    print(json.dumps(result))
