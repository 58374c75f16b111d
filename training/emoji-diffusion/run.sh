#!/bin/sh
# Trains in the background: run.sh vae | latents | unet | unet-decay, with options. Log: training/build/diffusion/train.log.
# glibc would give every large buffer back to the kernel and ask for it anew, which costs half of the speed.
here=$(cd "$(dirname "$0")" && pwd) || exit 1
mkdir -p "$here/../build/diffusion"
export MALLOC_MMAP_THRESHOLD_=8000000000 MALLOC_TRIM_THRESHOLD_=16000000000 MALLOC_TOP_PAD_=500000000
setsid nohup nice -n 5 python3 "$here/train.py" "$@" >> "$here/../build/diffusion/train.log" 2>&1 < /dev/null &
echo "started; process group in training/build/diffusion/train.pgid"
