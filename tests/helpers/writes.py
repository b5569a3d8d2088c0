"""Records which files this process opens to write, makes, renames or removes, with Python's audit events (PEP 578)."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CHANGES = {"os.mkdir", "os.rename", "os.remove", "os.link", "os.symlink", "os.truncate"}
_listening: list[list] = []


def _hear(event: str, arguments: tuple) -> None:
    if not _listening:
        return
    opens = event == "open" and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if opens or event in CHANGES:
        for heard in _listening:
            heard.append((event, arguments[0]))


sys.addaudithook(_hear)  # for the life of the process: it cannot be removed


@contextmanager
def recorded_writes() -> Iterator[list]:
    """The list of what is written while the block runs: [(event, path)]."""
    heard: list = []
    _listening.append(heard)
    try:
        yield heard
    finally:
        _listening.remove(heard)
