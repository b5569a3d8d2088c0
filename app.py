"""The page: python app.py, then open the address it prints."""

import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # requests run beside each other, one thread each

from gan.ui.page import LAUNCH, build, warm

root = Path(os.environ.get("GAN_CHECKPOINTS", Path(__file__).parent / "checkpoints"))
demo = build(root)

if __name__ == "__main__":
    warm(root)
    demo.launch(**LAUNCH)
