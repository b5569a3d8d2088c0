"""Serve the page: run `python app.py`, then open the address that it prints."""

import os
import sys
from pathlib import Path

from gan.console import one_line_at_ctrl_c

with one_line_at_ctrl_c("app.py"):
    from gan.errors import UserError
    from gan.publish.hub import fetch
    from gan.ui.frames import frame_ancestors
    from gan.ui.port import requested_port

    try:
        requested_port()  # before Gradio, which reads the same variable, is imported
        frame_ancestors()  # before anything is fetched
        root = fetch(os.environ.get("GAN_CHECKPOINTS", str(Path(__file__).parent / "checkpoints")))
    except UserError as error:
        sys.exit(f"app.py: {error}")

    from gan.ui.answers import Answers
    from gan.ui.endpoints import endpoints
    from gan.ui.page import build
    from gan.ui.server import serve

    answers = Answers(endpoints(root), root)
    demo = build(answers)

if __name__ == "__main__":
    serve(demo, answers)
