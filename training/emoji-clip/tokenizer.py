"""The tokenizer of the embedded CLIP: CLIP's own byte-level BPE, learned on the captions of the scenes.

    python3 training/emoji-clip/tokenizer.py        # reads training/build, writes models/emoji-clip

Source: the layout of `openai/clip-vit-base-patch16` (lower case, `</w>` at a word's end, start and end token).
"""

import json
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from scenes import BUILD, read_scenes

START, END = '<|startoftext|>', '<|endoftext|>'
WORDS = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
MODEL = Path(__file__).resolve().parents[2] / 'models' / 'emoji-clip'


def learn(captions, length: int, vocabulary: int) -> Tokenizer:
    """A tokenizer with at most `vocabulary` tokens, start and end being the last two as in CLIP."""
    tokenizer = Tokenizer(models.BPE(unk_token=END, end_of_word_suffix='</w>', continuing_subword_prefix=''))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r'\s+'), ' '), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(WORDS), behavior='removed', invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - 2, initial_alphabet=alphabet, end_of_word_suffix='</w>', show_progress=False
    )
    tokenizer.train_from_iterator(captions, trainer)
    return with_specials(tokenizer, alphabet)


def with_specials(tokenizer: Tokenizer, alphabet: list[str]) -> Tokenizer:
    """Renumbered as CLIP numbers: letters, letters that end a word, merges, start, end."""
    state = json.loads(tokenizer.to_str())
    merges = [tuple(merge) for merge in state['model']['merges']]
    names = [*alphabet, *(letter + '</w>' for letter in alphabet), *(a + b for a, b in merges), START, END]
    names = list(dict.fromkeys(names))
    state['model']['vocab'] = {name: index for index, name in enumerate(names)}
    tokenizer = Tokenizer.from_str(json.dumps(state))
    tokenizer.add_special_tokens([START, END])
    ids = tokenizer.get_vocab()
    tokenizer.post_processor = processors.RobertaProcessing(
        (END, ids[END]), (START, ids[START]), trim_offsets=False, add_prefix_space=False
    )
    return tokenizer


def write(tokenizer: Tokenizer, folder: Path, length: int) -> None:
    """The five files that Hugging Face's CLIP tokenizers read."""
    folder.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(folder / 'tokenizer.json'))
    state = json.loads(tokenizer.to_str())['model']
    as_json = lambda value: json.dumps(value, ensure_ascii=False, indent=2) + '\n'
    (folder / 'vocab.json').write_text(json.dumps(state['vocab'], ensure_ascii=False) + '\n')
    merges = '\n'.join(' '.join(merge) for merge in state['merges'])
    (folder / 'merges.txt').write_text(f'#version: 0.2\n{merges}\n')
    specials = {'bos_token': START, 'eos_token': END, 'unk_token': END, 'pad_token': END}
    (folder / 'special_tokens_map.json').write_text(as_json(specials))
    config = {
        'tokenizer_class': 'CLIPTokenizer',
        'model_max_length': length,
        'do_lower_case': True,
        'add_prefix_space': False,
        'errors': 'replace',
        'clean_up_tokenization_spaces': True,
        **specials,
    }
    (folder / 'tokenizer_config.json').write_text(as_json(config))


def load(folder: Path = MODEL) -> Tokenizer:
    return Tokenizer.from_file(str(folder / 'tokenizer.json'))


if __name__ == '__main__':
    scenes = read_scenes(BUILD, limit=40_000)
    captions = [caption for scene in scenes for caption in scene['captions']]
    tokenizer = learn(captions, length=32, vocabulary=2048)
    write(tokenizer, MODEL, length=32)
    lengths = sorted(len(tokenizer.encode(caption).ids) for caption in captions)
    print(tokenizer.get_vocab_size(), 'tokens; longest caption', lengths[-1], 'median', lengths[len(lengths) // 2])
