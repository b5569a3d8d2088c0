"""The page's texts, for messages from the server.

The server writes English. The page finds the text that a message was made from, and shows it in its own language.
"""

import json
from pathlib import Path

import gradio as gr

FOLDER = Path(__file__).parent / "web" / "text"
TABLES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(FOLDER.glob("*.json"))}  # language -> JSON
ENGLISH = json.loads(TABLES["en"])


def text(key: str, **values: object) -> str:
    """An English text with its {names} filled in."""
    return ENGLISH[key].format(**values)


def user_error(key: str, **values: object) -> gr.Error:
    """The error to raise for a request that cannot be answered. It leaves no traceback in the log."""
    return gr.Error(text(key, **values), print_exception=False)
