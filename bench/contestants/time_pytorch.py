"""PyTorch eager on a model folder: `time_pytorch.py FOLDER SIDE BATCH THREADS R`; R 0 is the plain network."""
import json
import pathlib
import sys
import time

import torch
from transformers import ViTForImageClassification

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from vit_tome import ViTWithToMe  # noqa: E402

folder, side, batch, threads, r = sys.argv[1], *map(int, sys.argv[2:6])
torch.set_num_threads(threads)
model = ViTForImageClassification.from_pretrained(folder).eval()
merged = ViTWithToMe(model, r).eval()
count = batch * 3 * side * side
pixels = torch.arange(count, dtype=torch.float64).sin().float().reshape(batch, 3, side, side)


def run():
    return merged(pixels) if r else model(pixels).logits


print("ready", flush=True)
with torch.inference_mode():
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        logits = run()
        wall_ms, cpu_ms = (time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3
        first = logits[0].tolist()
        print(json.dumps(first if line.strip() == "logits" else {"wallMs": wall_ms, "cpuMs": cpu_ms}), flush=True)
