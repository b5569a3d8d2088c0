"""The port that the page is asked to have."""

import os

from gan.errors import PortError

VARIABLE = "GRADIO_SERVER_PORT"
MOST = 65535


def wanted_port() -> int | None:
    """The port, 1 to MOST, that the environment names; None where it names none. Raises PortError.

    Gradio reads the same variable while it is imported, and raises ValueError there: ask this first.
    """
    text = os.environ.get(VARIABLE)
    if text is None:
        return None
    if text.isascii() and text.isdecimal() and len(text) <= 5 and 1 <= int(text) <= MOST:
        return int(text)
    raise PortError(f"{VARIABLE} is {text[:40]!r}: set it to a number from 1 to {MOST}, or not at all")
