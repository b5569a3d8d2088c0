"""The terminal of a command. A lost terminal, a full disk or an unknown letter never ends a training."""

import io
import os
import sys
from typing import TextIO


def prepare_output() -> None:
    """Let stdout escape what its encoding lacks, as stderr does. Drop what goes to a stream that was closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def counted(count: int, noun: str) -> str:
    """A number and what it counts: "1 image", "2,000 images"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line to stdout or another stream. If it cannot be written, say so once, and drop all later lines."""
    stream = stream or sys.stdout
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout:
            say(f"stdout cannot be written ({error.strerror}). Its lines are dropped from here on", sys.stderr)
