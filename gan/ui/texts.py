"""The texts of the page, for what the server says.

It speaks English; the page finds the text that a message was made of (web/notes.js) and shows it in its own language.
"""

import json
from pathlib import Path

import gradio as gr

TEXT = Path(__file__).parent / "web" / "text"
TABLES = {path.stem: path.read_text(encoding="utf-8") for path in sorted(TEXT.glob("*.json"))}  # JSON, by language
ENGLISH = json.loads(TABLES["en"])


def text(key: str, **values: object) -> str:
    """A text in English, its {names} filled in."""
    return ENGLISH[key].format(**values)


def user_error(key: str, **values: object) -> gr.Error:
    """What to raise for a question that cannot be answered; it leaves no traceback in the log."""
    return gr.Error(text(key, **values), print_exception=False)
