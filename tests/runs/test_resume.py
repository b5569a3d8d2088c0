"""What --resume continues, and what it refuses."""

import os
import shutil
from dataclasses import asdict, replace

import pytest
from helpers.runs import files, folders
from helpers.stopping import all_files, only_line, other_images

import train
from gan import checkpoint
from gan.checkpoint import in_progress_dir, load_state, save_state
from gan.config import RECIPES, TUNABLE, TrainConfig
from gan.models import build_gan
from gan.runs.cli import plan_runs
from gan.runs.flags import DEFAULT_MODELS, parse
from gan.state import init_state, state_tensors
from gan.store.metrics_log import METRICS, read_metrics

OTHER = {  # a flag for each field, and what it sets
    "epochs": (["--epochs", "3"], 3),
    "batch_size": (["--batch-size", "64"], 64),
    "lr": (["--lr", "0.5"], 0.5),
    "d_lr": (["--d-lr", "0.5"], 0.5),
    "betas": (["--betas", "0.9", "0.5"], (0.9, 0.5)),
    "seed": (["--seed", "7"], 7),
    "r1": (["--r1", "7"], 7.0),
    "ema": (["--ema", "0"], 0.0),
    "d_steps": (["--d-steps", "2"], 2),
    "batch_norm": (["--no-batch-norm"], False),
    "images": (["--images", "9"], 9),
    "only": (["--only", "3"], 3),
}
FLAGS = ("--epochs", "1", "--batch-size", "160", "--seed", "5")


def test_a_stopped_run_continues_to_the_same_bits_and_metrics(tmp_path, stopped_mlp, train_mlp, complete_mlp):
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == complete_mlp
    assert [row["epoch"] for row in read_metrics(tmp_path / "mlp")] == [1, 2]
    assert folders(tmp_path) == ["mlp"]


def test_resume_needs_none_of_the_flags_of_a_run_in_progress(tmp_path, stopped_mlp, train_here, mnist, complete_mlp):
    assert train_here("mlp", "--data", mnist, "--out", tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == complete_mlp


@pytest.mark.parametrize("name", TUNABLE)
def test_a_resume_with_another_flag_is_refused_by_its_name(tmp_path, stopped_mlp, train_mlp, name):
    before = all_files(tmp_path)
    flags, value = OTHER[name]
    code, printed = train_mlp(tmp_path, "--resume", *flags)
    started = replace(RECIPES["mlp"], epochs=2, batch_size=160)
    changed = f"started with {name.replace('_', '-')} {getattr(started, name)}, not {value}"
    assert code == 1 and changed in only_line(printed)
    assert all_files(tmp_path) == before


def test_a_resume_with_another_recipe_is_refused(tmp_path, stopped_mlp, train_mlp):
    code, printed = train_mlp(tmp_path, "--resume", "--classic")
    classic, ours = asdict(TrainConfig("mlp")), asdict(RECIPES["mlp"])
    other = ["betas", "r1", "ema"]
    assert code == 1 and all(f"{name} {ours[name]}, not {classic[name]}" in printed for name in other)


def test_a_resume_on_another_device_is_refused(tmp_path, stopped_mlp, train_mlp):
    args = parse(["mlp", "--out", str(tmp_path), "--resume"])
    args.device = type(args.device)("cuda")
    with pytest.raises(train.UserError, match="started with device cpu, not cuda"):
        plan_runs(args)


def test_a_resume_with_other_images_is_refused(tmp_path, stopped_mlp, train_mlp, mnist):
    data = other_images(mnist, tmp_path / "other")
    before = all_files(tmp_path)
    code, printed = train_mlp(tmp_path, "--resume", data=data)
    assert code == 1 and "started with other images" in only_line(printed)
    assert all_files(tmp_path) == before


def test_an_unfinished_run_is_not_overwritten(tmp_path, stopped_mlp, train_mlp):
    before = all_files(tmp_path)
    code, printed = train_mlp(tmp_path)
    assert code == 1 and f"epoch 1 of 2) is in {stopped_mlp}. Add --resume" in only_line(printed)
    assert all_files(tmp_path) == before


def test_resume_without_an_unfinished_run_says_so(tmp_path, train_both):
    code, printed = train_both(tmp_path, "--resume")
    assert code == 1 and f"no unfinished run in {tmp_path}. Leave the flag out" in only_line(printed)


def test_resume_of_a_complete_run_says_so(tmp_path, train_mlp, train_both):
    assert train_mlp(tmp_path) == (0, "")
    before = all_files(tmp_path)
    for resume in (train_mlp, train_both):
        code, printed = resume(tmp_path, "--resume")
        assert code == 1 and f"already complete in {tmp_path}: mlp." in only_line(printed)
    assert {path: data for path, data in all_files(tmp_path).items() if not path.name.endswith("-lock")} == {
        path: data for path, data in before.items() if not path.name.endswith("-lock")
    }


def save_other_model(folder):
    header = load_state(folder)[1]
    tensors = state_tensors(gan := build_gan("dcgan", 0), init_state(gan, RECIPES["dcgan"]))
    save_state(folder, tensors, header.config, header.epoch, header.images_sha256)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: os.truncate(folder / checkpoint.STATE, 100_000),
        lambda folder: (folder / checkpoint.STATE).write_bytes(b"no state"),
        lambda folder: os.truncate(folder / checkpoint.STATE, 0),
        save_other_model,
    ],
)
def test_a_damaged_state_is_one_line_with_the_folder_to_delete_and_deletes_nothing(
    tmp_path, stopped_mlp, train_mlp, damage
):
    damage(stopped_mlp)
    before = all_files(tmp_path)
    code, printed = train_mlp(tmp_path, "--resume")
    assert code == 1 and checkpoint.STATE in only_line(printed)
    assert f"elete the folder {stopped_mlp} to start a new run" in printed
    assert all_files(tmp_path) == before
    shutil.rmtree(stopped_mlp)
    assert train_mlp(tmp_path) == (0, "")


@pytest.mark.parametrize("content", ['[]\n{"epoch": 1}\n', '{"d_loss": 1}\n'])
def test_damaged_metrics_stop_a_resume_until_the_file_is_deleted(tmp_path, stopped_mlp, train_mlp, content):
    path = stopped_mlp / METRICS
    path.write_text(content)
    before = all_files(tmp_path)
    code, printed = train_mlp(tmp_path, "--resume")
    assert code == 1 and str(path) in only_line(printed) and "elete it" in printed
    assert all_files(tmp_path) == before
    path.unlink()
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert [row["epoch"] for row in read_metrics(tmp_path / "mlp")] == [2]


# Several models in one command


@pytest.fixture(scope="module")
def complete_both(tmp_path_factory, mnist):
    """The snapshots of runs of both models that nothing stops."""
    out = tmp_path_factory.mktemp("both")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(train, "configure_torch", lambda: None)
        assert train.main(["--data", str(mnist), "--out", str(out), *FLAGS]) == 0
    return {model: files(out / model) for model in DEFAULT_MODELS}


def stop_at(monkeypatch, name, number):
    """Stop train.py, as Ctrl-C does, at its `number`-th call of a function."""
    original, calls = getattr(train, name), []

    def stop(*args):
        calls.append(args)
        if len(calls) == number:
            raise KeyboardInterrupt
        return original(*args)

    monkeypatch.setattr(train, name, stop)


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("init_run", 2),  # the second model has not started
        ("train_run", 2),  # the first model is complete
        pytest.param("save_epoch", 1, marks=pytest.mark.slow),
        pytest.param("publish_run", 1, marks=pytest.mark.slow),
        pytest.param("save_epoch", 2, marks=pytest.mark.slow),
        pytest.param("publish_run", 2, marks=pytest.mark.slow),
    ],
)
def test_resume_continues_every_model_of_a_stopped_command(
    tmp_path, train_both, monkeypatch, complete_both, name, number
):
    with monkeypatch.context() as patch:
        stop_at(patch, name, number)
        code, printed = train_both(tmp_path, *FLAGS)
    assert code == 130 and "--resume" in printed
    assert train_both(tmp_path, *FLAGS, "--resume") == (0, "")
    assert {model: files(tmp_path / model) for model in DEFAULT_MODELS} == complete_both
    assert folders(tmp_path) == sorted(DEFAULT_MODELS)


def test_a_stop_before_the_first_state_leaves_nothing_to_resume(tmp_path, train_both, monkeypatch):
    with monkeypatch.context() as patch:
        stop_at(patch, "init_run", 1)
        code, printed = train_both(tmp_path, *FLAGS)
    assert code == 130 and "--resume" not in printed
    assert train_both(tmp_path, "--resume")[0] == 1


def test_resume_starts_no_model_that_the_stopped_command_did_not_name(tmp_path, stopped_mlp):
    assert plan_runs(parse(["--out", str(tmp_path), "--resume"])) == {tmp_path / "mlp": None}


def test_planning_changes_nothing_on_disk_and_loads_no_tensors(tmp_path, stopped_mlp, monkeypatch):
    monkeypatch.setattr(checkpoint, "read_tensors", None)
    before = all_files(tmp_path)
    plan_runs(parse(["--out", str(tmp_path), "--resume"]))
    assert in_progress_dir(tmp_path / "mlp") == stopped_mlp and all_files(tmp_path) == before
