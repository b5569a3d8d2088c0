"""The terminal of a command. A lost terminal, a full disk or an unknown letter never ends a training.

Nothing here imports torch, so that `one_line_at_ctrl_c` can begin before that.
"""

import io
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO


@contextmanager
def one_line_at_ctrl_c(program: str) -> Iterator[None]:
    """Let Ctrl-C end the process with one line and exit code 130, where KeyboardInterrupt would be a traceback.

    That is during imports: some catch KeyboardInterrupt, or turn it into an ImportError.
    """

    def end(*_):
        os.write(2, f"\n{program}: stopped before it began\n".encode())
        os._exit(130)

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:  # a shell starts background jobs with Ctrl-C ignored
        signal.signal(signal.SIGINT, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def prepare_output() -> None:
    """Let stdout escape what its encoding lacks, as stderr does. Drop what goes to a stream that was closed."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w"))  # noqa: SIM115
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def say(text: str, stream: TextIO | None = None) -> None:
    """Print a line to stdout or another stream. If it cannot be written, say so once, and drop all later lines."""
    stream = stream or sys.stdout
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        if stream is sys.stdout:
            say(f"stdout cannot be written ({error.strerror}). Its lines are dropped from here on", sys.stderr)
