"""Makes the modules of `training/emoji-clip` importable: art, sprites, Muon, processes and schedule are the same here.

Modules here have names that none has there; a script's own folder comes first.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIP = HERE.parent / 'emoji-clip'
FOLDER = HERE.parent / 'build' / 'diffusion'  # checkpoints, latents, log, samples
MODELS = HERE.parents[1] / 'models'
if str(CLIP) not in sys.path:
    sys.path.append(str(CLIP))
