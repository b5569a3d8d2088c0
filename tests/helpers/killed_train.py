"""train.py that kills itself (SIGKILL) before its Nth call of a kind: python killed_train.py CALL N FLAGS...

CALL is write, replace, rename or delete.
"""

import os
import signal
import sys
from pathlib import Path

import train

CALLS = {"write": (os, "fsync"), "replace": (os, "replace"), "rename": (Path, "rename"), "delete": (Path, "unlink")}


def main(call: str, count: str, *argv: str) -> int:
    owner, name = CALLS[call]
    original = getattr(owner, name)
    left = int(count)

    def counted(*args, **kwargs):
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(owner, name, counted)
    return train.main(list(argv))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
