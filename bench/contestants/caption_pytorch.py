"""transformers' generate on a BLIP folder: `caption_pytorch.py FOLDER SIDE BATCH THREADS TOKENS`. Greedy, all texts of full length."""
import json
import sys
import time

import torch
from transformers import BlipForConditionalGeneration

folder, side, batch, threads, tokens = sys.argv[1], *map(int, sys.argv[2:6])
torch.set_num_threads(threads)
model = BlipForConditionalGeneration.from_pretrained(folder).eval()
count = batch * 3 * side * side
pixels = torch.arange(count, dtype=torch.float64).sin().float().reshape(batch, 3, side, side)
start = model.config.text_config.bos_token_id


def run():
    begin = time.perf_counter()
    states = model.vision_model(pixels)[0]
    middle = time.perf_counter()
    prompt = torch.full((batch, 1), start)
    mask = torch.ones(states.shape[:2], dtype=torch.long)
    ids = model.text_decoder.generate(
        input_ids=prompt, encoder_hidden_states=states, encoder_attention_mask=mask, max_length=tokens, min_length=tokens,
        num_beams=1, do_sample=False, eos_token_id=model.config.text_config.sep_token_id,
        pad_token_id=model.config.text_config.pad_token_id,
    )  # fmt: skip
    return ids, (middle - begin) * 1e3, (time.perf_counter() - middle) * 1e3


print("ready", flush=True)
with torch.inference_mode():
    for line in sys.stdin:
        cpu, wall = time.process_time(), time.perf_counter()
        ids, vision_ms, decoder_ms = run()
        reading = {"wallMs": (time.perf_counter() - wall) * 1e3, "cpuMs": (time.process_time() - cpu) * 1e3,
                   "visionMs": vision_ms, "decoderMs": decoder_ms}  # fmt: skip
        print(json.dumps(ids.flatten().tolist() if line.strip() == "logits" else reading), flush=True)
