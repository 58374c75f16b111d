"""What the training minimises: BLIP's losses for each task of a plan, and emoji-clip's on what patches show.

Source: contrast, matching with hard negatives and language modelling: Li et al. 2022, section 3.2, `models/blip_pretrain.py`
(without momentum encoders); label smoothing 0.1: `models/med.py`; answers: `models/blip_vqa.py`; pairs: `models/blip_nlvr.py`.
"""

import torch
import torch.nn.functional as F
from batches import normalised
from losses import Heads, also_true, contrastive
from torch import Tensor

from decoder import TextDecoder
from network import Blip, by_length
from text import Sight

SMOOTHING = 0.1
MATCHED = 0.5  # share of a batch's pictures that are matched; each with its text, a wrong text and as a wrong picture
UNLED = 0.25  # share of texts read with an image behind `[CLS]`, as transformers leaves it, instead of `[ENC]`
NEVER = -1e4


def objectives(model: Blip, heads: Heads, batch: dict[str, Tensor], tasks, random: torch.Generator) -> dict[str, Tensor]:
    """One loss per task, and the two dense ones."""
    tokens, raw = model.vision_model(normalised(batch['patches']), batch['places'])
    found = dense(heads, batch, tokens, raw)
    sight = model.text_encoder.look(tokens)
    if 'contrast' in tasks:
        found['contrast'], alike = contrast(model, batch, tokens)
        if 'match' in tasks:
            found['match'] = match(model, batch, sight, alike, random)
    if 'caption' in tasks:
        rows = torch.arange(len(tokens))
        found['caption'] = written(model, model.text_decoder, batch, 'written', model.text_decoder.look(tokens), rows)
    if 'answer' in tasks:
        found['answer'] = answer(model, batch, sight, random)
    if 'pair' in tasks:
        found['pair'] = pair(model, batch, sight, tokens)
    return found


def dense(heads: Heads, batch, tokens: Tensor, raw: Tensor) -> dict[str, Tensor]:
    """Concepts present, from the class token; the concept on each patch."""
    shares = batch['present'] / batch['present'].sum(1, keepdim=True)
    patches = heads.patch(heads.patch_norm(raw)).flatten(0, 1)
    return {
        'present': F.cross_entropy(heads.present(tokens[:, 0]), shares),
        'patches': F.cross_entropy(patches, batch['shown'].flatten(), heads.importance),
    }


def contrast(model: Blip, batch, tokens: Tensor) -> tuple[Tensor, Tensor]:
    """→ the loss; how likely each text is taken for another picture's, and thereby a hard negative [pictures, texts]."""
    images, texts = model.image_features(tokens), model.text_features(batch['captions'], batch['captions_mask'])
    scale = model.logit_scale.exp()
    loss = contrastive(images, texts, scale, batch['present'], batch['single'])
    alike = (scale * images @ texts.T).detach()
    right = also_true(batch['present'], batch['single']).fill_diagonal_(True)
    same = (batch['captions'][:, None] == batch['captions'][None]).all(-1)
    return loss, alike.masked_fill(right | same, NEVER)


def match(model: Blip, batch, sight: Sight, alike: Tensor, random: torch.Generator) -> Tensor:
    """Do picture and text belong together? Right ones, then with a wrong text, then with a wrong picture."""
    ids, mask = batch['captions'], batch['captions_mask']
    rows = torch.arange(max(2, round(MATCHED * len(ids))))
    wrong = rows[(alike > NEVER).any(1)[rows] & (alike > NEVER).any(0)[rows]]  # among few pictures nothing may be wrong
    drawn = lambda chances: torch.multinomial(chances.softmax(1), 1, generator=random)[:, 0] if len(wrong) else wrong
    texts = torch.cat([rows, drawn(alike[wrong]), wrong])
    images = torch.cat([rows, wrong, drawn(alike.T[wrong])])
    logits = model.matching(mostly_led(model, ids[texts], random), mask[texts], sight.of(images))
    return F.cross_entropy(logits, (torch.arange(len(texts)) < len(rows)).long())


def mostly_led(model: Blip, ids: Tensor, random: torch.Generator) -> Tensor:
    left = torch.rand(len(ids), 1, generator=random) < UNLED
    return torch.where(left, ids, model.led(ids))


def written(model: Blip, decoder: TextDecoder, batch, name: str, sight: Sight, rows: Tensor) -> Tensor:
    """Cross-entropy of the next token of text i, which looks at `rows[i]`; the prompt's tokens are not scored."""
    ids, mask = batch[name], batch[f'{name}_mask']
    unscored = batch['unscored'] if name == 'written' else torch.zeros(len(ids), dtype=torch.long)
    states, targets = [], []
    for part, longest in by_length(mask):
        said = ids[part, :longest]
        scored = mask[part, 1:longest] & (torch.arange(longest - 1) >= unscored[part, None])
        found = decoder.states(model.started(said)[:, :-1], sight.of(rows[part]))
        states.append(found[scored])
        targets.append(said[:, 1:][scored])
    return F.cross_entropy(decoder.logits(torch.cat(states)), torch.cat(targets), label_smoothing=SMOOTHING)


def answer(model: Blip, batch, sight: Sight, random: torch.Generator) -> Tensor:
    """
    The question reads the image, the answer the question's states. Half of the answers see the states of padding too, as
    they do where BLIP and transformers generate.
    """
    ids, mask = batch['questions'], batch['questions_mask']
    rows = torch.arange(len(ids))
    pictures = rows // (len(ids) // len(batch['patches']))
    states = model.text_encoder(mostly_led(model, ids, random), mask, sight.of(pictures))
    padding_too = torch.rand(len(ids), 1, generator=random) < 0.5
    return written(model, model.answer_decoder, batch, 'answers', model.answer_decoder.look(states, mask | padding_too), rows)


def pair(model: Blip, batch, sight: Sight, tokens: Tensor) -> Tensor:
    """Is the statement about the left and the right picture true?"""
    rows = torch.arange(len(batch['labels']))
    right = model.text_encoder.look(tokens[len(rows) :], second=True)
    logits = model.judged(batch['statements'], batch['statements_mask'], sight.of(rows), right)
    return F.cross_entropy(logits, batch['labels'])
