"""A training that is cut short, by a full disk, Ctrl-C or a crash, loses nothing that was complete."""

import errno
import os
import shutil
import subprocess

import pytest
from helpers.runs import files, folders
from helpers.stopping import PowerFailureError, all_files, fail_at, only_line

from gan import checkpoint
from gan.checkpoint import epochs, in_progress_dir, load_snapshot
from gan.classifier import WEIGHTS
from gan.runs.lock import locked
from gan.runs.swap import has_unfinished_run
from gan.store.metrics_log import read_metrics

STEPS = [pytest.param(9, id="some calls"), pytest.param(1, id="every call", marks=pytest.mark.slow)]


def put_old_run(tmp_path, checkpoints):
    shutil.copytree(checkpoints / "mlp", tmp_path / "mlp", dirs_exist_ok=True)
    return files(tmp_path / "mlp")


def has_state(tmp_path):
    return (in_progress_dir(tmp_path / "mlp") / checkpoint.STATE).exists()


@pytest.mark.parametrize("step", STEPS)
def test_whenever_the_process_dies_the_served_run_loads_and_resume_reaches_the_same_bits(
    tmp_path, train_mlp, monkeypatch, checkpoints, complete_mlp, step
):
    at = 2
    while True:
        out = tmp_path / str(at)
        old = put_old_run(out, checkpoints)
        with monkeypatch.context() as patch:
            fail_at(patch, at, PowerFailureError())
            try:
                code, _ = train_mlp(out)
            except PowerFailureError:
                code = None
        if code == 0:  # there are fewer calls
            break
        for epoch in epochs(out / "mlp"):
            load_snapshot(out / "mlp", epoch)
        if has_state(out):
            assert files(out / "mlp") in (old, {})  # {} during the swap, when the old run is in its other folder
        assert train_mlp(out, *(["--resume"] if has_state(out) else [])) == (0, "")
        assert files(out / "mlp") == complete_mlp
        assert [row["epoch"] for row in read_metrics(out / "mlp")] == [1, 2]
        assert folders(out) == ["mlp"]
        at += step
    assert at > 25


@pytest.mark.parametrize("step", STEPS)
def test_a_full_disk_is_one_line_and_the_run_continues_once_there_is_room(
    tmp_path, train_mlp, monkeypatch, checkpoints, complete_mlp, step
):
    at = 2  # the first fsync is of the folder that the test makes
    while True:
        out = tmp_path / str(at)
        old = put_old_run(out, checkpoints)
        with monkeypatch.context() as patch:
            fail_at(patch, at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), calls=((os, "fsync"),))
            code, printed = train_mlp(out)
        if code == 0:
            break
        line = only_line(printed)
        assert code == 1 and "No space left on device" in line and "ake room" in line
        if has_state(out):
            assert files(out / "mlp") in (old, {})  # {} during the swap
        assert ("To continue: python train.py mlp" in line) == has_unfinished_run(out / "mlp")
        assert train_mlp(out, *(["--resume"] if "--resume" in line else [])) == (0, "")
        assert files(out / "mlp") == complete_mlp
        assert folders(out) == ["mlp"]
        at += step
    assert at > 15


@pytest.fixture
def small_disk(tmp_path):
    """A disk in memory with room for the beginning of a run, but not for two of its states."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("this user may not mount a disk")
    yield disk
    subprocess.run(["umount", disk], check=True)


@pytest.mark.slow
def test_a_full_disk_and_a_read_only_disk_lose_nothing(small_disk, train_mlp, complete_mlp, checkpoints):
    old = put_old_run(small_disk, checkpoints)
    code, printed = train_mlp(small_disk)
    assert code == 1 and "No space left" in only_line(printed)
    assert files(small_disk / "mlp") == old
    subprocess.run(["mount", "-o", "remount,ro,size=64m", small_disk], check=True)
    code, printed = train_mlp(small_disk, "--resume")
    assert code == 1 and "Read-only file system" in only_line(printed)
    assert files(small_disk / "mlp") == old
    subprocess.run(["mount", "-o", "remount,rw,size=64m", small_disk], check=True)
    assert train_mlp(small_disk, "--resume") == (0, "")
    assert files(small_disk / "mlp") == complete_mlp


@pytest.mark.parametrize("call", ["rename", "rmdir"])
def test_a_swap_that_the_file_system_does_not_allow_is_one_line_and_done_later(
    tmp_path, train_mlp, monkeypatch, checkpoints, complete_mlp, call
):
    put_old_run(tmp_path, checkpoints)

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        code, printed = train_mlp(tmp_path)
    assert code == 1 and "(Permission denied)" in only_line(printed) and "--resume" in printed
    assert epochs(tmp_path / "mlp") and load_snapshot(tmp_path / "mlp", 0)
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == complete_mlp


def test_a_second_training_of_a_run_is_refused_before_it_writes(tmp_path, stopped_mlp, train_mlp):
    with locked(tmp_path / "mlp"):
        before = all_files(tmp_path)
        for flags in ([], ["--resume"]):
            code, printed = train_mlp(tmp_path, *flags)
            assert code == 1 and f"process {os.getpid()} trains" in only_line(printed)
        assert all_files(tmp_path) == before
    assert train_mlp(tmp_path, "--resume") == (0, "")


def test_damaged_data_is_one_line_and_makes_no_folder(tmp_path, mnist, train_mlp):
    data = shutil.copytree(mnist, tmp_path / "data")
    path = data / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    code, printed = train_mlp(tmp_path / "out", data=data)
    assert code == 1 and str(path) in only_line(printed)
    assert not (tmp_path / "out").exists()


def test_a_classifier_is_not_trained_if_its_test_digits_are_damaged_or_another_process_trains_it(
    train_here, mnist, tmp_path
):
    data = shutil.copytree(mnist, tmp_path / "mnist")
    path = data / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    complete = path.read_bytes()
    path.write_bytes(complete[:-1])
    out = tmp_path / "out"
    command = ["classifier", "--epochs", "1", "--data", data, "--out", out]
    code, printed = train_here(*command)
    assert code == 1 and path.name in printed and not out.exists()
    path.write_bytes(complete)
    out.mkdir()
    with locked(out / "classifier"):
        code, printed = train_here(*command)
        assert code == 1 and f"process {os.getpid()} trains" in printed and not (out / WEIGHTS).exists()
    assert train_here(*command)[0] == 0 and (out / WEIGHTS).exists()
