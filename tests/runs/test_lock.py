import errno
import os
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from gan.errors import DiskError, LockedError
from gan.runs import lock
from gan.runs.lock import lock_path, locked

ROOT = Path(__file__).parents[2]
DIE = """
import os, signal, sys
from pathlib import Path
from gan.runs.lock import locked
with locked(Path(sys.argv[1])):
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def run(tmp_path):
    return tmp_path / "mlp"


def test_a_held_run_is_refused_with_its_holder_until_that_lets_go(run):
    with locked(run):
        with pytest.raises(LockedError, match=rf"process {os.getpid()} trains {run}: .*--out"), locked(run):
            raise AssertionError("held twice")
        with locked(run.with_name("dcgan")):
            pass
        assert lock_path(run).read_text() == str(os.getpid())
    assert not lock_path(run).exists()
    with locked(run):
        pass


def test_what_a_killed_process_leaves_keeps_no_one_out(run):
    killed = subprocess.run([sys.executable, "-c", DIE, str(run)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    assert lock_path(run).read_text() != str(os.getpid())
    with locked(run):
        assert lock_path(run).read_text() == str(os.getpid())


def test_a_lock_whose_file_was_deleted_as_it_was_opened_is_not_taken_for_one(run, monkeypatch):
    whole, tries = lock._lock, []

    def late(file):
        if not tries:
            lock_path(run).unlink()
        tries.append(file)
        return whole(file)

    monkeypatch.setattr(lock, "_lock", late)
    with locked(run):
        assert len(tries) == 2
        with pytest.raises(LockedError), locked(run):
            pass


def test_an_error_within_passes_and_lets_go(run):
    with pytest.raises(OSError, match="of another kind"), locked(run):
        raise OSError("of another kind")
    with locked(run):
        pass


def test_a_folder_that_takes_no_file_is_told(tmp_path):
    with pytest.raises(DiskError, match="cannot open"), locked(tmp_path / "none" / "mlp"):
        pass


def test_without_fcntl_a_byte_behind_the_process_id_is_locked_as_windows_does(run, monkeypatch):
    """A stand-in for msvcrt: a byte of a file that is locked refuses whoever else would lock it."""
    locked = set()

    def locking(descriptor, mode, count):
        assert (mode, count, os.lseek(descriptor, 0, os.SEEK_CUR)) == (2, 1, lock.FAR)
        inode = os.fstat(descriptor).st_ino
        if inode in locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        locked.add(inode)

    monkeypatch.setattr(lock, "fcntl", None)
    monkeypatch.setattr(lock, "msvcrt", SimpleNamespace(locking=locking, LK_NBLCK=2), raising=False)
    with locked(run), pytest.raises(LockedError, match=f"process {os.getpid()} "), locked(run):
        pass
