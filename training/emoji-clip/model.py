"""CLIP as a small PyTorch module whose parameter names are those of transformers' `CLIPModel`.

Source: Radford et al., "Learning Transferable Visual Models From Natural Language Supervision", ICML 2021;
names and numerics after `transformers.models.clip.modeling_clip` (checked equal by `export.py`).
Two things differ from there, both for training speed only: the vision tower can look at a subset of the
patches (FLIP, Li et al., CVPR 2023), and it takes patches, not images, so that only the subset is embedded.
"""

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn


@dataclass(frozen=True)
class Shape:
    """Sizes of both towers."""

    image: int = 168
    patch: int = 12
    vision_width: int = 192
    vision_layers: int = 6
    text_width: int = 192
    text_layers: int = 3
    heads: int = 3
    mlp_ratio: int = 4
    projection: int = 192
    vocabulary: int = 4096
    text_length: int = 32

    @property
    def grid(self) -> int:
        return self.image // self.patch

    @property
    def patches(self) -> int:
        return self.grid**2


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.k_proj = nn.Linear(width, width)
        self.v_proj = nn.Linear(width, width)
        self.q_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor, causal: bool) -> Tensor:
        batch, tokens, width = x.shape
        split = (batch, tokens, self.heads, width // self.heads)
        q = self.q_proj(x).view(split).transpose(1, 2)
        k = self.k_proj(x).view(split).transpose(1, 2)
        v = self.v_proj(x).view(split).transpose(1, 2)
        mixed = F.scaled_dot_product_attention(q, k, v, is_causal=causal)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, tokens, width))


class Mlp(nn.Module):
    def __init__(self, width: int, ratio: int):
        super().__init__()
        self.fc1 = nn.Linear(width, ratio * width)
        self.fc2 = nn.Linear(ratio * width, width)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, ratio: int):
        super().__init__()
        self.self_attn = Attention(width, heads)
        self.layer_norm1 = nn.LayerNorm(width)
        self.mlp = Mlp(width, ratio)
        self.layer_norm2 = nn.LayerNorm(width)

    def forward(self, x: Tensor, causal: bool = False) -> Tensor:
        x = x + self.self_attn(self.layer_norm1(x), causal)
        return x + self.mlp(self.layer_norm2(x))


class Encoder(nn.Module):
    def __init__(self, width: int, layers: int, heads: int, ratio: int):
        super().__init__()
        self.layers = nn.ModuleList(Layer(width, heads, ratio) for _ in range(layers))

    def forward(self, x: Tensor, causal: bool = False) -> Tensor:
        for layer in self.layers:
            x = layer(x, causal)
        return x


class VisionEmbeddings(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.class_embedding = nn.Parameter(torch.randn(shape.vision_width) * 0.02)
        self.patch_embedding = nn.Conv2d(3, shape.vision_width, shape.patch, shape.patch, bias=False)
        self.position_embedding = nn.Embedding(shape.patches + 1, shape.vision_width)

    def forward(self, patches: Tensor, places: Tensor) -> Tensor:
        """patches [B, K, 3·P·P] (channel first), places [B, K] (row-major patch index) → [B, 1+K, width]."""
        embedded = F.linear(patches, self.patch_embedding.weight.flatten(1))
        embedded = embedded + F.embedding(places + 1, self.position_embedding.weight)
        first = (self.class_embedding + self.position_embedding.weight[0]).expand(len(patches), 1, -1)
        return torch.cat([first, embedded], 1)


class Vision(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embeddings = VisionEmbeddings(shape)
        self.pre_layrnorm = nn.LayerNorm(shape.vision_width)
        self.encoder = Encoder(shape.vision_width, shape.vision_layers, shape.heads, shape.mlp_ratio)
        self.post_layernorm = nn.LayerNorm(shape.vision_width)

    def forward(self, patches: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """→ the class token after its norm [B, width], and the patch tokens [B, K, width]."""
        x = self.encoder(self.pre_layrnorm(self.embeddings(patches, places)))
        return self.post_layernorm(x[:, 0]), x[:, 1:]


class TextEmbeddings(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.token_embedding = nn.Embedding(shape.vocabulary, shape.text_width)
        self.position_embedding = nn.Embedding(shape.text_length, shape.text_width)

    def forward(self, tokens: Tensor) -> Tensor:
        return self.token_embedding(tokens) + self.position_embedding.weight[: tokens.shape[1]]


class Text(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.embeddings = TextEmbeddings(shape)
        self.encoder = Encoder(shape.text_width, shape.text_layers, shape.heads, shape.mlp_ratio)
        self.final_layer_norm = nn.LayerNorm(shape.text_width)

    def forward(self, tokens: Tensor, ends: Tensor) -> Tensor:
        """tokens [B, T], ends [B] (where the end token stands) → [B, width]."""
        x = self.final_layer_norm(self.encoder(self.embeddings(tokens), causal=True))
        return x[torch.arange(len(x)), ends]


class Clip(nn.Module):
    def __init__(self, shape: Shape):
        super().__init__()
        self.shape = shape
        self.text_model = Text(shape)
        self.vision_model = Vision(shape)
        self.visual_projection = nn.Linear(shape.vision_width, shape.projection, bias=False)
        self.text_projection = nn.Linear(shape.text_width, shape.projection, bias=False)
        self.logit_scale = nn.Parameter(torch.tensor(2.6592))
        initialise(self)

    def image_features(self, patches: Tensor, places: Tensor) -> tuple[Tensor, Tensor]:
        """→ unit image embeddings [B, projection], and the patch tokens [B, K, width]."""
        pooled, tokens = self.vision_model(patches, places)
        return F.normalize(self.visual_projection(pooled), dim=-1), tokens

    def text_features(self, tokens: Tensor, ends: Tensor) -> Tensor:
        """→ unit text embeddings [B, projection]."""
        return F.normalize(self.text_projection(self.text_model(tokens, ends)), dim=-1)


def initialise(model: Clip) -> None:
    """Truncated normals; what is added to the residual stream starts small (GPT-2's rule)."""
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=module.in_features**-0.5)
            if name.endswith(('out_proj', 'fc2')):
                depth = model.shape.text_layers if name.startswith('text') else model.shape.vision_layers
                module.weight.data.mul_((2 * depth) ** -0.5)
            if module.bias is not None:
                nn.init.zeros_(module.bias)
        elif isinstance(module, nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
    patch = model.vision_model.embeddings.patch_embedding.weight
    nn.init.trunc_normal_(patch, std=patch[0].numel() ** -0.5)


def to_patches(pixels: Tensor, patch: int) -> Tensor:
    """pixels [B, 3, H, W] → [B, H/P · W/P, 3·P·P], each in the order of the convolution's weight."""
    return F.unfold(pixels, patch, stride=patch).transpose(1, 2)
