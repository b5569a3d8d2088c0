"""A training of both models that is stopped while they are begun: train.py, run within this process."""

import os
import shutil

import pytest
from helpers.runs import files
from helpers.stopping import everything, failing, one_line

import train
from gan.checkpoint import in_progress_dir
from gan.runs.run import PLAN

FLAGS = "--epochs", "1", "--batch-size", "160", "--seed", "5"


@pytest.fixture
def command(train_here, mnist):
    """Runs train.py for both models."""
    return lambda out, *flags, data=mnist: train_here("--data", data, "--out", out, *flags)


@pytest.fixture(scope="module")
def whole(tmp_path_factory, mnist):
    """The runs that nothing stops."""
    out = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "configure_cpu", lambda: None)
        assert train.main(["--data", str(mnist), "--out", str(out), *FLAGS]) == 0
    assert sorted(os.listdir(out)) == ["dcgan", "mlp"]
    return {model: files(out / model) for model in ("mlp", "dcgan")}


def stop(monkeypatch, command, out, at):
    """Stop a training of both at its `at`-th write to the disk."""
    with monkeypatch.context() as patch:
        failing(patch, at, KeyboardInterrupt())
        code, said = command(out, *FLAGS)
    assert code == 130
    return said


@pytest.mark.parametrize("at", [10, 11, 12, 13, 15, 16])
def test_a_model_that_was_not_yet_begun_is_begun_by_resume_as_it_would_have_been(
    tmp_path, command, monkeypatch, whole, at
):
    assert "--resume" in stop(monkeypatch, command, tmp_path, at)
    assert (in_progress_dir(tmp_path / "mlp") / "state.safetensors").exists()
    assert (in_progress_dir(tmp_path / "dcgan") / "state.safetensors").exists() == (at > 15)
    assert command(tmp_path, "--resume") == (0, "")  # it needs none of the flags again
    assert {model: files(tmp_path / model) for model in whole} == whole
    assert sorted(os.listdir(tmp_path)) == ["dcgan", "mlp"]
    assert not (tmp_path / "dcgan" / PLAN).exists()


@pytest.mark.parametrize("at", [1, 3, 5, 9])
def test_a_stop_before_the_first_model_is_begun_leaves_nothing_to_resume(tmp_path, command, monkeypatch, whole, at):
    assert "--resume" not in stop(monkeypatch, command, tmp_path, at)
    code, said = command(tmp_path, "--resume")
    assert code == 2 and "nothing was stopped" in one_line(said)
    assert command(tmp_path, *FLAGS) == (0, "")
    assert {model: files(tmp_path / model) for model in whole} == whole


def test_what_a_model_begins_with_is_not_changed_by_resume(tmp_path, command, monkeypatch, mnist):
    stop(monkeypatch, command, tmp_path, 12)
    other = shutil.copytree(mnist, tmp_path / "other")
    path = other / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    before = everything(tmp_path)
    code, said = command(tmp_path, "dcgan", "--resume", "--epochs", "2")
    assert code == 2 and "--epochs 2" in one_line(said) and "began with 1" in said
    code, said = command(tmp_path, "dcgan", "--resume", data=other)
    assert code == 1 and "other images" in one_line(said)
    assert everything(tmp_path) == before
    note = in_progress_dir(tmp_path / "dcgan") / PLAN
    note.write_text("{")
    code, said = command(tmp_path, "--resume")
    assert code == 1 and str(note) in one_line(said) and "delete the folder" in said
