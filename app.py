"""The page: python app.py, then open the address that it prints."""

import os
import sys
from pathlib import Path

from gan.errors import HubError, PortError
from gan.publish.hub import fetch
from gan.ui.port import wanted_port

try:
    wanted_port()  # before Gradio is imported
    root = fetch(os.environ.get("GAN_CHECKPOINTS", str(Path(__file__).parent / "checkpoints")))
except (HubError, PortError) as error:
    sys.exit(f"app.py: {error}")

from gan.ui.page import build
from gan.ui.server import serve

demo = build(root)

if __name__ == "__main__":
    serve(demo, root)
