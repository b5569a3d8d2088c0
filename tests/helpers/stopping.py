"""Trainings that are stopped, within this process. A module takes the fixtures by pytest_plugins = ["helpers.stopping"]."""

import os

import pytest

from gan.checkpoint import in_progress_dir, load_state


def failing(monkeypatch, at, error):
    """The `at`-th write of a file's bytes or names to the disk raises instead."""
    fsync, left = os.fsync, at

    def counted(descriptor):
        nonlocal left
        left -= 1
        if left == 0:
            raise error
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", counted)


def one_line(said):
    (line,) = said.strip().splitlines()
    assert line.startswith("train.py: ")
    return line


def everything(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def command(train_here, mnist):
    """Runs train.py mlp for two epochs into a folder."""
    words = "mlp", "--epochs", "2", "--batch-size", "160"
    return lambda out, *flags, data=mnist: train_here(*words, "--data", data, "--out", out, *flags)


@pytest.fixture
def stopped(tmp_path, command, monkeypatch):
    """The folder of a run that Ctrl-C stopped in its second epoch."""
    with monkeypatch.context() as patch:
        failing(patch, 16, KeyboardInterrupt())
        code, said = command(tmp_path)
    assert code == 130 and "--resume" in said
    folder = in_progress_dir(tmp_path / "mlp")
    assert load_state(folder)[2] == 1
    return folder
