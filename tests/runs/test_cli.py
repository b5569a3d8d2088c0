"""python train.py as a user runs it: real processes, real signals."""

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from helpers.runs import files
from PIL import Image

from gan.checkpoint import epochs, in_progress_dir, load_config, load_snapshot
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.config import RECIPES, TrainConfig
from gan.images import grid
from gan.latent import latents
from gan.sampling import generate
from gan.store.metrics_log import read_metrics

ROOT = Path(__file__).parents[2]
# A proxy that refuses at once stands for a machine without network.
OFFLINE = os.environ | {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}


def run(*words, script="train.py", **options):
    command = [sys.executable, script, *map(str, words)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=OFFLINE | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )


@pytest.fixture(scope="module")
def whole(mnist, tmp_path_factory):
    """What uninterrupted runs of two epochs leave, by model."""
    out = tmp_path_factory.mktemp("whole")
    done = run("--epochs", 2, "--data", mnist, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done


def test_a_run_leaves_snapshots_and_figures_and_prints_aligned_lines(whole):
    out, done = whole
    lines = [line for line in done.stdout.splitlines() if " epoch " in line]
    assert len(lines) == 4
    assert len({len(line) for line in lines}) == 1
    for model in ("mlp", "dcgan"):
        assert epochs(out / model) == [0, 1, 2]
        figures = read_metrics(out / model)
        assert [line["epoch"] for line in figures] == [1, 2]
        assert set(figures[0]) >= {"d_loss", "g_loss", "d_real", "d_fake", "seconds", "images_per_second"}
        assert {"dcgan", "mlp"} == {path.name for path in out.iterdir() if path.is_dir()}
        untrained, trained = (load_snapshot(out / model, epoch).state_dict() for epoch in (0, 2))
        assert all((untrained[name] != trained[name]).any() for name in untrained if name.endswith("weight"))


BAD_FLAGS = {
    "unknown model": ["vae"],
    "no epochs": ["mlp", "--epochs", "0"],
    "half an epoch": ["mlp", "--epochs", "1.5"],
    "negative rate": ["mlp", "--lr", "-1"],
    "rate that is no number": ["mlp", "--lr", "nan"],
    "negative seed": ["mlp", "--seed", "-1"],
    "seed too large": ["mlp", "--seed", str(2**32)],
    "no batch": ["mlp", "--batch-size", "0"],
    "missing folder": ["mlp", "--data", "no-such-folder"],
    "a file for a folder": ["mlp", "--out", "train.py"],
    "no GPU": ["mlp", "--device", "cuda"],
    "unknown flag": ["mlp", "--widht", "3"],
    "a model to evaluate": ["mlp", "--evaluate"],
    "a classifier to resume": ["classifier", "--resume"],
    "a classic classifier": ["classifier", "--classic"],
    "a baseline for nothing": ["mlp", "--baseline", "."],
    "a baseline that is missing": ["--evaluate", "--baseline", "no-such-folder"],
    "nothing to resume": ["mlp", "--resume", "--out", "no-such-folder"],
}


@pytest.mark.parametrize("flags", BAD_FLAGS.values(), ids=BAD_FLAGS)
def test_bad_flags_end_with_one_line_and_code_two(flags):
    if "cuda" in flags and torch.cuda.is_available():
        pytest.skip("there is a CUDA device here")
    done = run(*flags)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1 and not done.stdout
    assert "Traceback" not in done.stderr


def test_without_data_and_network_one_line_says_what_is_missing_and_where(tmp_path):
    done = run("mlp", "--data", tmp_path, "--out", tmp_path / "out")
    assert done.returncode == 1
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("train.py:")]
    assert "train-images-idx3-ubyte" in line and str(tmp_path / "MNIST" / "raw") in line
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("write", 4),  # inside the save of the first picture: before there is a state
        ("write", 14),  # inside the save of an epoch's state
        ("replace", 4),  # the first epoch's snapshot is written, not yet named
        ("replace", 11),  # the figures of the second epoch are ahead of its state
        ("rename", 1),  # complete, the old run still in place
        ("rename", 2),  # the old run aside, the new one not yet in
        ("delete", 1),  # the new one in, not yet tidied: the next start does that and trains anew
    ],
)
@pytest.mark.parametrize("model", ["mlp", "dcgan"])
def test_a_killed_run_leaves_whole_checkpoints_and_resumes_to_the_same_bits(tmp_path, mnist, whole, model, call, count):
    if model == "dcgan" and (call, count) not in (("write", 14), ("rename", 2)):
        pytest.skip("what is saved and when does not depend on the model: two points are enough")
    shutil.copytree(whole[0] / model, tmp_path / model)
    served = files(tmp_path / model)
    flags = [model, "--epochs", 2, "--data", mnist, "--out", tmp_path]

    killed = run(call, count, *flags, script="tests/helpers/killed_train.py")
    assert killed.returncode == -signal.SIGKILL
    listed = epochs(tmp_path / model)
    assert listed == [0, 1, 2]
    for epoch in listed:
        load_snapshot(tmp_path / model, epoch)

    state = in_progress_dir(tmp_path / model) / "state.safetensors"
    resumed = run(*flags, *(["--resume"] if state.exists() else []))
    assert resumed.returncode == 0, resumed.stderr
    assert files(tmp_path / model) == served
    assert [line["epoch"] for line in read_metrics(tmp_path / model)] == [1, 2]
    assert os.listdir(tmp_path) == [model]


def test_ctrl_c_stops_with_the_command_that_resumes(tmp_path, mnist):
    command = [sys.executable, "train.py", "mlp", "--epochs", "100000", "--data", str(mnist), "--out", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert "epoch" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Traceback" not in errors
    assert f"python train.py mlp --epochs 100000 --data {mnist} --out {tmp_path} --resume" in errors
    folder = in_progress_dir(tmp_path / "mlp")
    last = epochs(folder)[-1]
    picture = np.asarray(Image.open(folder / f"samples-{last:03}.png"))
    assert picture.shape == (8 * 28, 8 * 28) and picture.std() > 0

    again = run("mlp", "--data", mnist, "--out", tmp_path)
    assert again.returncode == 2 and "--resume" in again.stderr  # an unfinished run is not overwritten
    other = run("mlp", "--data", mnist, "--out", tmp_path, "--resume", "--lr", "0.5")
    assert other.returncode == 2 and "--lr" in other.stderr and str(RECIPES["mlp"].lr) in other.stderr
    other = run("mlp", "--data", mnist, "--out", tmp_path, "--resume", "--classic")
    assert other.returncode == 2 and "--classic" in other.stderr


def test_a_second_training_is_refused_by_the_first_ones_process_id_until_that_is_killed(tmp_path, mnist):
    flags = ["mlp", "--epochs", "100000", "--data", str(mnist), "--out", str(tmp_path)]
    command = [sys.executable, "train.py", *flags]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        assert "epoch" in first.stdout.readline()
        second = run(*flags, "--resume")
        first.kill()
    assert second.returncode == 1
    assert len(second.stderr.splitlines()) == 1 and f"process {first.pid} " in second.stderr
    third = run(*flags)
    assert third.returncode == 2 and "add --resume" in third.stderr  # the run is free again


def test_a_run_resumes_on_its_own_images_only(tmp_path, mnist):
    killed = run("write", 14, "mlp", "--data", mnist, "--out", tmp_path, script="tests/helpers/killed_train.py")
    assert killed.returncode == -signal.SIGKILL
    other = tmp_path / "other"
    shutil.copytree(mnist, other)
    path = other / "MNIST" / "raw" / "train-images-idx3-ubyte"
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    done = run("mlp", "--data", other, "--out", tmp_path, "--resume")
    assert done.returncode == 1 and "other images" in done.stderr


def test_a_disk_that_fills_up_is_one_line_and_costs_nothing_that_was_saved(tmp_path, mnist, whole):
    shutil.copytree(whole[0] / "mlp", tmp_path / "mlp")
    served = files(tmp_path / "mlp")
    # A file may hold 2 MB here: snapshots fit, the state does not.
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    done = run("mlp", "--epochs", 2, "--data", mnist, "--out", tmp_path, preexec_fn=limit)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "state.safetensors" in done.stderr
    assert files(tmp_path / "mlp") == served
    assert not list(in_progress_dir(tmp_path / "mlp").glob("*.draft"))


def test_a_folder_that_cannot_be_made_is_one_line(mnist):
    done = run("mlp", "--data", mnist, "--out", "/proc/checkpoints")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1 and "/proc/checkpoints" in done.stderr


def test_the_classifier_is_trained_and_what_is_there_is_measured_with_it(mnist, whole):
    out = whole[0]
    missing = run("--evaluate", "--data", mnist, "--out", out)
    assert missing.returncode == 1 and "python train.py classifier" in missing.stderr
    assert len(missing.stderr.splitlines()) == 1
    trained = run("classifier", "--epochs", 2, "--data", mnist, "--out", out)
    assert trained.returncode == 0, trained.stderr
    assert (out / "classifier.safetensors").stat().st_size < 1e6
    measured = run("--evaluate", "--data", mnist, "--out", out)
    assert measured.returncode == 0, measured.stderr
    assert measured.stdout.strip() == str(out / "README.md")
    for model in ("mlp", "dcgan"):
        picture = np.asarray(Image.open(out / f"{model}.png"))
        z = latents(range(64))
        expected = grid(generate(load_snapshot(out / model, 2).generator, z).numpy(), 8)
        assert (picture == expected).all()


def test_the_classic_recipe_is_trained_by_a_flag_and_measured_beside_ours(mnist, whole, tmp_path):
    save_classifier(tmp_path / WEIGHTS, classifier(0))
    trained = run("mlp", "--classic", "--epochs", 1, "--data", mnist, "--out", tmp_path)
    assert trained.returncode == 0, trained.stderr
    assert load_config(tmp_path / "mlp", 1) == TrainConfig("mlp", epochs=1)
    assert all("frechet_ratio" in line for line in read_metrics(tmp_path / "mlp"))
    shutil.copytree(whole[0] / "mlp", tmp_path / "ours" / "mlp")
    shutil.copy(tmp_path / WEIGHTS, tmp_path / "ours")
    measured = run("--evaluate", "--data", mnist, "--out", tmp_path / "ours", "--baseline", tmp_path)
    assert measured.returncode == 0, measured.stderr
    assert "`python train.py mlp --classic --epochs 1`" in (tmp_path / "ours" / "README.md").read_text()


def test_figures_are_json_lines(whole):
    text = (whole[0] / "mlp" / "metrics.jsonl").read_text()
    assert text.endswith("\n")
    assert [json.loads(line)["epoch"] for line in text.splitlines()] == [1, 2]
