"""BERT with cross-attention: BLIP's text encoder, and the body of its decoder, under transformers' parameter names.

Source: `models/med.py` and `models/nlvr_encoder.py` of github.com/salesforce/BLIP; `modeling_blip_text.py` of transformers
(checked equal by `export.py`). What is looked at, an image or a question, is projected to keys and values once (`look`)
and then shared by all texts that look at it (`Sight.of`).
"""

from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor, nn


@dataclass
class Sight:
    """Keys and values per layer, each [n, heads, K, width / heads]; mask [n, K] or None, where all may be looked at."""

    layers: list[tuple[Tensor, Tensor]]
    mask: Tensor | None = None

    def of(self, rows: Tensor) -> 'Sight':
        """What the texts of a batch look at: for each the row of its image."""
        return Sight([(k[rows], v[rows]) for k, v in self.layers], None if self.mask is None else self.mask[rows])


class Projections(nn.Module):
    """Query, key and value, and attention with them."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query, self.key, self.value = (nn.Linear(width, width) for _ in range(3))

    def split(self, x: Tensor) -> Tensor:
        """[B, T, width] → [B, heads, T, width / heads]"""
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)

    def keys_values(self, states: Tensor) -> tuple[Tensor, Tensor]:
        return self.split(self.key(states)), self.split(self.value(states))

    def forward(self, x: Tensor, keys_values, mask: Tensor | None = None, causal: bool = False) -> Tensor:
        """x [B, T, width], mask broadcast to [B, heads, T, K] → [B, T, width]"""
        mixed = F.scaled_dot_product_attention(self.split(self.query(x)), *keys_values, attn_mask=mask, is_causal=causal)
        return mixed.transpose(1, 2).flatten(-2)


class Output(nn.Module):
    """A projection back to the stream, and the norm after the sum."""

    def __init__(self, inner: int, width: int):
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)


class Attention(nn.Module):
    def __init__(self, width: int, heads: int):
        super().__init__()
        self.self = Projections(width, heads)
        self.output = Output(width, width)


class Intermediate(nn.Module):
    def __init__(self, width: int, inner: int):
        super().__init__()
        self.dense = nn.Linear(width, inner)


class Second(nn.Module):
    """The other image of a pair: a cross-attention of its own without a norm of its own."""

    def __init__(self, width: int, heads: int):
        super().__init__()
        self.self = Projections(width, heads)
        self.dense = nn.Linear(width, width)


class Layer(nn.Module):
    def __init__(self, width: int, heads: int, inner: int):
        super().__init__()
        self.attention = Attention(width, heads)
        self.crossattention = Attention(width, heads)
        self.intermediate = Intermediate(width, inner)
        self.output = Output(inner, width)

    def forward(self, x: Tensor, mask: Tensor | None, causal: bool, seen: list, second: Second | None) -> Tensor:
        """`seen`: keys, values and mask of no, one or two images."""
        own, cross = self.attention, self.crossattention
        x = own.output.LayerNorm(x + own.output.dense(own.self(x, own.self.keys_values(x), mask, causal)))
        if seen:
            looks = [cross.output.dense(cross.self(x, *seen[0]))]
            if len(seen) == 2:
                looks.append(second.dense(second.self(x, *seen[1])))
            x = cross.output.LayerNorm(x + sum(looks) / len(looks))
        return self.output.LayerNorm(x + self.output.dense(F.gelu(self.intermediate.dense(x))))


class Embeddings(nn.Module):
    def __init__(self, vocabulary: int, length: int, width: int):
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width)
        self.position_embeddings = nn.Embedding(length, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)

    def forward(self, ids: Tensor) -> Tensor:
        return self.LayerNorm(self.word_embeddings(ids) + self.position_embeddings.weight[: ids.shape[1]])


class Layers(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layer = nn.ModuleList(layers)


class TextTower(nn.Module):
    """`pairs`: with a second cross-attention in every layer, for statements about two images."""

    def __init__(self, shape, pairs: bool = False):
        super().__init__()
        width, heads, count = shape.text_width, shape.heads, shape.text_layers
        self.embeddings = Embeddings(shape.vocabulary, shape.text_length, width)
        self.encoder = Layers(Layer(width, heads, shape.text_inner) for _ in range(count))
        self.second = Layers(Second(width, heads) for _ in range(count)) if pairs else None

    def look(self, states: Tensor, mask: Tensor | None = None, second: bool = False) -> Sight:
        """states [n, K, width] → what texts can look at; `second` for the right image of a pair."""
        layers = self.second.layer if second else [layer.crossattention for layer in self.encoder.layer]
        return Sight([layer.self.keys_values(states) for layer in layers], mask)

    def forward(self, ids: Tensor, mask: Tensor | None, *sights: Sight, causal: bool = False) -> Tensor:
        """ids [B, T], mask [B, T] (not needed for causal reading: padding comes last) → states [B, T, width]"""
        x = self.embeddings(ids)
        mask = None if mask is None else mask[:, None, None]
        wide = [None if sight.mask is None else sight.mask[:, None, None] for sight in sights]
        for index, layer in enumerate(self.encoder.layer):
            seen = [(sight.layers[index], over) for sight, over in zip(sights, wide)]
            x = layer(x, mask, causal, seen, self.second.layer[index] if len(seen) == 2 else None)
        return x
