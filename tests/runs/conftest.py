"""Trainings of a few hundred digits, run within this process."""

import pytest
from helpers.runs import files

import train
from gan.checkpoint import in_progress_dir, load_state_header

FLAGS = ("--epochs", "2", "--batch-size", "160")


@pytest.fixture
def train_both(train_here, mnist):
    """Run train.py for both models. Return its exit code and what it printed to stderr."""
    return lambda out, *flags, data=mnist: train_here("--data", data, "--out", out, *flags)


@pytest.fixture
def train_mlp(train_here, mnist):
    """Run train.py mlp for two epochs. Return its exit code and what it printed to stderr."""
    return lambda out, *flags, data=mnist: train_here("mlp", *FLAGS, "--data", data, "--out", out, *flags)


@pytest.fixture(scope="session")
def complete_mlp(tmp_path_factory, mnist):
    """The snapshots of the run that nothing stops, by file name."""
    out = tmp_path_factory.mktemp("complete")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "configure_torch", lambda: None)
        assert train.main(["mlp", *FLAGS, "--data", str(mnist), "--out", str(out)]) == 0
    return files(out / "mlp")


@pytest.fixture
def stopped_mlp(tmp_path, train_mlp, monkeypatch):
    """The in-progress folder of a run that Ctrl-C stopped in its second epoch, before its state was saved."""
    save_epoch, saved = train.save_epoch, []

    def stop(run, stats):
        saved.append(stats)
        if len(saved) == 2:
            raise KeyboardInterrupt
        return save_epoch(run, stats)

    with monkeypatch.context() as patch:
        patch.setattr(train, "save_epoch", stop)
        code, printed = train_mlp(tmp_path)
    assert code == 130 and "--resume" in printed
    folder = in_progress_dir(tmp_path / "mlp")
    assert load_state_header(folder).epoch == 1
    return folder
