"""Writes a checkpoint of the trainer as a Hugging Face CLIP folder, and checks it against transformers.

    python3 training/emoji-clip/export.py training/build/decay.pt      # → models/emoji-clip

The averaged weights are stored as float16. The check loads the folder with `transformers.CLIPModel` and
`CLIPTokenizerFast` and compares both embeddings with those of the trainer's own module.
"""

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import save_file
from transformers import CLIPImageProcessor, CLIPModel, CLIPTokenizerFast

from batches import normalised
from model import Clip, Shape, to_patches
from tokenizer import END, MODEL, START, load


def config(shape: Shape, start: int, end: int) -> dict:
    """`config.json` of transformers' `CLIPModel`."""
    activation = dict(hidden_act='gelu', layer_norm_eps=1e-5, attention_dropout=0.0, initializer_factor=1.0)
    text = dict(
        model_type='clip_text_model', vocab_size=shape.vocabulary, hidden_size=shape.text_width,
        intermediate_size=shape.text_width * shape.mlp_ratio, num_hidden_layers=shape.text_layers,
        num_attention_heads=shape.heads, max_position_embeddings=shape.text_length, projection_dim=shape.projection,
        bos_token_id=start, eos_token_id=end, pad_token_id=end, **activation,
    )  # fmt: skip
    vision = dict(
        model_type='clip_vision_model', hidden_size=shape.vision_width, image_size=shape.image,
        patch_size=shape.patch, num_channels=3, intermediate_size=shape.vision_width * shape.mlp_ratio,
        num_hidden_layers=shape.vision_layers, num_attention_heads=shape.heads, projection_dim=shape.projection,
        **activation,
    )  # fmt: skip
    return dict(
        architectures=['CLIPModel'], model_type='clip', projection_dim=shape.projection,
        logit_scale_init_value=2.6592, initializer_factor=1.0, torch_dtype='float16',
        text_config=text, vision_config=vision,
    )  # fmt: skip


def preprocessor(shape: Shape) -> dict:
    """`preprocessor_config.json` of `CLIPImageProcessor`."""
    half = [0.5, 0.5, 0.5]
    return dict(
        image_processor_type='CLIPImageProcessor', do_convert_rgb=True,
        do_resize=True, size={'shortest_edge': shape.image}, resample=3,
        do_center_crop=True, crop_size={'height': shape.image, 'width': shape.image},
        do_rescale=True, rescale_factor=1 / 255, do_normalize=True, image_mean=half, image_std=half,
    )  # fmt: skip


def write(checkpoint: Path, folder: Path) -> Clip:
    """→ the module with the weights as stored, that is rounded to float16."""
    state = torch.load(checkpoint, weights_only=True)
    shape = Shape(**state['shape'])
    stored = {name: value.half().contiguous() for name, value in state['average'].items()}
    folder.mkdir(parents=True, exist_ok=True)
    save_file(stored, str(folder / 'model.safetensors'), metadata={'format': 'pt'})
    (folder / 'model.safetensors').chmod(0o644)
    ids = load(folder).get_vocab()
    for name, value in (('config', config(shape, ids[START], ids[END])), ('preprocessor_config', preprocessor(shape))):
        (folder / f'{name}.json').write_text(json.dumps(value, indent=2) + '\n')
    model = Clip(shape)
    model.load_state_dict({name: value.float() for name, value in stored.items()})
    return model.eval()


@torch.inference_mode()
def largest_difference(model: Clip, folder: Path) -> float:
    """Between the unit embeddings of transformers and ours, on noise and on two captions."""
    theirs = CLIPModel.from_pretrained(folder, dtype=torch.float32).eval()
    tokenizer = CLIPTokenizerFast.from_pretrained(folder)
    CLIPImageProcessor.from_pretrained(folder)
    text = tokenizer(['a photo of a dog.', 'two red apples to the left of a small cat'], padding=True, return_tensors='pt')
    shape = model.shape
    levels = torch.randint(0, 256, (2, 3, shape.image, shape.image), generator=torch.Generator().manual_seed(0))
    pixels = normalised(levels)
    out = theirs(**text, pixel_values=pixels)
    ends = text['attention_mask'].sum(1) - 1
    ours_text = model.text_features(text['input_ids'], ends)
    ours_image, _ = model.image_features(to_patches(pixels, shape.patch), torch.arange(shape.patches).expand(2, -1))
    unit = torch.nn.functional.normalize
    differences = unit(out.text_embeds, dim=-1) - ours_text, unit(out.image_embeds, dim=-1) - ours_image
    return max(difference.abs().max().item() for difference in differences)


if __name__ == '__main__':
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('checkpoint', type=Path)
    parser.add_argument('--folder', type=Path, default=MODEL)
    options = parser.parse_args()
    difference = largest_difference(write(options.checkpoint, options.folder), options.folder)
    size = (options.folder / 'model.safetensors').stat().st_size
    print(f'{size / 1e6:.1f} MB; largest difference to transformers {difference:.1e}')
    if difference > 1e-4:
        raise SystemExit('the exported model does not agree with transformers')
