"""Ctrl-C before a program has begun. A program imports this first, so this imports only what Python's start has loaded.

`signal` and `contextlib` would take 10 ms, in which Ctrl-C is a traceback.
"""

import _signal  # the built-in part of `signal`
import os


class one_line_at_ctrl_c:
    """A context in which Ctrl-C ends the process with one line and exit code 130.

    It is for imports: some catch KeyboardInterrupt, or turn it into an ImportError.
    """

    def __init__(self, program: str):
        self.line = f"\n{program}: stopped before it began\n".encode()

    def __enter__(self) -> None:
        self.before = _signal.getsignal(_signal.SIGINT)
        if self.before != _signal.SIG_IGN:  # a shell starts background jobs with Ctrl-C ignored
            _signal.signal(_signal.SIGINT, self._end)

    def __exit__(self, *error: object) -> None:
        _signal.signal(_signal.SIGINT, self.before)

    def _end(self, *_: object) -> None:
        os.write(2, self.line)
        os._exit(130)
