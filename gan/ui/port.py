"""The port that the environment asks for."""

import os

from gan.errors import PortError

VARIABLE = "GRADIO_SERVER_PORT"
MAX_PORT = 65535


def requested_port() -> int | None:
    """The port in GRADIO_SERVER_PORT, 1..MAX_PORT, or None if it is not set. Raises PortError.

    Call it before Gradio is imported: Gradio reads the same variable then, and raises ValueError.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MAX_PORT:
        return int(text)
    raise PortError(f"{VARIABLE} is {text[:40]!r}. Set it to a number from 1 to {MAX_PORT}, or unset it")
