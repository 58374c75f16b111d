"""The tokenizer of the embedded BLIP: BERT's WordPiece, with the words of captions, questions, answers and statements.

    python3 training/emoji-blip/wordpiece.py        # reads training/build, writes training/build/blip

Source: the layout of `google-bert/bert-base-uncased` (lower case, `##` inside a word). The scenes are told in about five
hundred words, so each is one token, and a word that never occurs falls into letters. `[DEC]` and `[ENC]` are the two
embeddings after the vocabulary and stand in no file, as in Salesforce's BLIP.
"""

import json
from collections import Counter
from pathlib import Path

import torch
from beside import FOLDER
from scenes import BUILD
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from lines import Lines

PAD, UNKNOWN, CLS, SEP, MASK = SPECIALS = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
PAD_ID, CLS_ID, SEP_ID = 0, 2, 3
LENGTH = 40  # the longest caption behind `PROMPT` takes 35
PROMPT = 'a picture of '  # BLIP's; the tokens of it are not scored


def texts(folder: Path, limit: int):
    """What can be said of the first `limit` scenes and pairs."""
    for scene in Lines(folder / 'scenes.train.jsonl').first(limit):
        yield from scene['captions']
    for asked in Lines(folder / 'questions.train.jsonl').first(limit):
        for question in asked['questions']:
            yield from (question['question'], question['answer'])
    for pair in Lines(folder / 'pairs.train.jsonl').first(limit):
        yield pair['sentence']


def learn(texts, least: int = 2) -> Tokenizer:
    """Special tokens, characters alone and inside a word, and every word that occurs `least` times, most frequent first."""
    tokenizer = around({})
    split = lambda text: tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(text))
    seen = Counter(word for text, times in Counter(texts).items() for word, _ in split(text) for _ in range(times))
    letters = sorted({letter for word in seen for letter in word} | set('abcdefghijklmnopqrstuvwxyz0123456789'))
    words = sorted((word for word, times in seen.items() if times >= least), key=lambda word: (-seen[word], word))
    inside = ['##' + letter for letter in letters if letter.isalnum()]
    names = dict.fromkeys([*SPECIALS, *letters, *inside, *words])
    return around({name: index for index, name in enumerate(names)})


def around(vocabulary: dict[str, int]) -> Tokenizer:
    """BERT's steps around a vocabulary."""
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.decoder = decoders.WordPiece()
    if vocabulary:
        tokenizer.add_special_tokens(SPECIALS)
        tokenizer.post_processor = processors.TemplateProcessing(
            single=f'{CLS} $A {SEP}', pair=f'{CLS} $A {SEP} $B:1 {SEP}:1',
            special_tokens=[(name, vocabulary[name]) for name in (CLS, SEP)],
        )  # fmt: skip
    return tokenizer


def write(tokenizer: Tokenizer, folder: Path) -> None:
    """The three files that Hugging Face's BERT tokenizers read."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'))
    names = sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])
    (folder / 'vocab.txt').write_text(''.join(f'{name}\n' for name, _ in names))
    roles = dict(unk_token=UNKNOWN, sep_token=SEP, pad_token=PAD, cls_token=CLS, mask_token=MASK)
    config = dict(tokenizer_class='BertTokenizer', do_lower_case=True, **roles, model_max_length=LENGTH,
                  strip_accents=None, tokenize_chinese_chars=True)  # fmt: skip
    (folder / 'tokenizer_config.json').write_text(json.dumps(config, indent=2) + '\n')


def load(folder: Path = FOLDER) -> Tokenizer:
    return Tokenizer.from_file(str(folder / 'tokenizer.json'))


def encoded(tokenizer: Tokenizer, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    """→ ids [B, longest] from `[CLS]` to `[SEP]`, then `[PAD]`; mask [B, longest], true where a token is."""
    rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
    longest = max(map(len, rows))
    if longest > LENGTH:
        raise ValueError(f'{longest} tokens: {max(texts, key=len)}')
    ids = torch.tensor([row + [PAD_ID] * (longest - len(row)) for row in rows])
    return ids, ids != PAD_ID


if __name__ == '__main__':
    said = list(texts(BUILD, limit=40_000))
    tokenizer = learn(said)
    write(tokenizer, FOLDER)
    lengths = sorted(len(encoding.ids) for encoding in tokenizer.encode_batch(said))
    print(tokenizer.get_vocab_size(), 'tokens; longest text', lengths[-1], 'median', lengths[len(lengths) // 2])
