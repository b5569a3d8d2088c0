"""Serve the page: run `python app.py`, then open the address that it prints."""

from gan.interrupt import one_line_at_ctrl_c

with one_line_at_ctrl_c("app.py"):
    import sys
    from pathlib import Path

    from gan.console import prepare_output, say

    prepare_output()
    from gan.errors import UserError
    from gan.publish.hub import fetch
    from gan.publish.source import requested_source
    from gan.ui.environment import check_root_path, check_temp_dir, isolate_gradio, requested_address
    from gan.ui.frames import frame_ancestors

    try:
        name, port = requested_address()
        check_root_path()
        check_temp_dir()
        frame_ancestors()
        root = requested_source(Path(__file__).parent / "checkpoints")
        if isinstance(root, str):
            say(f"Downloading {root}")
            root = fetch(root)
        isolate_gradio()
    except UserError as error:
        sys.exit(f"app.py: {error}")

    from gan.ui.answers import Answers
    from gan.ui.endpoints import endpoints
    from gan.ui.page import build
    from gan.ui.server import serve

    answers = Answers(endpoints(root), root)
    demo = build(answers)

if __name__ == "__main__":
    serve(demo, answers, name, port)
