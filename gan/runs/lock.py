"""One training at a time for each run: a lock that the operating system drops when its holder ends, in any way."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from gan.errors import LockedError
from gan.store.files import disk_errors

try:
    import fcntl
except ImportError:  # Windows
    import msvcrt

    fcntl = None

FAR = 2**30  # the byte that Windows locks: no one else may read it, so it lies behind the process id


def lock_path(directory: Path) -> Path:
    """The file that is locked while a run is trained. It alone locks nothing: a killed process may leave it."""
    return directory.with_name(f".{directory.name}-lock")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of the run `directory`, in a folder that is there.

    Raises LockedError where another process holds it, DiskError where its file cannot be made or locked.
    """
    path = lock_path(directory)
    while True:
        with _open(path) as file:
            with disk_errors(f"lock {path}"):
                if not _lock(file):
                    file.seek(0)
                    holder = file.read(20).decode() or "that has just started"
                    raise LockedError(
                        f"process {holder} trains {directory}: wait until it ends, or choose another folder with --out"
                    )
                if not _stands(file, path):
                    continue  # its holder ended, and deleted it, just as it was opened here
                file.truncate(0)
                file.write(str(os.getpid()).encode())
            try:
                yield
            finally:
                with suppress(OSError):  # Windows deletes no open file; one that stays keeps no one out
                    path.unlink()
            return


def _open(path: Path) -> BinaryIO:
    with disk_errors(f"open {path}"):
        return open(path, "a+b", buffering=0)


def _lock(file: BinaryIO) -> bool:
    """Lock an open file without waiting; whether that went."""
    try:
        if fcntl:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            file.seek(FAR)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _stands(file: BinaryIO, path: Path) -> bool:
    """Whether an open file is the one that has this name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False
