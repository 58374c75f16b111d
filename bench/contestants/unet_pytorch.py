"""diffusers' U-Net on a folder: `unet_pytorch.py FOLDER SIDE BATCH THREADS RATIO MAX_DOWNSAMPLE CROSS MLP`; ratio 0 is without tomesd."""
import json
import sys
import time

import tomesd
import torch
from diffusers import UNet2DConditionModel

folder, side, batch, threads = sys.argv[1], *map(int, sys.argv[2:5])
ratio, most, cross, mlp = float(sys.argv[5]), int(sys.argv[6]), sys.argv[7] == 'true', sys.argv[8] == 'true'
torch.set_num_threads(threads)
model = UNet2DConditionModel.from_pretrained(folder).eval()
if ratio > 0:
    tomesd.apply_patch(model, ratio=ratio, max_downsample=most, use_rand=False, merge_crossattn=cross, merge_mlp=mlp)


def wave(*shape):
    count = torch.Size(shape).numel()
    return torch.arange(count, dtype=torch.float64).sin().float().reshape(shape)


sample, text = wave(batch, 4, side // 8, side // 8), wave(batch, 77, 768)
print('ready', flush=True)
with torch.inference_mode():
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        out = model(sample, 500, encoder_hidden_states=text).sample
        reading = {'wallMs': (time.perf_counter() - wall) * 1e3, 'cpuMs': (time.process_time() - cpu) * 1e3}
        print(json.dumps(out.flatten()[:1000].tolist() if line.strip() == 'logits' else reading), flush=True)
