"""The denoiser: diffusers' UNet2DConditionModel, the noise that it learns to remove, and its loss.

Self-attention and cross-attention at all three levels: 1,024 tokens at the top for pictures of 128 px. It predicts v (Salimans
and Ho, arXiv 2202.00512), weighted by the signal-to-noise ratio clipped at 5 (Hang et al., arXiv 2303.09556).

The betas end at 0.025, not at Stable Diffusion's 0.012: there the last step still holds a fifteenth of the signal, in a plain
ground of 1,024 equal latents twice as much as noise, and pictures made from pure noise turn grey (Lin et al., arXiv
2305.08891). With 0.025 and steps spaced from the end, hardly any is left, and every scheduler can read it.
"""

import torch
from diffusers import DDIMScheduler, UNet2DConditionModel
from torch import Tensor

from autoencoder import CHANNELS

SNR_LIMIT = 5.0
HEAD = 32  # channels of one attention head
WIDTHS = (64, 128, 224)


def denoiser(text_width: int) -> UNet2DConditionModel:
    """Residual blocks and attention begin as identities, the output as zero."""
    unet = UNet2DConditionModel(
        sample_size=32, in_channels=CHANNELS, out_channels=CHANNELS, layers_per_block=1, block_out_channels=WIDTHS,
        down_block_types=('CrossAttnDownBlock2D',) * 3, up_block_types=('CrossAttnUpBlock2D',) * 3,
        attention_head_dim=[width // HEAD for width in WIDTHS],  # the number of heads, by an old misnomer
        cross_attention_dim=text_width, norm_num_groups=16, use_linear_projection=True,
    )  # fmt: skip
    for name, value in unet.named_parameters():
        if name.startswith('conv_out.') or '.conv2.' in name or '.proj_out.' in name:
            torch.nn.init.zeros_(value)
    return unet


def scheduler() -> DDIMScheduler:
    return DDIMScheduler(
        num_train_timesteps=1000, beta_start=0.00085, beta_end=0.025, beta_schedule='scaled_linear',
        prediction_type='v_prediction', clip_sample=False, set_alpha_to_one=False, steps_offset=1,
        timestep_spacing='trailing',
    )  # fmt: skip


def loss(unet, noising: DDIMScheduler, latents: Tensor, states: Tensor, random: torch.Generator) -> Tensor:
    """`latents` [B, 4, side, side] of deviation 1, `states` [B, 32, width]; times are spread evenly over the batch."""
    count, last = len(latents), noising.config.num_train_timesteps
    spread = (torch.arange(count) + torch.rand(1, generator=random)) / count
    times = (spread * last).long().clamp(max=last - 1)[torch.randperm(count, generator=random)]
    noise = torch.randn(latents.shape, generator=random)
    made = unet(noising.add_noise(latents, noise, times), times, states).sample
    alpha = noising.alphas_cumprod[times]
    ratio = alpha / (1 - alpha)
    error = (made - noising.get_velocity(latents, noise, times)).square().mean((1, 2, 3))
    return (error * ratio.clamp(max=SNR_LIMIT) / (ratio + 1)).mean()
