"""Stop a training within this process, and look at what it leaves."""

import os
import shutil
from pathlib import Path


class PowerFailureError(BaseException):
    """Ends the code under test at once. No handler catches it."""


DURABLE_CALLS = ((os, "fsync"), (os, "replace"), (Path, "rename"), (Path, "unlink"), (os, "rmdir"))


def fail_at(monkeypatch, at, error, calls=DURABLE_CALLS):
    """Make the `at`-th call that changes the disk raise `error`, and all after it. Return the list of calls made."""
    made = []

    def failing(original):
        def call(*args, **kwargs):
            made.append(original.__name__)
            if len(made) >= at:
                raise error
            return original(*args, **kwargs)

        return call

    for owner, name in calls:
        monkeypatch.setattr(owner, name, failing(getattr(owner, name)))
    return made


def only_line(text):
    """The one line that train.py printed."""
    (line,) = text.strip().splitlines()
    assert line.startswith("train.py: ")
    return line


def all_files(root):
    """Every file under a folder, with its bytes."""
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def other_images(mnist, folder):
    """A copy of the data set with one other pixel."""
    data = shutil.copytree(mnist, folder)
    path = data / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    return data
