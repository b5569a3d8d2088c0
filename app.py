"""The page: python app.py, then open the address it prints."""

import os
from pathlib import Path

import torch

from gan.ui.page import LAUNCH, build

torch.set_num_threads(1)  # requests run beside each other, one thread each
demo = build(Path(os.environ.get("GAN_CHECKPOINTS", Path(__file__).parent / "checkpoints")))

if __name__ == "__main__":
    demo.launch(**LAUNCH)
