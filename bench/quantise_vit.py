"""Writes beside an exported graph the 8-bit one that transformers.js loads as `dtype: 'q8'`: model_quantized.onnx.

As scripts/quantize.py of transformers.js does it for a graph with convolutions: dynamic quantisation of ONNX Runtime, uint8 weights, one
scale for each weight, convolution and embeddings too.

python quantise_vit.py FOLDER
"""
import pathlib
import sys

from onnxruntime.quantization import QuantType, quantize_dynamic

onnx = pathlib.Path(sys.argv[1]) / "onnx"
quantize_dynamic(
    onnx / "model.onnx",
    onnx / "model_quantized.onnx",
    per_channel=False,
    reduce_range=False,
    weight_type=QuantType.QUInt8,
    extra_options={"EnableSubgraph": True, "MatMulConstBOnly": True},
)
