"""The U-Net of Stable Diffusion 1.5 with random weights in diffusers' layout: `export_unet.py FOLDER`."""
import sys

import torch
from diffusers import UNet2DConditionModel

torch.manual_seed(0)
UNet2DConditionModel(
    sample_size=64, cross_attention_dim=768, attention_head_dim=8, block_out_channels=(320, 640, 1280, 1280), layers_per_block=2,
    down_block_types=('CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'CrossAttnDownBlock2D', 'DownBlock2D'),
    up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D', 'CrossAttnUpBlock2D'),
).save_pretrained(sys.argv[1])  # fmt: skip
