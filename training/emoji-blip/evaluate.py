"""Accuracy of the exported networks on the committed data, with transformers (NLVR: `official_nlvr.py`).

    python3 training/emoji-blip/evaluate.py [--limit 100] [--tasks retrieval vqa] [--models models]

Retrieval by the contrastive score and after reading the best 16 together; answers and captions written with three beams;
each task also from a blank picture, which is what language alone gives. Captions go to a JSON file for turbo-bench to score.
"""

import argparse
import json
import re
from pathlib import Path

import torch
from beside import FOLDER, HERE
from transformers import BlipForConditionalGeneration, BlipForQuestionAnswering

from caption_score import cider_like, exact
from layouts import FOLDERS
from official_nlvr import OfficialNlvr
from reader import DATA, Reader, chunks, described
from recall import retrieval
from wordpiece import PROMPT



def captioning(models: Path, limit: int | None, written: Path) -> dict[str, float]:
    folder = models / FOLDERS['captioning']
    model, reader = BlipForConditionalGeneration.from_pretrained(folder, dtype=torch.float32).eval(), Reader(folder)
    files, references = described(limit)
    result: dict[str, float] = {'pictures': len(files)}
    for name, seen in (('', files), ('Blank', [None])):
        said = []
        for part in chunks(seen):
            prompt = reader.texts([PROMPT] * len(part), led=False)  # `generate` puts `[DEC]` and drops `[SEP]`
            ids = model.generate(reader.pixels(part), **prompt, num_beams=3, max_length=32, min_length=5, do_sample=False)
            said += [text.removeprefix(PROMPT) for text in reader.tokenizer.batch_decode(ids, skip_special_tokens=True)]
        said = said if seen is files else said * len(files)
        result[f'ciderLike{name}'] = cider_like(said, references)
        if seen is files:
            result['exactCaptions'] = exact(said, references)
            written.write_text(json.dumps([dict(file_name=f, caption=c) for f, c in zip(files, said)], indent=0) + '\n')
    return result


def vqa(models: Path, limit: int | None) -> dict[str, float]:
    folder = models / FOLDERS['vqa']
    model, reader = BlipForQuestionAnswering.from_pretrained(folder, dtype=torch.float32).eval(), Reader(folder)
    read = lambda name: json.loads((DATA / 'emoji-vqa' / f'{name}_test.json').read_text())
    files = {picture['id']: picture['file_name'] for picture in read('images')['images']}
    questions = read('questions')['questions'][:limit]
    notes = {note['question_id']: note for note in read('annotations')['annotations']}
    result: dict[str, float] = {'questions': len(questions)}
    for suffix in ('', 'Blank'):
        said = []
        for part in chunks(questions):
            seen = reader.pixels([None if suffix else files[question['image_id']] for question in part])
            asked = reader.texts([question['question'] for question in part], led=True)
            ids = model.generate(**asked, pixel_values=seen, num_beams=3, max_length=10, do_sample=False)
            said += reader.tokenizer.batch_decode(ids, skip_special_tokens=True)
        kinds: dict[str, list[float]] = {}
        for question, text in zip(questions, said):
            note = notes[question['question_id']]
            kinds.setdefault(note['question_type'], []).append(agreement(text, [given['answer'] for given in note['answers']]))
        result[f'accuracy{suffix}'] = sum(map(sum, kinds.values())) / len(questions)
        result |= {f'{kind}{suffix}': sum(values) / len(values) for kind, values in sorted(kinds.items())}
    return result


def agreement(said: str, answers: list[str]) -> float:
    """Antol et al., "VQA", ICCV 2015: over all choices of nine of the ten people, the mean of min(1, agreeing / 3)."""
    plain = lambda text: ' '.join(re.findall(r'\w+', text.lower()))
    agrees = [plain(answer) == plain(said) for answer in answers]
    return sum(min(1.0, (sum(agrees) - agree) / 3) for agree in agrees) / len(agrees)


def nlvr(models: Path, limit: int | None) -> dict[str, float]:
    folder = models / FOLDERS['nlvr']
    model, reader = OfficialNlvr(folder), Reader(folder)
    pairs = json.loads((DATA / 'emoji-nlvr' / 'nlvr_test.json').read_text())[:limit]
    result: dict[str, float] = {'pairs': len(pairs)}
    for suffix in ('', 'Blank'):
        right = 0
        for part in chunks(pairs):
            seen = [model.image(reader.pixels([None if suffix else pair['images'][side] for pair in part])) for side in (0, 1)]
            read = reader.texts([pair['sentence'] for pair in part], led=True)
            logits = model.logits(read['input_ids'], read['attention_mask'], (seen[0], seen[1]))
            right += sum((label == 1) == (pair['label'] == 'True') for label, pair in zip(logits.argmax(1).tolist(), part))
        result[f'accuracy{suffix}'] = right / len(pairs)
    return result


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('--models', type=Path, default=HERE.parents[1] / 'models')
    parser.add_argument('--limit', type=int, help='the first so many pictures, questions and pairs')
    parser.add_argument('--tasks', nargs='+', choices=FOLDERS, default=list(FOLDERS))
    parser.add_argument('--captions', type=Path, default=FOLDER / 'captions-test.json')
    options = parser.parse_args()
    torch.set_num_threads(1)
    tasks = dict(retrieval=retrieval, vqa=vqa, nlvr=nlvr, captioning=lambda *a: captioning(*a, options.captions))
    with torch.inference_mode():
        for name in options.tasks:
            values = tasks[name](options.models, options.limit)
            print(name, json.dumps({key: round(value, 4) for key, value in values.items()}), flush=True)
