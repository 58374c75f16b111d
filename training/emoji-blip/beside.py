"""Makes the modules of `training/emoji-clip` importable: BLIP draws, splits and optimises as the CLIP beside it does.

Modules here have names that none has there; a script's own folder comes first.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
CLIP = HERE.parent / 'emoji-clip'
FOLDER = HERE.parent / 'build' / 'blip'  # checkpoints, log, tokenizer
if str(CLIP) not in sys.path:
    sys.path.append(str(CLIP))
