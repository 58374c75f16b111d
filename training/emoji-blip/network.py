"""BLIP for all its tasks at once: one vision tower, one text encoder, two text decoders and the heads.

Source: Li et al., "BLIP: Bootstrapping Language-Image Pre-training", ICML 2022 (arXiv 2201.12086). Published BLIPs are one
network per task, fine-tuned from a common one; here the tasks are learned together and `export.py` writes four networks
of their parts. The encoder serves matching, questions and pairs. Captions and answers have a decoder each: one looks
at the image, the other at the question's states, and no exported file holds both.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
import beside  # noqa: F401  # finds the modules of emoji-clip
from model import Shape as ClipShape
from torch import Tensor, nn

from decoder import TextDecoder
from text import TextTower
from vision import Vision


@dataclass(frozen=True)
class Shape(ClipShape):
    """Vision as in emoji-clip; `vocabulary` counts `[DEC]` and `[ENC]`, its last two."""

    text_inner: int = 512
    projection: int = 128
    text_length: int = 40

    @property
    def decoder_id(self) -> int:
        return self.vocabulary - 2

    @property
    def encoder_id(self) -> int:
        return self.vocabulary - 1


class Blip(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        width = shape.text_width
        self.vision_model = Vision(shape)
        self.text_encoder = TextTower(shape, pairs=True)
        self.text_decoder = TextDecoder(shape)
        self.answer_decoder = TextDecoder(shape)
        self.vision_proj = nn.Linear(shape.vision_width, shape.projection)
        self.text_proj = nn.Linear(width, shape.projection)
        self.itm_head = nn.Linear(width, 2)
        self.cls_head = nn.Sequential(nn.Linear(width, width), nn.ReLU(), nn.Linear(width, 2))
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))
        initialise(self)

    def image_features(self, tokens: Tensor) -> Tensor:
        """Vision tokens after the norm [B, 1+K, width] → unit [B, projection]."""
        return F.normalize(self.vision_proj(tokens[:, 0]), dim=-1)

    def text_features(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Texts read alone, `[CLS]` first → unit [B, projection]."""
        return F.normalize(self.text_proj(in_parts(self.text_encoder, ids, mask)), dim=-1)

    def matching(self, ids: Tensor, mask: Tensor, *sights) -> Tensor:
        """Texts read with their images → logits [B, 2]: no match, match."""
        return self.itm_head(in_parts(self.text_encoder, ids, mask, *sights))

    def judged(self, ids: Tensor, mask: Tensor, left, right) -> Tensor:
        """Statements and their two images → logits [B, 2]: false, true."""
        return self.cls_head(self.text_encoder(self.led(ids), mask, left, right)[:, 0])

    def led(self, ids: Tensor) -> Tensor:
        """With `[ENC]` in place of `[CLS]`."""
        return torch.cat([torch.full_like(ids[:, :1], self.shape.encoder_id), ids[:, 1:]], 1)

    def started(self, ids: Tensor) -> Tensor:
        """With `[DEC]` in place of `[CLS]`."""
        return torch.cat([torch.full_like(ids[:, :1], self.shape.decoder_id), ids[:, 1:]], 1)


def by_length(mask: Tensor, parts: int = 2) -> list[tuple[Tensor, int]]:
    """Rows from short to long in `parts` of equal number, and the longest of each: padding costs as much as words."""
    lengths = mask.sum(1)
    rows = lengths.argsort(stable=True)
    return [(part, int(lengths[part].max())) for part in rows.tensor_split(parts) if len(part)]


def in_parts(tower: TextTower, ids: Tensor, mask: Tensor, *sights) -> Tensor:
    """The first token's state of every text [B, width], read in parts of about one length."""
    parts = by_length(mask)
    states = [
        tower(ids[rows, :longest], mask[rows, :longest], *(sight.of(rows) for sight in sights))[:, 0]
        for rows, longest in parts
    ]
    return torch.cat(states)[torch.cat([rows for rows, _ in parts]).argsort()]


def initialise(model: Blip) -> None:
    """Truncated normals; what is added to the residual stream of the vision tower starts small (GPT-2's rule)."""
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=module.in_features**-0.5)
            if name.endswith(('out_proj', 'fc2')):
                module.weight.data.mul_((2 * model.shape.vision_layers) ** -0.5)
            nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
    patch = model.vision_model.embeddings.patch_embedding.weight
    nn.init.trunc_normal_(patch, std=patch[0].numel() ** -0.5)
    for head in (model.itm_head, model.cls_head[2]):
        nn.init.zeros_(head.weight)
    seconds = zip(model.text_encoder.second.layer, model.text_encoder.encoder.layer)
    for second, layer in seconds:  # both images are first looked at alike, as in BLIP's fine-tuning
        second.self.load_state_dict(layer.crossattention.self.state_dict())
        second.dense.load_state_dict(layer.crossattention.output.dense.state_dict())
