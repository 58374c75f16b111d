"""Accuracy while training: scenes kept back from training, drawn in seen styles and in the style never seen."""

import numpy as np
import torch
import torch.nn.functional as F

from batches import as_patches, encode, normalised
from compose import GRID
from scenes import single_concept

TEMPLATES = ['a photo of a {}.', 'a picture of a {}.', 'an image of a {}.', 'a drawing of a {}.', 'a cropped photo of the {}.',
             'a photo of the {}.', 'a close-up of a {}.', 'a photo of one {}.', 'a cluttered scene with a {}.', 'an icon of a {}.']  # fmt: skip


class HeldOut:
    """Pictures rendered once: `unseen` and `seen` with one object each, `scenes` in the unseen style with captions."""

    def __init__(self, composer, scenes: list[dict], tokenizer, singles: int, several: int):
        art = composer.art
        self.tokenizer, self.names = tokenizer, art.class_names
        random = np.random.default_rng(0)
        draw = lambda scene, style: as_patches(composer.draw(scene, random, 0, style).pixels)
        alone = [scene for scene in scenes if single_concept(scene) is not None]
        rest = [scene for scene in scenes if single_concept(scene) is None][:several]
        self.labels = torch.tensor([single_concept(scene) for scene in alone[:singles]])
        self.unseen = torch.from_numpy(np.stack([draw(scene, art.held_out) for scene in alone[:singles]]))
        self.seen = torch.from_numpy(np.stack([draw(scene, None) for scene in alone[:singles]]))
        self.scenes = torch.from_numpy(np.stack([draw(scene, art.held_out) for scene in rest]))
        self.captions = [scene['captions'][0] for scene in rest]

    @torch.inference_mode()
    def measure(self, model) -> dict[str, float]:
        """Zero-shot top-1 by the prompt ensemble, recall@1 with one caption per scene."""
        model.eval()
        classes = class_embeddings(model, self.tokenizer, self.names, TEMPLATES)
        top1 = lambda pictures: top1_of(embed(model, pictures), classes, self.labels)
        texts = model.text_features(*encode(self.tokenizer, self.captions))
        logits = embed(model, self.scenes) @ texts.T
        right = torch.arange(len(texts))
        result = {
            'top1Unseen': top1(self.unseen),
            'top1Seen': top1(self.seen),
            'imageToText': (logits.argmax(1) == right).float().mean().item(),
            'textToImage': (logits.argmax(0) == right).float().mean().item(),
        }
        model.train()
        return result


def class_embeddings(model, tokenizer, names, templates) -> torch.Tensor:
    """Mean of the unit embeddings of every template, unit again: [classes, projection]."""
    prompts = [template.replace('{}', name) for name in names for template in templates]
    each = model.text_features(*encode(tokenizer, prompts)).view(len(names), len(templates), -1)
    return F.normalize(each.mean(1), dim=-1)


def embed(model, pictures: torch.Tensor, size: int = 64) -> torch.Tensor:
    """Bytes [n, 196, 432] → unit embeddings [n, projection], all patches kept."""
    places = torch.arange(GRID * GRID)
    return torch.cat(
        [model.image_features(normalised(part), places.expand(len(part), -1))[0] for part in pictures.split(size)]
    )


def top1_of(images: torch.Tensor, classes: torch.Tensor, labels: torch.Tensor) -> float:
    return ((images @ classes.T).argmax(1) == labels).float().mean().item()
