"""The committed data as an exported folder's files want it."""

import json
from pathlib import Path

import torch
from beside import HERE
from PIL import Image
from transformers import BertTokenizerFast

from wordpiece import LENGTH

DATA = HERE.parents[1] / 'datasets'
IMAGES = DATA / 'emoji-scenes' / 'images'
BLANK = 128  # the byte of a blank picture's pixels
AT_ONCE = 32


class Reader:
    """Pictures and texts as a folder's files want them."""

    def __init__(self, folder: Path):
        about = json.loads((folder / 'preprocessor_config.json').read_text())
        self.side = about['size']['height'], about['size']['width']
        self.mean, self.std = (torch.tensor(about[name])[:, None, None] for name in ('image_mean', 'image_std'))
        self.tokenizer = BertTokenizerFast.from_pretrained(folder)
        self.encoder_id = json.loads((folder / 'config.json').read_text())['text_config']['vocab_size'] - 1

    def pixels(self, files: list[str | None]) -> torch.Tensor:
        """→ [B, 3, H, W]; None is a blank picture."""
        return torch.stack([self.picture(file) for file in files])

    def picture(self, file: str | None) -> torch.Tensor:
        if file is None:
            levels = torch.full((3, *self.side), BLANK)
        else:
            picture = Image.open(IMAGES / file).convert('RGB').resize(self.side[::-1], Image.Resampling.BICUBIC)
            levels = torch.frombuffer(bytearray(picture.tobytes()), dtype=torch.uint8).view(*self.side, 3).permute(2, 0, 1)
        return (levels / 255 - self.mean) / self.std

    def texts(self, texts: list[str], led: bool) -> dict[str, torch.Tensor]:
        """`led`: `[ENC]` in place of `[CLS]`."""
        found = self.tokenizer(texts, padding=True, truncation=True, max_length=LENGTH, return_tensors='pt')
        if led:
            found['input_ids'][:, 0] = self.encoder_id
        return {name: found[name] for name in ('input_ids', 'attention_mask')}


def chunks(items: list, size: int = AT_ONCE) -> list[list]:
    return [items[i : i + size] for i in range(0, len(items), size)]


def described(limit: int | None) -> tuple[list[str], list[list[str]]]:
    found = json.loads((DATA / 'emoji-scenes' / 'annotations' / 'captions_test.json').read_text())
    texts: dict[int, list[str]] = {}
    for note in found['annotations']:
        texts.setdefault(note['image_id'], []).append(note['caption'])
    pictures = found['images'][:limit]
    return [picture['file_name'] for picture in pictures], [texts[picture['id']] for picture in pictures]
