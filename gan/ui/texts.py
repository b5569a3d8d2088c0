"""The page's texts, for messages from the server.

The server writes English. A message also has its key and values, so that the page can show it in another language.
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


def note(key: str, **values: object) -> dict:
    """A message as the page gets it: the key of a text, the values for its {names}, and the English text."""
    return {"key": key, "values": values, "text": text(key, **values)}


class NoteError(gr.Error):
    """A request that cannot be answered, with a note for the visitor. It leaves no traceback in the log."""

    def __init__(self, key: str, **values: object):
        super().__init__(text(key, **values), print_exception=False)
        self.note = note(key, **values)


def user_error(key: str, **values: object) -> NoteError:
    """The error to raise for a request that cannot be answered."""
    return NoteError(key, **values)
