"""BLIP's vision tower out of the blocks of the CLIP beside it, and the weights of that CLIP put in.

Source: `BlipVisionModel` of transformers, `VisionTransformer` of github.com/salesforce/BLIP. Two differences to CLIP's: no norm
before the blocks, and the final norm is for all tokens. Query, key and value stay apart here, as Muon treats each matrix by
itself, and are stacked at export; the patches' bias there is 0, as the positions hold it.
"""

from pathlib import Path

import torch
import beside  # noqa: F401  # finds the modules of emoji-clip
from model import Encoder, VisionEmbeddings
from safetensors.torch import load_file
from torch import Tensor, nn


class Vision(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.embeddings = VisionEmbeddings(shape)
        self.encoder = Encoder(shape.vision_width, shape.vision_layers, shape.heads, shape.mlp_ratio)
        self.post_layernorm = nn.LayerNorm(shape.vision_width)

    def forward(self, patches: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """patches [B, K, 3·P·P], places [B, K] → all tokens after the norm [B, 1+K, width], the patches' before it."""
        x = self.encoder(self.embeddings(patches, places))
        return self.post_layernorm(x), x[:, 1:]


def clip_weights(source: Path) -> tuple[dict[str, Tensor], dict[str, Tensor] | None]:
    """→ the averaged vision tower of an exported folder or of a checkpoint, and with the latter the training heads."""
    if source.is_dir():
        weights, heads = load_file(source / 'model.safetensors'), None
    else:
        state = torch.load(source, weights_only=True)
        weights, heads = state['average'], state['heads']
    prefix = 'vision_model.'
    return {name[len(prefix) :]: value.float() for name, value in weights.items() if name.startswith(prefix)}, heads


@torch.no_grad()
def without_first_norm(weights: dict[str, Tensor], patches: Tensor, places: Tensor) -> dict[str, Tensor]:
    """
    The weights of CLIP's tower for one that has no norm before its blocks.

    A norm is centring and scaling (linear, so they fold into patches and positions), a shift (into the positions), and a
    division by each token's own deviation. The class token has but one deviation; the patches' are replaced by their mean
    over `patches` [B, K, 3·P·P] at `places`, in the sense that keeps the mean of the quotients.
    """
    gain, shift = weights['pre_layrnorm.weight'], weights['pre_layrnorm.bias']
    kernel = weights['embeddings.patch_embedding.weight']
    positions = weights['embeddings.position_embedding.weight']
    embedded = patches @ kernel.flatten(1).T + positions[places + 1]
    scale = gain * embedded.std(-1, correction=0).reciprocal().mean()
    first = weights['embeddings.class_embedding'] + positions[0]
    moved = scale * (positions - positions.mean(-1, keepdim=True)) + shift
    moved[0] = 0
    folded = {
        'embeddings.class_embedding': nn.functional.layer_norm(first, first.shape, gain, shift),
        'embeddings.patch_embedding.weight': (kernel - kernel.mean(0)) * scale[:, None, None, None],
        'embeddings.position_embedding.weight': moved,
    }
    return {name: value for name, value in {**weights, **folded}.items() if not name.startswith('pre_layrnorm')}
