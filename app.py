"""The page: python app.py, then open the address that it prints."""

import os
import sys
from pathlib import Path

from gan.hub import HubError, fetch
from gan.ui.page import build
from gan.ui.serve import serve

try:
    root = fetch(os.environ.get("GAN_CHECKPOINTS", str(Path(__file__).parent / "checkpoints")))
except HubError as error:
    sys.exit(f"app.py: {error}")
demo = build(root)

if __name__ == "__main__":
    serve(demo, root)
