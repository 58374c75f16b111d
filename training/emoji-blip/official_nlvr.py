"""BLIP's NLVR2 network, computed from a file's tensors by their official names; transformers has no such class.

Source: `models/blip_nlvr.py`, `models/nlvr_encoder.py` and `models/vit.py` of github.com/salesforce/BLIP. Written apart from
`network.py`, so that `export.py` can hold the exported file against the trained module.

    python3 training/emoji-blip/official_nlvr.py     # against the golden values in test/fixtures/blip/nlvr
"""

import json
from pathlib import Path

import torch
import torch.nn.functional as F
from safetensors.torch import load_file
from torch import Tensor

FIRST_JOINING = 6  # from this layer on the two looks are joined by `merge_layer`, before that averaged


class OfficialNlvr:
    """`config.json` and `model.safetensors` of a folder."""

    def __init__(self, folder: Path):
        self.config = json.loads((folder / 'config.json').read_text())
        self.weights = {name: value.float() for name, value in load_file(folder / 'model.safetensors').items() if value.is_floating_point()}

    def linear(self, name: str, x: Tensor) -> Tensor:
        return F.linear(x, self.weights[f'{name}.weight'], self.weights[f'{name}.bias'])

    def norm(self, name: str, x: Tensor, config: dict) -> Tensor:
        weight = self.weights[f'{name}.weight']
        return F.layer_norm(x, weight.shape, weight, self.weights[f'{name}.bias'], config['layer_norm_eps'])

    def image(self, pixels: Tensor) -> Tensor:
        """[B, 3, H, W] → [B, 1+N, width]"""
        config, w = self.config['vision_config'], self.weights
        patch = 'visual_encoder.patch_embed.proj'
        x = F.conv2d(pixels, w[f'{patch}.weight'], w[f'{patch}.bias'], stride=config['patch_size']).flatten(2).mT
        x = torch.cat([w['visual_encoder.cls_token'].expand(len(x), -1, -1), x], 1) + w['visual_encoder.pos_embed']
        for index in range(config['num_hidden_layers']):
            block = f'visual_encoder.blocks.{index}'
            q, k, v = self.linear(f'{block}.attn.qkv', self.norm(f'{block}.norm1', x, config)).chunk(3, -1)
            x = x + self.linear(f'{block}.attn.proj', attended(q, k, v, config['num_attention_heads']))
            inner = F.gelu(self.linear(f'{block}.mlp.fc1', self.norm(f'{block}.norm2', x, config)))
            x = x + self.linear(f'{block}.mlp.fc2', inner)
        return self.norm('visual_encoder.norm', x, config)

    def logits(self, ids: Tensor, mask: Tensor, images: tuple[Tensor, Tensor]) -> Tensor:
        """ids [B, T] with `[ENC]` in front, mask [B, T], images: the states of the left and of the right → [B, 2]"""
        config, w = self.config['text_config'], self.weights
        heads, name = config['num_attention_heads'], 'text_encoder.embeddings'
        x = w[f'{name}.word_embeddings.weight'][ids] + w[f'{name}.position_embeddings.weight'][: ids.shape[1]]
        x = self.norm(f'{name}.LayerNorm', x, config)
        for index in range(config['num_hidden_layers']):
            layer = f'text_encoder.encoder.layer.{index}'
            own = self.mixed(f'{layer}.attention.self', x, x, heads, mask.bool()[:, None, None])
            own = self.linear(f'{layer}.attention.output.dense', own)
            x = self.norm(f'{layer}.attention.output.LayerNorm', x + own, config)
            cross = f'{layer}.crossattention'
            looks = [self.mixed(f'{cross}.self{i}', x, image, heads) for i, image in enumerate(images)]
            looks = [self.linear(f'{cross}.output.dense{i}', look) for i, look in enumerate(looks)]
            if index < FIRST_JOINING:
                look = (looks[0] + looks[1]) / 2
            else:
                look = self.linear(f'{cross}.output.merge_layer', torch.cat(looks, -1))
            x = self.norm(f'{cross}.output.LayerNorm', x + look, config)
            inner = F.gelu(self.linear(f'{layer}.intermediate.dense', x))
            x = self.norm(f'{layer}.output.LayerNorm', x + self.linear(f'{layer}.output.dense', inner), config)
        return self.linear('cls_head.2', F.relu(self.linear('cls_head.0', x[:, 0])))

    def mixed(self, name: str, x: Tensor, states: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
        q, k, v = (self.linear(f'{name}.{part}', of) for part, of in (('query', x), ('key', states), ('value', states)))
        return attended(q, k, v, heads, mask)


def attended(q: Tensor, k: Tensor, v: Tensor, heads: int, mask: Tensor | None = None) -> Tensor:
    """[B, T, width] each → [B, T, width]"""
    q, k, v = (x.unflatten(-1, (heads, -1)).transpose(1, 2) for x in (q, k, v))
    return F.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).flatten(-2)


@torch.inference_mode()
def against_goldens(folder: Path) -> float:
    """Largest difference of the logits without reduction to those stored beside the fixture."""
    network, inputs = OfficialNlvr(folder), load_file(folder / 'inputs.safetensors')
    about = json.loads((folder.parent / 'caption' / 'preprocessor_config.json').read_text())  # the same numbers
    mean, std = (torch.tensor(about[name])[:, None, None] for name in ('image_mean', 'image_std'))
    states = network.image((inputs['images'].permute(0, 3, 1, 2) / 255 - mean) / std)
    ids = inputs['textIds'].long()
    ids[:, 0] = network.config['text_config']['enc_token_id']
    logits = network.logits(ids, inputs['textMask'], states.chunk(2))
    return (logits - load_file(folder / 'goldens.safetensors')['logits.none']).abs().max().item()


if __name__ == '__main__':
    print(against_goldens(Path(__file__).resolve().parents[2] / 'test' / 'fixtures' / 'blip' / 'nlvr'))
