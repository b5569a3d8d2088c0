"""Serve the page: run `python app.py`, then open the address that it prints."""

import os
import sys
from pathlib import Path

from gan.errors import UserError
from gan.publish.hub import fetch
from gan.ui.port import requested_port

try:
    requested_port()  # before Gradio, which reads the same variable, is imported
    root = fetch(os.environ.get("GAN_CHECKPOINTS", str(Path(__file__).parent / "checkpoints")))
except UserError as error:
    sys.exit(f"app.py: {error}")

from gan.ui.page import build
from gan.ui.server import serve

demo = build(root)

if __name__ == "__main__":
    serve(demo, root)
