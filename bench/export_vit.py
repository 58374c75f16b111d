"""Writes a ViT-B/16 with random weights as a Hugging Face folder, and as ONNX graphs: plain, and with ToMe.

python export_vit.py FOLDER --side 224 --r 8 16
"""
import argparse
import json
import pathlib

import torch
from transformers import ViTConfig, ViTForImageClassification

from vit_tome import ViTWithToMe

parser = argparse.ArgumentParser()
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--side", type=int, default=224)
parser.add_argument("--r", type=int, nargs="*", default=[])
arguments = parser.parse_args()

torch.manual_seed(0)
model = ViTForImageClassification(ViTConfig(image_size=arguments.side, num_labels=1000)).eval()
arguments.folder.mkdir(parents=True, exist_ok=True)
model.save_pretrained(arguments.folder)
side = {"height": arguments.side, "width": arguments.side}
preprocessor = {"image_processor_type": "ViTImageProcessor", "size": side}
(arguments.folder / "preprocessor_config.json").write_text(json.dumps(preprocessor))
(arguments.folder / "onnx").mkdir(exist_ok=True)


class Plain(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        return self.model(pixel_values).logits


def export(network, name):
    torch.onnx.export(
        network.eval(),
        (torch.randn(2, 3, arguments.side, arguments.side),),
        str(arguments.folder / "onnx" / name),
        input_names=["pixel_values"],
        output_names=["logits"],
        dynamic_axes={"pixel_values": {0: "batch"}, "logits": {0: "batch"}},
        opset_version=17,
        dynamo=False,
    )


with torch.no_grad():
    export(Plain(), "model.onnx")
    for r in arguments.r:
        export(ViTWithToMe(model, r), f"tome-{r}.onnx")
