"""A BLIP for captioning with random weights in Hugging Face's layout: `export_blip.py FOLDER`."""
import sys

import torch
from transformers import BlipConfig, BlipForConditionalGeneration

config = BlipConfig(
    text_config=dict(hidden_size=768, num_attention_heads=12, num_hidden_layers=12, intermediate_size=3072, vocab_size=30524),
    vision_config=dict(hidden_size=768, num_attention_heads=12, num_hidden_layers=12, intermediate_size=3072, image_size=384, patch_size=16,
                       initializer_range=0.02),
)  # fmt: skip
torch.manual_seed(0)
BlipForConditionalGeneration(config).save_pretrained(sys.argv[1])
