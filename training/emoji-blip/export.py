"""Writes a checkpoint of the trainer as four folders that Hugging Face's BLIP and turbo-bench read, and checks them.

    python3 training/emoji-blip/export.py training/build/blip/decay.pt      # → models/emoji-blip-…

The averaged weights are stored as float16. Captioning, retrieval and VQA are held against transformers' `BlipFor…` classes,
NLVR against `official_nlvr.py`, each time with the trainer's own network read back from the four folders.
"""

import argparse
import json
from pathlib import Path

import torch
from beside import FOLDER, HERE
from safetensors.torch import save_file
from tokenizers import Tokenizer

from check import CLASSES, Check, largest_differences
from layouts import FOLDERS, layouts
from network import Shape
from wordpiece import LENGTH, PAD_ID, SEP_ID, load
from wordpiece import write as write_tokenizer

TOLERATED = 1e-4


def vision_config(shape: Shape) -> dict:
    return dict(
        hidden_size=shape.vision_width, num_hidden_layers=shape.vision_layers, num_attention_heads=shape.heads,
        image_size=shape.image, patch_size=shape.patch, layer_norm_eps=1e-5, hidden_act='gelu',
    )  # fmt: skip


def text_config(shape: Shape) -> dict:
    return dict(
        hidden_size=shape.text_width, intermediate_size=shape.text_inner, num_hidden_layers=shape.text_layers,
        num_attention_heads=shape.heads, vocab_size=shape.vocabulary, max_position_embeddings=shape.text_length,
        layer_norm_eps=1e-12, hidden_act='gelu', pad_token_id=PAD_ID, sep_token_id=SEP_ID,
    )  # fmt: skip


def config(name: str, shape: Shape) -> dict:
    """`config.json` of transformers' BLIP; for NLVR, which it has not, in the same manner."""
    vision, text = vision_config(shape), text_config(shape)
    if name == 'nlvr':
        vision |= dict(mlp_ratio=shape.mlp_ratio)
        text |= dict(enc_token_id=shape.encoder_id)
        return dict(architectures=['BLIP_NLVR'], model_type='blip_nlvr', dtype='float16', vision_config=vision, text_config=text)
    vision |= dict(model_type='blip_vision_model', intermediate_size=shape.vision_width * shape.mlp_ratio, attention_dropout=0.0)
    text |= dict(
        model_type='blip_text_model', encoder_hidden_size=shape.vision_width, is_decoder=True, bos_token_id=shape.decoder_id,
        eos_token_id=SEP_ID, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, tie_word_embeddings=True,
        label_smoothing=0.0,
    )  # fmt: skip
    return dict(
        architectures=[CLASSES[name].__name__], model_type='blip', image_text_hidden_size=shape.projection,
        projection_dim=shape.projection, logit_scale_init_value=2.6592, tie_word_embeddings=True, dtype='float16',
        vision_config=vision, text_config=text,
    )  # fmt: skip


def preprocessor(shape: Shape) -> dict:
    half = [0.5, 0.5, 0.5]
    return dict(
        image_processor_type='BlipImageProcessor', do_convert_rgb=True, do_resize=True, resample=3,
        size={'height': shape.image, 'width': shape.image}, do_rescale=True, rescale_factor=1 / 255,
        do_normalize=True, image_mean=half, image_std=half,
    )  # fmt: skip


def write(checkpoint: Path, models: Path, tokenizer: Tokenizer) -> Shape:
    state = torch.load(checkpoint, weights_only=True)
    shape = Shape(**state['shape'])
    assert shape.vocabulary == tokenizer.get_vocab_size() + 2 and shape.text_length == LENGTH
    for name, tensors in layouts(state['average']).items():
        folder = models / FOLDERS[name]
        folder.mkdir(parents=True, exist_ok=True)
        stored = {key: value.half().contiguous() for key, value in tensors.items()}
        save_file(stored, str(folder / 'model.safetensors'), metadata={'format': 'pt'})
        (folder / 'model.safetensors').chmod(0o644)
        for file, value in (('config', config(name, shape)), ('preprocessor_config', preprocessor(shape))):
            (folder / f'{file}.json').write_text(json.dumps(value, indent=2) + '\n')
        write_tokenizer(tokenizer, folder)
        parameters = sum(value.numel() for value in stored.values())
        size = sum(file.stat().st_size for file in folder.iterdir())
        print(f'{folder.name}: {parameters:,} parameters, {size / 1e6:.2f} MB')
    return shape


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--models', type=Path, default=HERE.parents[1] / 'models', help='folder for the four folders')
    parser.add_argument('--tokenizer', type=Path, default=FOLDER)
    options = parser.parse_args()
    tokenizer = load(options.tokenizer)
    shape = write(options.checkpoint, options.models, tokenizer)
    differences = largest_differences(Check(shape, options.models, tokenizer))
    for name, difference in differences.items():
        print(f'{name}: largest difference to {"official_nlvr.py" if name == "nlvr" else "transformers"} {difference:.1e}')
    if max(differences.values()) > TOLERATED:
        raise SystemExit('an exported network does not agree')
