"""What `models/emoji-clip` recognises in a picture, and sheets of pictures for a person to look at.

Zero-shot with the mean of all prompts per class, as `training/emoji-clip/evaluate.py` measures it, by transformers alone.
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizerFast

from beside import MODELS
from concepts import IDS, OBJECTS

GAP = 2  # pixels between the pictures of a sheet


class Judge:
    """Names what it sees, among all 160 classes of `datasets/emoji-objects`."""

    @torch.inference_mode()
    def __init__(self, folder: Path = MODELS / 'emoji-clip'):
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.processor = CLIPImageProcessor.from_pretrained(folder)
        tokenizer = CLIPTokenizerFast.from_pretrained(folder)
        classes = json.loads((OBJECTS / 'classes.json').read_text())
        templates = json.loads((OBJECTS / 'templates.json').read_text())
        self.names = [item['name'] for item in classes]
        ids = [item['id'] for item in classes]
        self.labels = torch.tensor([ids.index(name) for name in IDS])  # class of each of our concepts
        prompts = [template.replace('{}', name) for name in self.names for template in templates]
        pooled = [self.model.text_model(**tokenizer(part, padding=True, return_tensors='pt')).pooler_output
                  for part in (prompts[start : start + 400] for start in range(0, len(prompts), 400))]  # fmt: skip
        each = F.normalize(self.model.text_projection(torch.cat(pooled)), dim=-1)
        self.classes = F.normalize(each.view(len(classes), len(templates), -1).mean(1), dim=-1)

    @torch.inference_mode()
    def scores(self, pictures: Tensor) -> Tensor:
        """Bytes [n, side, side, 3] → cosines [n, 160]"""
        parts = []
        for part in pictures.split(32):
            images = [Image.fromarray(picture.numpy()) for picture in part]
            pixels = self.processor(images, return_tensors='pt')['pixel_values']
            pooled = self.model.vision_model(pixel_values=pixels).pooler_output
            parts.append(F.normalize(self.model.visual_projection(pooled), dim=-1) @ self.classes.T)
        return torch.cat(parts)

    def right(self, pictures: Tensor, concepts: list[int]) -> tuple[Tensor, Tensor]:
        """
        Whether each picture is seen as what it should show, a number in `concepts.IDS`: among all classes [n], and among
        the concepts of the denoiser alone [n].
        """
        scores, wanted = self.scores(pictures), torch.tensor(concepts)
        return scores.argmax(1) == self.labels[wanted], scores[:, self.labels].argmax(1) == wanted


def sheet(pictures: Tensor, columns: int, path: Path) -> None:
    """Bytes [n, side, side, 3], row by row, as a PNG file."""
    count, side = len(pictures), pictures.shape[1]
    step = side + GAP
    page = Image.new('RGB', (columns * step - GAP, -(-count // columns) * step - GAP), (255, 255, 255))
    for index, picture in enumerate(pictures):
        page.paste(Image.fromarray(picture.numpy()), (index % columns * step, index // columns * step))
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path)
