"""Writes a checkpoint as a Stable Diffusion folder in diffusers' layout, and checks it.

    python3 training/emoji-diffusion/export.py training/build/diffusion/unet-decay.pt    # → models/emoji-diffusion

The averaged weights are stored as float16. The check loads the folder with diffusers' StableDiffusionPipeline in float32,
makes pictures from given noise, and compares them with what the trainer's own sampling makes of the same rounded weights.
"""

import argparse
import json
import shutil
from pathlib import Path

import numpy as np
import torch
from beside import FOLDER, MODELS
from diffusers import AutoencoderKL, StableDiffusionPipeline
from transformers import CLIPTextModel, CLIPTokenizerFast

from concepts import names
from denoiser import denoiser, scheduler
from prompts import worded
from sampling import GUIDANCE, STEPS, noise_of, sampled
from text_tower import TextTower

CLIP = MODELS / 'emoji-clip'
SIDE = 128
TOKENIZER = ('tokenizer.json', 'tokenizer_config.json', 'special_tokens_map.json', 'vocab.json', 'merges.txt')


def write(checkpoint: Path, vae: Path, folder: Path) -> None:
    """The pipeline without safety checker; the tokenizer's files are copied as they are."""
    text = CLIPTextModel.from_pretrained(CLIP, dtype=torch.float16)
    unet = denoiser(text.config.hidden_size)
    unet.load_state_dict(torch.load(checkpoint, weights_only=True, mmap=True)['average'])
    pipeline = StableDiffusionPipeline(
        vae=AutoencoderKL.from_pretrained(vae, low_cpu_mem_usage=False).half(), text_encoder=text, unet=unet.half(),
        tokenizer=CLIPTokenizerFast.from_pretrained(CLIP), scheduler=scheduler(), safety_checker=None,
        feature_extractor=None, requires_safety_checker=False,
    )  # fmt: skip
    pipeline.save_pretrained(folder)
    for name in TOKENIZER:
        shutil.copyfile(CLIP / name, folder / 'tokenizer' / name)
    steady = folder / 'scheduler' / 'scheduler_config.json'
    said = json.loads(steady.read_text()) | dict(skip_prk_steps=True)  # PNDM reads it, as in Stable Diffusion's own files
    steady.write_text(json.dumps(said, indent=2, sort_keys=True) + '\n')
    for file in folder.rglob('*'):
        if file.is_file():
            file.chmod(0o644)
        if file.name == 'config.json':
            said = json.loads(file.read_text())
            said.pop('_name_or_path', None)  # a folder of this machine
            file.write_text(json.dumps(said, indent=2, sort_keys=True) + '\n')


@torch.inference_mode()
def largest_difference(folder: Path, steps: int) -> float:
    """Between the pipeline's pictures and ours, of 255."""
    pipeline = StableDiffusionPipeline.from_pretrained(folder, dtype=torch.float32, low_cpu_mem_usage=False)
    pipeline.set_progress_bar_config(disable=True)
    called = names()
    prompts = [worded('{a} on {ground}', called[0], 'red'), worded('a drawing of {a}.', called[-1], '')]
    noise = noise_of([0, 1], SIDE)
    made = pipeline(prompts, latents=noise, num_inference_steps=steps, guidance_scale=GUIDANCE, output_type='np').images
    tower = TextTower()
    ours = sampled(pipeline.unet, pipeline.vae, noise, tower.states(prompts), tower.states(['']), steps=steps)
    return float(np.abs(made * 255 - ours.numpy()).max())


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--vae', type=Path, default=FOLDER / 'vae', help='what the phase `vae` wrote')
    parser.add_argument('--folder', type=Path, default=MODELS / 'emoji-diffusion')
    parser.add_argument('--steps', type=int, default=STEPS, help='of the pictures that are compared')
    options = parser.parse_args()
    torch.set_num_threads(1)
    write(options.checkpoint, options.vae, options.folder)
    difference = largest_difference(options.folder, options.steps)
    files = sorted(options.folder.rglob('*.safetensors'))
    sizes = ', '.join(f'{file.parent.name} {file.stat().st_size / 1e6:.1f}' for file in files)
    total = sum(file.stat().st_size for file in options.folder.rglob('*') if file.is_file()) / 1e6
    print(f'{sizes}; all files {total:.1f} MB; largest difference to diffusers {difference:.2f} of 255')
    if difference > 1.5 or total > 40:  # ours are rounded to whole numbers
        raise SystemExit('the exported pipeline does not make the same pictures, or is larger than 40 MB')
