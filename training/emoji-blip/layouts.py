"""The four published networks as parts of the trained one, and back.

Source: parameter names of transformers' `BlipFor…` classes, and for NLVR2 of `models/blip_nlvr.py` in github.com/salesforce/BLIP.
"""

import re
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

State = dict[str, Tensor]
BLOCK = 'vision_model.encoder.layers.'
FOLDERS = {name: f'emoji-blip-{name}' for name in ('captioning', 'retrieval', 'vqa', 'nlvr')}
OFFICIAL = {  # of the vision tower
    'vision_model.embeddings.class_embedding': 'visual_encoder.cls_token',
    'vision_model.embeddings.position_embedding': 'visual_encoder.pos_embed',
    'vision_model.embeddings.patch_embedding': 'visual_encoder.patch_embed.proj',
    'vision_model.encoder.layers': 'visual_encoder.blocks',
    'vision_model.post_layernorm': 'visual_encoder.norm',
    'self_attn.projection': 'attn.proj',
    'self_attn.qkv': 'attn.qkv',
    '.layer_norm': '.norm',
}


def layouts(trained: State) -> dict[str, State]:
    """→ tensors by the names of each published network."""
    vision = vision_of(trained)
    encoder = part(trained, 'text_encoder.')
    single = {name: value for name, value in encoder.items() if not name.startswith('text_encoder.second.')}
    heads = {name: trained[name] for name in trained if re.match('(vision_proj|text_proj|itm_head)', name)}
    return {
        'captioning': vision | part(trained, 'text_decoder.'),
        'retrieval': vision | single | heads,
        'vqa': vision | single | part(trained, 'answer_decoder.', 'text_decoder.'),
        'nlvr': official(vision) | pairs_of(encoder) | part(trained, 'cls_head.'),
    }


def gathered(models: Path, task: str = 'match') -> State:
    """The trained network again, out of the exported folders under `models`.

    What several of them hold is of `task`'s folder: `caption` has no text encoder of its own, and takes `match`'s.
    """
    caption, match, answer, pair = (load_file(models / folder / 'model.safetensors') for folder in FOLDERS.values())
    shared = match | {'caption': caption, 'match': match, 'answer': answer, 'pair': plain(pair)}[task]
    state = vision_back(shared) | part(shared, 'text_encoder.') | part(caption, 'text_decoder.')
    state |= part(answer, 'text_decoder.', 'answer_decoder.') | part(pair, 'cls_head.')
    for name, value in pair.items():
        if found := re.match(r'text_encoder\.encoder\.(layer\.\d+)\.crossattention\.(?:self1|output\.dense1)\.(.*)', name):
            kind = 'self' if '.self1.' in name else 'dense'
            state[f'text_encoder.second.{found[1]}.{kind}.{found[2]}'] = value
    state |= {name: match[name] for name in match if re.match('(vision_proj|text_proj|itm_head)', name)}
    state['logit_scale'] = torch.tensor(4.0)  # no published network needs it; about where training ends
    return {name: value.float() for name, value in state.items()}


def part(state: State, prefix: str, becomes: str | None = None) -> State:
    new = prefix if becomes is None else becomes
    return {new + name[len(prefix) :]: value for name, value in state.items() if name.startswith(prefix)}


def vision_of(trained: State) -> State:
    """Query, key and value stacked; leading ones as transformers has them; the patches' bias, which positions hold."""
    found: State = {}
    for name, value in part(trained, 'vision_model.').items():
        if name.endswith('class_embedding'):
            found[name] = value[None, None]
        elif name.endswith('position_embedding.weight'):
            found[name.removesuffix('.weight')] = value[None]
        elif '.q_proj.' in name:
            found[name.replace('q_proj', 'qkv')] = torch.cat([trained[name.replace('q_proj', f'{x}_proj')] for x in 'qkv'])
        elif not re.search(r'\.[kv]_proj\.', name):
            found[name.replace('out_proj', 'projection')] = value
    width = found['vision_model.embeddings.class_embedding'].shape[-1]
    return found | {'vision_model.embeddings.patch_embedding.bias': torch.zeros(width)}


def vision_back(exported: State) -> State:
    found: State = {}
    for name, value in part(exported, 'vision_model.').items():
        if name.endswith('class_embedding'):
            found[name] = value[0, 0]
        elif name.endswith('position_embedding'):
            found[f'{name}.weight'] = value[0]
        elif '.qkv.' in name:
            found |= {name.replace('qkv', f'{x}_proj'): part for x, part in zip('qkv', value.chunk(3))}
        elif not name.endswith('patch_embedding.bias'):
            found[name.replace('projection', 'out_proj')] = value
    return found


def official(vision: State) -> State:
    return {renamed(name, OFFICIAL): value for name, value in vision.items()}


def renamed(name: str, names: dict[str, str]) -> str:
    for old, new in names.items():
        name = name.replace(old, new)
    return name


def pairs_of(encoder: State) -> State:
    """The cross-attention that all tasks share reads the left image, `second` the right one."""
    found = {}
    for name, value in encoder.items():
        name = re.sub(r'crossattention\.self\.', 'crossattention.self0.', name)
        name = re.sub(r'crossattention\.output\.dense\.', 'crossattention.output.dense0.', name)
        name = re.sub(r'second\.(layer\.\d+)\.self\.', r'encoder.\1.crossattention.self1.', name)
        name = re.sub(r'second\.(layer\.\d+)\.dense\.', r'encoder.\1.crossattention.output.dense1.', name)
        found[name] = value
    return found


def plain(pair: State) -> State:
    """The NLVR2 network by transformers' names, without what the right image alone goes through."""
    names = {official: name for name, official in OFFICIAL.items()}
    found = {}
    for name, value in pair.items():
        if name.startswith('visual_encoder.'):
            found[renamed(name, names)] = value
        elif not re.search(r'crossattention\.(self1|output\.dense1)\.', name):
            found[re.sub(r'(crossattention\.(?:self|output\.dense))0\.', r'\1.', name)] = value
    return found
