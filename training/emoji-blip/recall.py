"""Retrieval among the test scenes with transformers: by similarity, and after reading the best together.

Source: `itm_eval` and `evaluation` in `train_retrieval.py` of github.com/salesforce/BLIP: the matching logit is added to the
similarity. Five captions a picture, as in Karpathy's protocol.
"""

from pathlib import Path

import torch
import torch.nn.functional as F
from transformers import BlipForImageTextRetrieval

from layouts import FOLDERS
from reader import Reader, chunks, described

RERANKED = 16


def retrieval(models: Path, limit: int | None) -> dict[str, float]:
    folder = models / FOLDERS['retrieval']
    model, reader = BlipForImageTextRetrieval.from_pretrained(folder, dtype=torch.float32).eval(), Reader(folder)
    files, captions = described(limit)
    owner = torch.tensor([row for row, texts in enumerate(captions) for _ in texts])
    texts = [text for texts in captions for text in texts]
    states = torch.cat([model.vision_model(reader.pixels(part)).last_hidden_state for part in chunks(files)])
    images = F.normalize(model.vision_proj(states[:, 0]), dim=-1)
    read = lambda part: model.text_encoder(**reader.texts(part, led=False)).last_hidden_state[:, 0]
    words = F.normalize(model.text_proj(torch.cat([read(part) for part in chunks(texts, 256)])), dim=-1)
    scores, right = images @ words.T, torch.arange(len(files))
    result: dict[str, float] = {'pictures': len(files), 'captions': len(texts)}
    for name, table in (('imageToText', scores), ('textToImage', scores.T)):
        best, candidates = table.topk(min(RERANKED, table.shape[1]))
        asking = torch.arange(len(table))[:, None].expand_as(candidates)
        pairs = (asking, candidates) if name == 'imageToText' else (candidates, asking)
        pairs = list(zip(*(side.flatten().tolist() for side in pairs)))
        logits = [matched(model, reader, states, texts, part) for part in chunks(pairs, 64)]
        order = (torch.cat(logits).view_as(best) + best).argsort(1, descending=True)
        hit = owner[candidates] == right[:, None] if name == 'imageToText' else candidates == owner[:, None]
        for k in (1, 5, 10):
            result[f'{name}@{k}'] = hit[:, :k].any(1).float().mean().item()
            result[f'{name}@{k}Reranked'] = hit.gather(1, order)[:, :k].any(1).float().mean().item()
    return result


def matched(model, reader: Reader, states: torch.Tensor, texts: list[str], pairs: list[tuple[int, int]]) -> torch.Tensor:
    """The matching logit of pairs of picture and text."""
    seen, read = states[[image for image, _ in pairs]], reader.texts([texts[text] for _, text in pairs], led=True)
    return model.itm_head(model.text_encoder(**read, encoder_hidden_states=seen).last_hidden_state[:, 0])[:, 1]
