"""Holds the exported folders against transformers' BLIP, and NLVR against `official_nlvr.py`.

Ours is the trainer's network, read back from the four folders, so that their layout is checked both ways.
"""

from pathlib import Path

import torch
import beside  # noqa: F401  # finds the modules of emoji-clip
from batches import normalised
from model import to_patches
from tokenizers import Tokenizer
from transformers import BertTokenizerFast, BlipForConditionalGeneration, BlipForImageTextRetrieval, BlipForQuestionAnswering

from decoding import greedy
from layouts import FOLDERS, gathered
from network import Blip, Shape
from official_nlvr import OfficialNlvr
from wordpiece import encoded

CLASSES = {'captioning': BlipForConditionalGeneration, 'retrieval': BlipForImageTextRetrieval, 'vqa': BlipForQuestionAnswering}
SAID = ('a picture of two red apples to the left of a small cat', 'is there a dog?', 'the left image has more dogs than the right one')


class Check:
    """The same pictures and texts through the trainer's network and through the exported ones."""

    def __init__(self, shape: Shape, models: Path, tokenizer: Tokenizer):
        self.models, self.model = models, Blip(shape).eval()
        self.model.load_state_dict(gathered(models))
        said = list(SAID)
        self.ids, self.mask = encoded(tokenizer, said)
        theirs = BertTokenizerFast.from_pretrained(models / FOLDERS['vqa'])(said, padding=True, return_tensors='pt')
        assert torch.equal(theirs['input_ids'], self.ids) and torch.equal(theirs['attention_mask'].bool(), self.mask)
        levels = torch.randint(0, 256, (6, 3, shape.image, shape.image), generator=torch.Generator().manual_seed(0))
        self.pixels = normalised(levels)
        places = torch.arange(shape.patches).expand(6, -1)
        self.tokens, _ = self.model.vision_model(to_patches(self.pixels, shape.patch), places)
        self.sight = self.model.text_encoder.look(self.tokens[:3])

    def theirs(self, name: str):
        return CLASSES[name].from_pretrained(self.models / FOLDERS[name], dtype=torch.float32).eval()

    def captioning(self) -> list[torch.Tensor]:
        theirs, decoder, ids = self.theirs('captioning'), self.model.text_decoder, self.model.started(self.ids)
        sight = decoder.look(self.tokens[:3])
        out = theirs(pixel_values=self.pixels[:3], input_ids=ids, attention_mask=self.mask.long())
        said = theirs.generate(self.pixels[:3], max_length=12, num_beams=1, do_sample=False)[:, 1:]
        same_words(greedy(decoder, sight, [self.model.shape.decoder_id], 3, 12), said)
        return [(out.logits - decoder.logits(decoder.states(ids, sight)))[self.mask], out.last_hidden_state - self.tokens[:3]]

    def retrieval(self) -> list[torch.Tensor]:
        theirs, model, mask = self.theirs('retrieval'), self.model, self.mask
        ask = lambda ids, **more: theirs(ids, self.pixels[:3], attention_mask=mask.long(), **more).itm_score
        similarity = model.image_features(self.tokens[:3]) @ model.text_features(self.ids, mask).T
        led = model.led(self.ids)
        return [ask(led) - model.matching(led, mask, self.sight), ask(self.ids, use_itm_head=False) - similarity]

    def vqa(self) -> list[torch.Tensor]:
        """Without a mask over the question: transformers 5.23 takes one and drops it before the cross-attention."""
        theirs, model, mask = self.theirs('vqa'), self.model, self.mask
        led, started = model.led(self.ids), model.started(self.ids)
        read = theirs.text_encoder(led, attention_mask=mask.long(), encoder_hidden_states=self.tokens[:3]).last_hidden_state
        out = theirs.text_decoder(started, encoder_hidden_states=read, encoder_attention_mask=mask.long()).logits
        states = model.text_encoder(led, mask, self.sight)
        decoder = model.answer_decoder
        logits = decoder.logits(decoder.states(started, decoder.look(states)))
        said = theirs.generate(led, self.pixels[:3], attention_mask=mask.long(), max_length=8, num_beams=1, do_sample=False)[:, 1:]
        same_words(greedy(decoder, decoder.look(states), [model.shape.decoder_id], 3, 8), said)
        return [read - states, out - logits]

    def nlvr(self) -> list[torch.Tensor]:
        official, model = OfficialNlvr(self.models / FOLDERS['nlvr']), self.model
        right = model.text_encoder.look(self.tokens[3:], second=True)
        states = official.image(self.pixels)
        logits = official.logits(model.led(self.ids), self.mask, states.chunk(2))
        return [states - self.tokens, logits - model.judged(self.ids, self.mask, self.sight, right)]


def same_words(ours: torch.Tensor, theirs: torch.Tensor) -> None:
    length = min(ours.shape[1], theirs.shape[1])
    assert torch.equal(ours[:, :length], theirs[:, :length]), f'generated {ours.tolist()}, transformers {theirs.tolist()}'


@torch.inference_mode()
def largest_differences(check: Check) -> dict[str, float]:
    return {name: max(part.abs().max().item() for part in getattr(check, name)()) for name in FOLDERS}
