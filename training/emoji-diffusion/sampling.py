"""Pictures from prompts by the trainer's own modules: DDIM with guidance, as StableDiffusionPipeline does it.

DDIM: Song et al., arXiv 2010.02502; guidance: Ho and Salimans, arXiv 2207.12598.
"""

import torch
from torch import Tensor

from autoencoder import CHANNELS, FACTOR, as_bytes
from denoiser import scheduler

STEPS, GUIDANCE = 20, 3.0
AT_ONCE = 8


def noise_of(seeds: list[int], side: int) -> Tensor:
    """Noise of one picture per seed: [seeds, 4, side / 4, side / 4]."""
    shape = CHANNELS, side // FACTOR, side // FACTOR
    return torch.stack([torch.randn(shape, generator=torch.Generator().manual_seed(seed)) for seed in seeds])


@torch.inference_mode()
def denoised(unet, noise: Tensor, states: Tensor, empty: Tensor, steps: int = STEPS, guidance: float = GUIDANCE) -> Tensor:
    """`states` [B, 32, width] of the prompts, `empty` [1, 32, width] of the empty one; → latents [B, 4, …]."""
    steady = scheduler()
    steady.set_timesteps(steps)
    both = torch.cat([empty.expand_as(states), states])
    latents = noise * steady.init_noise_sigma
    for time in steady.timesteps:
        without, along = unet(torch.cat([latents, latents]), time, both).sample.chunk(2)
        latents = steady.step(without + guidance * (along - without), time, latents).prev_sample
    return latents


@torch.inference_mode()
def sampled(unet, vae, noise: Tensor, states: Tensor, empty: Tensor, **how) -> Tensor:
    """→ bytes [B, side, side, 3]"""
    parts = []
    for part in torch.arange(len(noise)).split(AT_ONCE):
        latents = denoised(unet, noise[part], states[part], empty, **how)
        parts.append(as_bytes(vae.decode(latents / vae.config.scaling_factor).sample))
    return torch.cat(parts)
