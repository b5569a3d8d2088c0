"""What stops a training costs nothing that was whole, and is told in one line: train.py, run within this process."""

import errno
import math
import os
import shutil
import subprocess
from dataclasses import replace

import pytest
from helpers.runs import files
from helpers.stopping import everything, failing, one_line

import train
from gan import checkpoint, training
from gan.checkpoint import epochs, in_progress_dir, load_snapshot, load_state
from gan.classifier import WEIGHTS
from gan.config import RECIPES
from gan.runs.lock import locked


@pytest.fixture(scope="module")
def whole(tmp_path_factory, mnist):
    """The run that nothing stops."""
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "configure_cpu", lambda: None)
        words = ["mlp", "--epochs", "2", "--batch-size", "160", "--data", str(mnist), "--out", str(out)]
        assert train.main(words) == 0
    return files(out / "mlp")


def old_run(tmp_path, checkpoints):
    shutil.copytree(checkpoints / "mlp", tmp_path / "mlp")
    return files(tmp_path / "mlp")


# The disk


@pytest.mark.parametrize("at", [1, 2, 3, 5, 7, 8, 9, 12, 14, 15, 17, 20, 22, 23])
def test_a_full_disk_at_any_write_is_one_line_and_the_run_goes_on_once_there_is_room(
    tmp_path, command, monkeypatch, checkpoints, whole, at
):
    served = old_run(tmp_path, checkpoints)
    with monkeypatch.context() as patch:
        failing(patch, at, OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)))
        code, said = command(tmp_path)
    assert code == 1
    line = one_line(said)
    assert "No space left on device" in line and "make room" in line
    assert files(tmp_path / "mlp") == served
    begun = (in_progress_dir(tmp_path / "mlp") / checkpoint.STATE).exists()
    assert ("To continue: python train.py mlp" in line) == begun
    assert ("run the same command again" in line) != begun
    code, said = command(tmp_path, *(["--resume"] if begun else []))
    assert (code, said) == (0, "")
    assert files(tmp_path / "mlp") == whole
    assert os.listdir(tmp_path) == ["mlp"]


@pytest.fixture
def small_disk(tmp_path):
    """A disk in memory that holds the beginning of a run, and not two of its states."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=14m", "tmpfs", disk], capture_output=True).returncode:
        pytest.skip("no disk may be mounted here")
    yield disk
    subprocess.run(["umount", disk], check=True)


def test_a_disk_that_is_full_and_one_that_is_read_only_lose_nothing(small_disk, command, whole, checkpoints):
    served = old_run(small_disk, checkpoints)
    code, said = command(small_disk)
    assert code == 1 and "No space left" in one_line(said)
    assert files(small_disk / "mlp") == served
    subprocess.run(["mount", "-o", "remount,ro,size=64m", small_disk], check=True)
    code, said = command(small_disk, "--resume")
    assert code == 1 and "Read-only file system" in one_line(said) and "allow that" in said
    assert files(small_disk / "mlp") == served
    subprocess.run(["mount", "-o", "remount,rw,size=64m", small_disk], check=True)
    assert command(small_disk, "--resume") == (0, "")
    assert files(small_disk / "mlp") == whole


@pytest.mark.parametrize("call", ["rename", "rmdir"])
def test_a_swap_that_is_not_allowed_is_one_line_and_done_later(
    tmp_path, command, monkeypatch, checkpoints, whole, call
):
    old_run(tmp_path, checkpoints)

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, refuse)
        code, said = command(tmp_path)
    assert code == 1 and "(Permission denied)" in one_line(said) and "--resume" in said
    assert epochs(tmp_path / "mlp") and load_snapshot(tmp_path / "mlp", 0)
    assert command(tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == whole


# Two at once, and Ctrl-C


def test_a_second_training_of_a_run_is_refused_before_it_writes(tmp_path, stopped, command):
    with locked(tmp_path / "mlp"):
        before = everything(tmp_path)
        for flags in ([], ["--resume"]):
            code, said = command(tmp_path, *flags)
            assert code == 1 and f"process {os.getpid()} trains" in one_line(said)
        assert everything(tmp_path) == before
    assert command(tmp_path, "--resume") == (0, "")


@pytest.mark.parametrize("at", [1, 2, 5])
def test_ctrl_c_before_the_first_state_offers_nothing_to_resume(tmp_path, command, monkeypatch, whole, at):
    with monkeypatch.context() as patch:
        failing(patch, at, KeyboardInterrupt())
        code, said = command(tmp_path)
    assert code == 130 and "--resume" not in said and "same command again" in said
    assert command(tmp_path) == (0, "")
    assert files(tmp_path / "mlp") == whole


# Data and numbers


def test_damaged_data_is_one_line_and_makes_no_folder(tmp_path, mnist, command):
    data = shutil.copytree(mnist, tmp_path / "data")
    path = data / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1])
    code, said = command(tmp_path / "out", data=data)
    assert code == 1 and str(path) in one_line(said) and "delete" in said
    assert not (tmp_path / "out").exists()


def test_a_loss_that_is_not_finite_is_one_line_and_keeps_the_last_good_epoch(
    tmp_path, command, monkeypatch, checkpoints
):
    served = old_run(tmp_path, checkpoints)
    step, seen = training.train_step, []

    def spoilt(gan, d_optimizer, g_optimizer, real, z, r1):
        seen.append(real)
        return step(gan, d_optimizer, g_optimizer, real, z * math.nan if len(seen) == 4 else z, r1)

    with monkeypatch.context() as patch:
        patch.setattr(training, "train_step", spoilt)
        code, said = command(tmp_path)
    folder = in_progress_dir(tmp_path / "mlp")
    assert code == 1 and "the loss is not finite from step 2 of epoch 2 on" in one_line(said)
    assert "--lr" in said and str(folder) in said
    assert epochs(folder) == [0, 1] and load_state(folder)[2] == 1
    assert files(tmp_path / "mlp") == served


def test_a_rate_that_is_far_too_high_ends_so(tmp_path, command):
    code, said = command(tmp_path, "--lr", "1e38")
    assert code == 1 and "not finite" in one_line(said)
    assert (
        replace(RECIPES["mlp"], lr=1e38, epochs=2, batch_size=160) == load_state(in_progress_dir(tmp_path / "mlp"))[1]
    )


def test_what_would_lose_a_classifier_is_told_before_it_is_trained(train_here, mnist, tmp_path):
    data = shutil.copytree(mnist, tmp_path / "mnist")
    path = data / "MNIST" / "raw" / "t10k-images-idx3-ubyte"
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    out = tmp_path / "out"
    words = ["classifier", "--epochs", "1", "--data", data, "--out", out]
    code, said = train_here(*words)
    assert code == 1 and path.name in said and not out.exists()
    path.write_bytes(whole)
    out.mkdir()
    with locked(out / "classifier"):
        code, said = train_here(*words)
        assert code == 1 and f"process {os.getpid()} trains" in said and not (out / WEIGHTS).exists()
    assert train_here(*words)[0] == 0 and (out / WEIGHTS).exists()
