"""What the training minimises: CLIP's contrastive loss, and three that use what the scene descriptions know.

Source of the first: Radford et al., ICML 2021, figure 3. The others make up for few samples: the class prompts as
a classifier (what zero-shot evaluation does), all concepts present from the class token, and the concept on each
patch. Their heads are dropped at export.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from model import Clip


class Heads(nn.Module):
    """Linear readers of concepts, used in training only."""

    def __init__(self, width: int, concepts: int):
        super().__init__()
        self.patch_norm = nn.LayerNorm(width)
        self.patch = nn.Linear(width, concepts + 1)
        self.present = nn.Linear(width, concepts)
        nn.init.zeros_(self.patch.weight)
        nn.init.zeros_(self.present.weight)
        ground = torch.ones(concepts + 1)
        ground[-1] = 0.3  # bare ground is frequent and says little
        self.register_buffer('importance', ground, persistent=False)


def also_true(present: Tensor, single: Tensor) -> Tensor:
    """[pictures, texts]: the text names one class, and the picture, though another one, shows it."""
    named = single.clamp(min=0)
    true = (present[:, named] > 0) & (single >= 0)
    return true.fill_diagonal_(False)


def contrastive(images: Tensor, texts: Tensor, scale: Tensor, present: Tensor, single: Tensor) -> Tensor:
    """Symmetric InfoNCE; a prompt for one class is no negative for a picture that shows that class."""
    logits = (scale * images @ texts.T).masked_fill(also_true(present, single), -1e4)
    target = torch.arange(len(images))
    return (F.cross_entropy(logits, target) + F.cross_entropy(logits.T, target)) / 2


def losses(model: Clip, heads: Heads, batch: dict[str, Tensor], patches: Tensor, prompts) -> dict[str, Tensor]:
    """All four for one batch; `prompts` are tokens and ends of one prompt per class."""
    pooled, tokens = model.vision_model(patches, batch['places'])
    images = F.normalize(model.visual_projection(pooled), dim=-1)
    texts = model.text_features(batch['tokens'], batch['ends'])
    scale = model.logit_scale.exp()
    classes = model.text_features(*prompts)
    single = batch['single']
    alone = single >= 0
    shares = batch['present'] / batch['present'].sum(1, keepdim=True)
    return {
        'contrastive': contrastive(images, texts, scale, batch['present'], single),
        'classes': F.cross_entropy(scale * images @ classes.T, single, ignore_index=-1) if alone.any() else images.sum() * 0,
        'present': F.cross_entropy(heads.present(pooled), shares),
        'patches': F.cross_entropy(
            heads.patch(heads.patch_norm(tokens)).flatten(0, 1), batch['shown'].flatten(), heads.importance
        ),
    }
