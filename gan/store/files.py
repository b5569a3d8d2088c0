"""Files and folders that survive a crash: a reader sees a complete file or none, even after a power failure."""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gan.errors import DiskError

DISK_FULL = errno.ENOSPC, errno.EDQUOT, errno.EFBIG
# What systems that cannot sync or open a folder answer: shares, FUSE, Windows. PostgreSQL's fsync_fname does the same.
NO_FOLDER_SYNC = errno.EINVAL, errno.EBADF, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP
NO_FOLDER_OPEN = errno.EACCES, errno.EISDIR


@contextmanager
def disk_errors(action: str) -> Iterator[None]:
    """Convert an OSError raised during `action`, such as "write this file", into a DiskError."""
    try:
        yield
    except OSError as error:
        hint = "Make room there" if error.errno in DISK_FULL else "Allow that, or choose another folder with --out"
        raise DiskError(f"cannot {action} ({error.strerror or error}). {hint}") from error


def write_atomic(path: Path, data: bytes) -> None:
    """Write a file so that a crash leaves the old content or the new. Raises DiskError, and then keeps the old file."""
    draft = path.with_name(f".{path.name}.draft")
    with disk_errors(f"write {path}"):
        try:
            with open(draft, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.replace(draft, path)
        except OSError:
            with suppress(OSError):  # report the first error
                draft.unlink(missing_ok=True)
            raise
        sync_dir(path.parent)


def append_line(path: Path, line: str) -> None:
    """Append a line to a text file, and create the file if needed. A crash may leave part of the line.

    Raises DiskError.
    """
    with disk_errors(f"write {path}"):
        is_new = not path.exists()
        with open(path, "a", encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())
        if is_new:
            sync_dir(path.parent)


def make_dir(directory: Path) -> None:
    """Make a folder and its parents. Raises DiskError."""
    if not directory.is_dir():
        make_dir(directory.parent)
        with disk_errors(f"make the folder {directory}"):
            directory.mkdir(exist_ok=True)
            sync_dir(directory.parent)


@contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read it. Raises OSError, also if it is not a regular file: reading a pipe can wait for ever."""
    no_wait = getattr(os, "O_NONBLOCK", 0)  # opening a pipe would wait, too
    with open(path, "rb", opener=lambda name, flags: os.open(name, flags | no_wait)) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a regular file", str(path))
        yield file


def read_regular(path: Path) -> bytes:
    """The content of a file. Raises OSError as `open_regular` does."""
    with open_regular(path) as file:
        return file.read()


def read_limited(path: Path, max_bytes: int) -> bytes:
    """The first `max_bytes` bytes of a file. Raises OSError as `open_regular` does.

    The file is not memory-mapped: a write into a mapped file would change what was read, or end the process.
    """
    with open_regular(path) as file:
        return file.read(max_bytes)


def last_numbered(directory: Path, prefix: str, suffix: str) -> Path | None:
    """The file PREFIX<number>SUFFIX with the largest number in a folder, or None. "-995" comes before "-1000"."""
    name = re.compile(rf"{re.escape(prefix)}([0-9]+){re.escape(suffix)}")
    found = {int(match[1]): path for path in directory.glob("*") if (match := name.fullmatch(path.name))}
    return found[max(found)] if found else None


def sha256(path: Path) -> str:
    """The SHA-256 of a file in hexadecimal. Raises OSError as `open_regular` does."""
    return hashlib.sha256(read_regular(path)).hexdigest()


def sync_dir(directory: Path) -> None:
    """Flush a folder's file names to the disk. Does nothing where the system cannot: on Windows, on some shares."""
    try:
        descriptor = os.open(directory, os.O_RDONLY)
    except OSError as error:
        if error.errno not in NO_FOLDER_OPEN:
            raise
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in NO_FOLDER_SYNC:
            raise
    finally:
        os.close(descriptor)
