"""Greedy writing with a decoder; for measurements while training, where beams would cost more than they tell."""

import torch
from torch import Tensor

from decoder import TextDecoder
from network import Blip
from text import Sight
from wordpiece import PAD_ID, SEP_ID


def greedy(decoder: TextDecoder, sight: Sight, prompt: list[int], rows: int, longest: int) -> Tensor:
    """→ ids [rows, up to `longest`] behind the prompt (whose first is `[DEC]`), `[PAD]` after `[SEP]`."""
    ids = torch.tensor([prompt]).expand(rows, -1)
    ended = torch.zeros(rows, dtype=torch.bool)
    while ids.shape[1] < longest and not ended.all():
        best = decoder.logits(decoder.states(ids, sight)[:, -1]).argmax(-1)
        best = best.masked_fill(ended, PAD_ID)
        ids, ended = torch.cat([ids, best[:, None]], 1), ended | (best == SEP_ID)
    return ids[:, len(prompt) :]


def words(tokenizer, ids: Tensor) -> list[str]:
    """Without special tokens, and as the tool and transformers decode."""
    return tokenizer.decode_batch([[i for i in row if i < tokenizer.get_vocab_size()] for row in ids.tolist()])


def captions(model: Blip, tokenizer, tokens: Tensor, prompt: str, longest: int = 32) -> list[str]:
    """Vision tokens [B, 1+K, width] → the words behind the prompt."""
    start = [model.shape.decoder_id, *tokenizer.encode(prompt, add_special_tokens=False).ids]
    return words(tokenizer, greedy(model.text_decoder, model.text_decoder.look(tokens), start, len(tokens), longest))


def answers(model: Blip, tokenizer, tokens: Tensor, questions, rows: Tensor) -> list[str]:
    """`questions`: ids and mask; `rows` [questions]: the picture that each asks about."""
    ids, mask = questions
    states = model.text_encoder(model.led(ids), mask, model.text_encoder.look(tokens).of(rows))
    sight = model.answer_decoder.look(states, mask)
    return words(tokenizer, greedy(model.answer_decoder, sight, [model.shape.decoder_id], len(ids), 8))
