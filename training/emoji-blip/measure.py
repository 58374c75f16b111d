"""Accuracy while training: scenes kept back, drawn in the style never seen, with the same from a blank picture.

What a network answers to a blank picture is what language alone gives. Of the pairs, at least one picture is kept back (both
are of only sixty); the other was trained on in other styles and without the statement.
"""

import numpy as np
import torch
from batches import as_patches, normalised
from compose import GRID

from caption_score import cider_like, exact
from decoding import answers, captions, words
from network import Blip
from samples import Pool
from wordpiece import PROMPT, encoded

BLANK = 128  # the byte of a blank picture's pixels
AT_ONCE = 32
RERANKED = 16


class HeldOut:
    """Pictures rendered once, as bytes [n, 196, 432], and what is said and asked of them."""

    def __init__(self, composer, pool: Pool, tokenizer, scenes: int, pairs: int):
        self.tokenizer = tokenizer
        random, style = np.random.default_rng(0), composer.art.held_out
        draw = lambda scene: as_patches(composer.draw(scene, random, 0, style).pixels)
        numbers = [int(number) for number in pool.held_back[:scenes]]
        described = [pool.scenes[number] for number in numbers]
        self.pictures = stacked(draw(scene) for scene in described)
        self.captions = [scene['captions'] for scene in described]
        asked = [(row, question) for row, number in enumerate(numbers) for question in pool.questions(number)[:2]]
        self.rows = torch.tensor([row for row, _ in asked])
        self.questions = encoded(tokenizer, [question['question'] for _, question in asked])
        self.truths = words(tokenizer, encoded(tokenizer, [question['answer'] for _, question in asked])[0])
        said = [pool.pairs[int(number)] for number in pool.unshown[:pairs]]
        self.sides = [stacked(draw(pool.scenes[pair[side]]) for pair in said) for side in 'ab']
        self.statements = encoded(tokenizer, [pair['sentence'] for pair in said])
        self.labels = torch.tensor([int(pair['label']) for pair in said])

    @torch.inference_mode()
    def measure(self, model: Blip) -> dict[str, float]:
        tokens, blank = looked(model, self.pictures), looked(model, torch.full_like(self.pictures[:1], BLANK))
        first = looked(model, self.sides[0]), looked(model, self.sides[1])
        spoken, unseen = captions(model, self.tokenizer, tokens, PROMPT), captions(model, self.tokenizer, blank, PROMPT)
        unseen = unseen * len(spoken)
        nothing = blank.expand(len(self.labels), -1, -1)
        return {
            **retrieval(model, tokens, encoded(self.tokenizer, [texts[0] for texts in self.captions])),
            'cider': cider_like(spoken, self.captions),
            'ciderBlank': cider_like(unseen, self.captions),
            'exactCaptions': exact(spoken, self.captions),
            'vqa': self.answered(model, tokens, self.rows),
            'vqaBlank': self.answered(model, blank, self.rows * 0),
            'nlvr': self.judged(model, *first),
            'nlvrBlank': self.judged(model, nothing, nothing),
        }

    def answered(self, model: Blip, tokens, rows) -> float:
        found = answers(model, self.tokenizer, tokens, self.questions, rows)
        return float(np.mean([said == truth for said, truth in zip(found, self.truths)]))

    def judged(self, model: Blip, left, right) -> float:
        logits = []
        for part in torch.arange(len(self.labels)).split(AT_ONCE):
            sights = model.text_encoder.look(left[part]), model.text_encoder.look(right[part], second=True)
            logits.append(model.judged(self.statements[0][part], self.statements[1][part], *sights))
        return (torch.cat(logits).argmax(1) == self.labels).float().mean().item()


def stacked(pictures) -> torch.Tensor:
    return torch.from_numpy(np.stack(list(pictures)))


def looked(model: Blip, pictures: torch.Tensor) -> torch.Tensor:
    """Bytes [n, 196, 432] → vision tokens [n, 197, width], all patches kept."""
    places = torch.arange(GRID * GRID)
    parts = pictures.split(AT_ONCE)
    return torch.cat([model.vision_model(normalised(part), places.expand(len(part), -1))[0] for part in parts])


def retrieval(model: Blip, tokens, texts) -> dict[str, float]:
    """Recall@1 among as many pictures as texts, by the contrastive score and after reading the best together."""
    ids, mask = texts
    scores = model.image_features(tokens) @ model.text_features(ids, mask).T
    sight, right = model.text_encoder.look(tokens), torch.arange(len(ids))
    count = min(RERANKED, len(ids))
    result = {}
    for name, table in (('imageToText', scores), ('textToImage', scores.T)):
        best, candidates = table.topk(count)
        pictures = right[:, None].expand_as(candidates) if name == 'imageToText' else candidates
        read = candidates if name == 'imageToText' else right[:, None].expand_as(candidates)
        logits = [
            model.matching(model.led(ids[t.flatten()]), mask[t.flatten()], sight.of(p.flatten()))[:, 1]
            for t, p in zip(read.split(4), pictures.split(4))
        ]
        final = torch.cat(logits).view_as(best) + best  # BLIP adds the matching logit to the similarity
        result[name] = (candidates[:, 0] == right).float().mean().item()
        top = candidates.gather(1, final.argmax(1, keepdim=True))[:, 0]
        result[f'{name}Reranked'] = (top == right).float().mean().item()
    return result
