"""One training at a time for each run."""

import errno
import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gan.errors import DiskError, LockedError
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


def test_a_locked_run_is_refused_with_its_owner_until_the_lock_is_released(run):
    with locked(run):
        with pytest.raises(LockedError, match=rf"process {os.getpid()} trains {run}. .*--out"), locked(run):
            raise AssertionError("locked twice")
        with locked(run.with_name("dcgan")):
            pass
    with locked(run):
        pass


def test_the_lock_of_a_killed_process_is_free(run):
    killed = subprocess.run([sys.executable, "-c", DIE, str(run)], cwd=ROOT)
    assert killed.returncode == -signal.SIGKILL
    with locked(run):
        assert lock_path(run).read_text() == str(os.getpid())


def test_an_error_inside_passes_through_and_releases_the_lock(run):
    with pytest.raises(OSError, match="of another kind"), locked(run):
        raise OSError("of another kind")
    with locked(run):
        pass


@pytest.fixture
def failing_lock(monkeypatch):
    """A function that makes the system refuse every lock with an error."""

    def install(number):
        def flock(*arguments):
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(fcntl, "flock", flock)

    return install


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP], ids=errno.errorcode.get)
def test_a_file_system_without_locks_is_said_once_and_the_training_goes_on(run, failing_lock, capsys, number):
    failing_lock(number)
    entered = []
    for directory in (run, run.with_name("dcgan"), run):
        with locked(directory):
            entered.append(directory)
    assert len(entered) == 3 and capsys.readouterr().err.count("\n") == 1
    assert {path.name for path in run.parent.iterdir()} <= {".mlp-lock", ".dcgan-lock"}


def test_another_error_of_a_lock_is_a_disk_error(run, failing_lock):
    failing_lock(errno.EIO)
    with pytest.raises(DiskError, match=f"cannot lock {lock_path(run)}"), locked(run):
        pass


def test_a_lock_file_that_cannot_be_written_is_a_disk_error(run):
    lock_path(run).mkdir()
    with pytest.raises(DiskError, match=f"cannot lock {lock_path(run)}"), locked(run):
        pass
