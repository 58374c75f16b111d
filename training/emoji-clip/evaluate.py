"""Accuracy of an exported model on the committed data, with transformers alone.

    python3 training/emoji-clip/evaluate.py [--limit 500] [--folder models/emoji-clip]

Zero-shot top-1 with the mean of all prompts per class on `test` (the art style never trained on) and `test-seen`,
and recall among the test scenes: five captions per picture, as in Karpathy's protocol.
"""

import argparse
import json
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizerFast

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / 'datasets'


class Encoder:
    """Unit embeddings of pictures and texts."""

    def __init__(self, folder: Path):
        self.model = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
        self.tokenizer = CLIPTokenizerFast.from_pretrained(folder)
        self.processor = CLIPImageProcessor.from_pretrained(folder)

    @torch.inference_mode()
    def images(self, paths: list[Path]) -> torch.Tensor:
        parts = []
        for start in range(0, len(paths), 64):
            pictures = [Image.open(path).convert('RGB') for path in paths[start : start + 64]]
            pixels = self.processor(pictures, return_tensors='pt')['pixel_values']
            pooled = self.model.vision_model(pixel_values=pixels).pooler_output
            parts.append(F.normalize(self.model.visual_projection(pooled), dim=-1))
        return torch.cat(parts)

    @torch.inference_mode()
    def texts(self, texts: list[str]) -> torch.Tensor:
        parts = []
        for start in range(0, len(texts), 500):
            batch = self.tokenizer(texts[start : start + 500], padding=True, truncation=True, max_length=32, return_tensors='pt')
            pooled = self.model.text_model(**batch).pooler_output
            parts.append(F.normalize(self.model.text_projection(pooled), dim=-1))
        return torch.cat(parts)


def zero_shot(encoder: Encoder, split: str, limit: int | None) -> dict[str, float]:
    folder = DATA / 'emoji-objects'
    classes = json.loads((folder / 'classes.json').read_text())
    templates = json.loads((folder / 'templates.json').read_text())
    prompts = [template.replace('{}', item['name']) for item in classes for template in templates]
    weights = F.normalize(encoder.texts(prompts).view(len(classes), len(templates), -1).mean(1), dim=-1)
    pairs = [(path, label) for label, item in enumerate(classes) for path in sorted((folder / split / item['id']).iterdir())]
    pairs = pairs[:: max(1, len(pairs) // limit)] if limit else pairs
    labels = torch.tensor([label for _, label in pairs])
    top = (encoder.images([path for path, _ in pairs]) @ weights.T).topk(5).indices
    found = top == labels[:, None]
    return {'top1': found[:, 0].float().mean().item(), 'top5': found.any(1).float().mean().item(), 'pictures': len(pairs)}


def retrieval(encoder: Encoder, limit: int | None) -> dict[str, float]:
    folder = DATA / 'emoji-scenes'
    captions = json.loads((folder / 'annotations' / 'captions_test.json').read_text())
    pictures = captions['images'][:limit]
    row = {picture['id']: index for index, picture in enumerate(pictures)}
    notes = [note for note in captions['annotations'] if note['image_id'] in row]
    owner = torch.tensor([row[note['image_id']] for note in notes])
    images = encoder.images([folder / 'images' / picture['file_name'] for picture in pictures])
    scores = images @ encoder.texts([note['caption'] for note in notes]).T
    result = {'pictures': len(pictures)}
    for k in (1, 5, 10):
        found = owner[scores.topk(k, dim=1).indices] == torch.arange(len(pictures))[:, None]
        result[f'recallAt{k}ImageToText'] = found.any(1).float().mean().item()
        found = scores.T.topk(k, dim=1).indices == owner[:, None]
        result[f'recallAt{k}TextToImage'] = found.any(1).float().mean().item()
    return result


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--folder', type=Path, default=ROOT / 'models' / 'emoji-clip')
    parser.add_argument('--limit', type=int, help='about this many pictures per part, evenly chosen')
    options = parser.parse_args()
    torch.set_num_threads(1)
    encoder = Encoder(options.folder)
    parts = {'unseen style': zero_shot(encoder, 'test', options.limit), 'seen styles': zero_shot(encoder, 'test-seen', options.limit),
             'retrieval, unseen style': retrieval(encoder, options.limit)}  # fmt: skip
    for name, values in parts.items():
        print(name, json.dumps({key: round(value, 4) for key, value in values.items()}))
