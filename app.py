"""The page: python app.py, then open the address it prints."""

import os
from pathlib import Path

from gan.ui.page import LAUNCH, build, warm

root = Path(os.environ.get("GAN_CHECKPOINTS", Path(__file__).parent / "checkpoints"))
demo = build(root)

if __name__ == "__main__":
    demo.launch(**LAUNCH, prevent_thread_lock=True)
    warm(root)  # once the page is served, not before
    demo.block_thread()
