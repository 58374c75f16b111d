"""BLIP's text decoder: a causal tower, and the head that predicts the next token with the word embeddings.

Source: `BertLMHeadModel` in `models/med.py` of github.com/salesforce/BLIP; `BlipTextLMHeadModel` of transformers.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from text import Sight, TextTower


class Transform(nn.Module):
    def __init__(self, width: int):
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.LayerNorm = nn.LayerNorm(width, eps=1e-12)


class Predictions(nn.Module):
    def __init__(self, width: int, vocabulary: int):
        super().__init__()
        self.transform = Transform(width)
        self.bias = nn.Parameter(torch.zeros(vocabulary))


class TextDecoder(nn.Module):
    def __init__(self, shape):
        super().__init__()
        self.bert = TextTower(shape)
        self.cls = nn.ModuleDict({'predictions': Predictions(shape.text_width, shape.vocabulary)})

    def look(self, states: Tensor, mask: Tensor | None = None) -> Sight:
        return self.bert.look(states, mask)

    def states(self, ids: Tensor, sight: Sight) -> Tensor:
        """ids [B, T] → [B, T, width]"""
        return self.bert(ids, None, sight, causal=True)

    def logits(self, states: Tensor) -> Tensor:
        """[..., width] → [..., vocabulary]"""
        head = self.cls['predictions']
        found = head.transform.LayerNorm(F.gelu(head.transform.dense(states)))
        return F.linear(found, self.bert.embeddings.word_embeddings.weight, head.bias)
