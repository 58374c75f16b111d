"""The autoencoder: diffusers' AutoencoderKL, a factor of 4, four latent channels; its losses; its latents' mean and deviation.

Losses: L1 on pixels and on the differences of neighbours, which keeps edges sharp at no cost; a small Kullback-Leibler term;
and the same reconstruction from latents halved in size against the picture halved in size, so that latents have a picture's
spectrum and mean at half the resolution what they mean at the full one (Skorokhodov et al., "Improving the Diffusability of
Autoencoders", arXiv 2502.14831). The denoiser learns at half the resolution first.

Three of the four channels are held to the picture's own colours, each cell's mean. Without that, 14,000 pictures taught the
outlines but not the colours: green trees came out black. The fourth channel is free.
"""

import torch
import torch.nn.functional as F
from diffusers import AutoencoderKL
from torch import Tensor

WEIGHTS = {'pixels': 2.0, 'edges': 1.0, 'divergence': 2e-3, 'halved': 0.5, 'colours': 1.0}
COLOUR_GAIN = 1.5  # of the three channels over colours in −1…1: about deviation 1
FACTOR = 4  # side of a picture over side of its latents
CHANNELS = 4
FIRST_LOG_VARIANCE = -5.0


def autoencoder() -> AutoencoderKL:
    """
    Few channels at the top, where a convolution costs most. Residual blocks begin as identities, and latents with little
    noise; AutoencoderKL begins with as much noise as signal.
    """
    vae = AutoencoderKL(
        down_block_types=('DownEncoderBlock2D',) * 3, up_block_types=('UpDecoderBlock2D',) * 3,
        block_out_channels=(24, 48, 96), layers_per_block=1, latent_channels=CHANNELS, norm_num_groups=8, sample_size=128,
    )  # fmt: skip
    torch.nn.init.zeros_(vae.quant_conv.weight.data[CHANNELS:])
    for name, value in vae.named_parameters():
        if '.conv2.' in name or '.to_out.' in name:
            torch.nn.init.zeros_(value)
    torch.nn.init.constant_(vae.quant_conv.bias.data[CHANNELS:], FIRST_LOG_VARIANCE)
    return vae


def losses(vae: AutoencoderKL, pictures: Tensor, random: torch.Generator) -> dict[str, Tensor]:
    """`pictures` [B, 3, side, side] in −1…1; a quarter of them is halved."""
    posterior = vae.encode(pictures).latent_dist
    noise = torch.randn(posterior.mean.shape, generator=random)
    latents = posterior.mean + posterior.std * noise
    pixels, edges = differences(vae.decode(latents).sample, pictures)
    divergence = 0.5 * (posterior.mean.square() + posterior.var - 1 - posterior.logvar).mean()
    part = slice(0, max(1, len(pictures) // 4))
    seen = vae.decode(F.avg_pool2d(latents[part], 2)).sample
    halved = sum(differences(seen, F.avg_pool2d(pictures[part], 2)))
    colours = (posterior.mean[:, :3] - COLOUR_GAIN * F.avg_pool2d(pictures, FACTOR)).abs().mean()
    return dict(pixels=pixels, edges=edges, divergence=divergence, halved=halved, colours=colours)


def differences(made: Tensor, true: Tensor) -> tuple[Tensor, Tensor]:
    """L1 of pixels, and of the steps to the right and downwards."""
    error = made - true
    return error.abs().mean(), error.diff(dim=2).abs().mean() + error.diff(dim=3).abs().mean()


@torch.no_grad()
def centred(vae: AutoencoderKL, pictures: Tensor) -> AutoencoderKL:
    """
    Folds the mean of each latent channel over `pictures` into the 1×1 convolutions on both sides of the latents, and writes
    one over their deviation into the configuration as `scaling_factor`. Pictures come out as before.
    """
    latents = vae.encode(pictures).latent_dist.mean
    mean = latents.mean((0, 2, 3))
    vae.quant_conv.bias[:CHANNELS] -= mean
    vae.post_quant_conv.bias += vae.post_quant_conv.weight[:, :, 0, 0] @ mean
    deviation = (latents - mean[:, None, None]).square().mean().sqrt()
    vae.register_to_config(scaling_factor=round(1 / deviation.item(), 5))
    return vae


def as_floats(pictures: Tensor) -> Tensor:
    """Bytes [B, side, side, 3] → [B, 3, side, side] in −1…1."""
    return pictures.permute(0, 3, 1, 2).float().mul(2 / 255).sub(1).contiguous()


def as_bytes(pictures: Tensor) -> Tensor:
    """The inverse of `as_floats`, rounded as StableDiffusionPipeline rounds."""
    return (pictures / 2 + 0.5).clamp(0, 1).mul(255).round().byte().permute(0, 2, 3, 1)


def psnr(made: Tensor, true: Tensor) -> float:
    """Mean over pictures, in decibels, of bytes [B, side, side, 3]."""
    error = (made.float() - true.float()).square().mean((1, 2, 3)) / 255**2
    return (-10 * error.clamp(min=1e-10).log10()).mean().item()
