"""Files and folders that last: a file is seen whole or not at all, even when the power fails in between."""

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gan.errors import DiskError

FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG


@contextmanager
def disk_errors(deed: str) -> Iterator[None]:
    """Raise DiskError where the disk is full or does not allow `deed`: "write this file"."""
    try:
        yield
    except OSError as error:
        mend = "make room there" if error.errno in FULL else "allow that, or choose another folder with --out"
        raise DiskError(f"cannot {deed} ({error.strerror or error}): {mend}") from error


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file: its bytes reach the disk first, then its name does. Raises DiskError; what was there stays."""
    draft = path.with_name(f".{path.name}.draft")
    with disk_errors(f"write {path}"):
        try:
            with open(draft, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError:
            with suppress(OSError):  # the first error is the one to tell
                draft.unlink(missing_ok=True)
            raise
        sync_dir(path.parent)


def make_dir(directory: Path) -> None:
    """Make a folder and those above it, to last. Raises DiskError."""
    if not directory.is_dir():
        make_dir(directory.parent)
        with disk_errors(f"make the folder {directory}"):
            directory.mkdir(exist_ok=True)
            sync_dir(directory.parent)


def read_limited(path: Path, most: int) -> bytes:
    """The first `most` bytes of a file. Raises OSError where it cannot be read.

    They are not mapped: who writes into a file that is mapped changes what another has read, or ends its process.
    """
    with open(path, "rb") as file:
        return file.read(most)


def sha256(path: Path) -> str:
    """The sha256 of a file, in hexadecimal, which tells it from any other. Raises OSError where it cannot be read."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def sync_dir(directory: Path) -> None:
    """Make the names within a folder last through a power failure. Windows opens no folder to do so."""
    if os.name == "nt":
        return
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
