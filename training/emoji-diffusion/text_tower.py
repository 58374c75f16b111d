"""The text tower of `models/emoji-clip` as the denoiser reads it: frozen, its states kept by prompt.

StableDiffusionPipeline hands over the states after the final norm, of prompts padded to the tokenizer's
`model_max_length`, padding attended to; so are they here.
"""

from pathlib import Path

import torch
from torch import Tensor
from transformers import CLIPTextModel, CLIPTokenizerFast, logging

from beside import MODELS

logging.set_verbosity_error()  # the folder holds a vision tower too, which is not missed here


class TextTower:
    """Prompt → states."""

    def __init__(self, folder: Path = MODELS / 'emoji-clip'):
        self.model = CLIPTextModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.tokenizer = CLIPTokenizerFast.from_pretrained(folder)
        self.kept: dict[str, Tensor] = {}

    @torch.no_grad()
    def states(self, prompts: list[str]) -> Tensor:
        """→ [prompts, 32, 192]"""
        new = [text for text in dict.fromkeys(prompts) if text not in self.kept]
        if new:
            length = self.tokenizer.model_max_length
            batch = self.tokenizer(new, padding='max_length', max_length=length, truncation=True, return_tensors='pt')
            self.kept.update(zip(new, self.model(batch['input_ids']).last_hidden_state.unbind()))
        return torch.stack([self.kept[text] for text in prompts])
