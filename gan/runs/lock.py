"""One training at a time for each run. The operating system drops the lock when the process ends, however it ends."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from filelock import FileLock, Timeout

from gan.console import say
from gan.errors import LockedError
from gan.store.files import disk_errors

# What flock(2) answers on shares that have no locks: NFS without its lock service, some FUSE and cluster file systems.
NO_LOCKS = errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP


def lock_path(directory: Path) -> Path:
    """The file that is locked while a run trains. It holds the process id of its last owner, and is never deleted."""
    return directory.with_name(f".{directory.name}-lock")


@contextmanager
def locked(directory: Path) -> Iterator[None]:
    """Hold the lock of the run `directory`. Its parent folder must exist.

    Where the file system has no locks, say so once and go on without one.
    Raises LockedError if another process holds the lock, DiskError if its file cannot be written.
    """
    path = lock_path(directory)
    lock = FileLock(path, blocking=False, on_acquired=_write_process_id)
    with disk_errors(f"lock {path}"):
        try:
            lock.acquire()
        except Timeout:
            raise LockedError(
                f"{_owner(path)} trains {directory}. Wait until it ends, or choose another folder with --out"
            ) from None
        except OSError as error:
            if error.errno not in NO_LOCKS:
                raise
            _say_unlocked(path.parent)
    try:
        yield
    finally:
        lock.release()


@lru_cache(maxsize=1)  # a training has one folder
def _say_unlocked(folder: Path) -> None:
    say(f"{folder} is on a file system without locks. Do not start a second training there", sys.stderr)


def _write_process_id(descriptor: int) -> None:
    os.ftruncate(descriptor, 0)
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, str(os.getpid()).encode())


def _owner(path: Path) -> str:
    try:
        return f"process {path.read_text() or 'that has just started'}"
    except OSError:  # the owner has just ended, or this is Windows, which reads no locked file
        return "another process"
