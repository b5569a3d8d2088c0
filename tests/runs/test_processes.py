"""python train.py as a user runs it: real processes, real signals."""

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
from helpers.runs import files, folders
from PIL import Image

from gan.checkpoint import epochs, in_progress_dir, load_config, load_snapshot
from gan.config import TrainConfig
from gan.runs.flags import DEFAULT_MODELS
from gan.store.metrics_log import read_metrics

ROOT = Path(__file__).parents[2]
# A proxy that refuses every connection stands for a machine without a network.
OFFLINE = os.environ | {"https_proxy": "http://127.0.0.1:9", "http_proxy": "http://127.0.0.1:9", "no_proxy": ""}
KILLED = "tests/helpers/killed_train.py"


def run(*words, script="train.py", **options):
    return subprocess.run(
        [sys.executable, script, *map(str, words)],
        cwd=ROOT,
        env=OFFLINE | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        **options,
    )


def only_line(done, code):
    assert done.returncode == code and done.stderr.count("\n") == 1, done.stderr
    return done.stderr


@pytest.fixture(scope="module")
def complete(mnist, tmp_path_factory):
    """Runs of two epochs that nothing stops, and what was printed."""
    out = tmp_path_factory.mktemp("complete")
    done = run("--epochs", 2, "--data", mnist, "--out", out)
    assert done.returncode == 0, done.stderr
    return out, done.stdout


def test_a_run_leaves_snapshots_and_metrics_and_prints_a_line_for_each_epoch(complete):
    out, printed = complete
    assert sum(" epoch " in line for line in printed.splitlines()) == 2 * len(DEFAULT_MODELS)
    assert folders(out) == sorted(DEFAULT_MODELS)
    for model in DEFAULT_MODELS:
        assert epochs(out / model) == [0, 1, 2]
        rows = read_metrics(out / model)
        assert [row["epoch"] for row in rows] == [1, 2]
        assert set(rows[0]) >= {"d_loss", "g_loss", "d_real", "d_fake", "seconds", "images_per_second"}
        untrained, trained = (load_snapshot(out / model, epoch).state_dict() for epoch in (0, 2))
        assert all((untrained[name] != trained[name]).any() for name in untrained if name.endswith("weight"))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("call", "count", "model"),
    [
        ("write", 12, "mlp"),
        ("replace", 8, "dcgan"),
        ("rename", 1, "mlp"),  # complete, but the old run is still in place
        ("rename", 2, "dcgan"),  # between the two renames of the swap
        ("delete", 1, "mlp"),  # the new run is in place, not yet tidied
    ],
)
def test_a_killed_run_leaves_complete_checkpoints_and_resumes_to_the_same_bits(
    tmp_path, mnist, complete, call, count, model
):
    shutil.copytree(complete[0] / model, tmp_path / model)
    served = files(tmp_path / model)
    flags = [model, "--epochs", 2, "--data", mnist, "--out", tmp_path]
    assert run(call, count, *flags, script=KILLED).returncode == -signal.SIGKILL
    assert epochs(tmp_path / model) == [0, 1, 2]
    for epoch in (0, 1, 2):
        load_snapshot(tmp_path / model, epoch)
    unfinished = (in_progress_dir(tmp_path / model) / "state.safetensors").exists()
    resumed = run(*flags, *(["--resume"] if unfinished else []))
    assert resumed.returncode == 0, resumed.stderr
    assert files(tmp_path / model) == served
    assert folders(tmp_path) == [model]


def wait_for_epoch(process):
    while "epoch" not in (line := process.stdout.readline()):
        assert line, "train.py exited before its first epoch"


@pytest.mark.slow
def test_ctrl_c_stops_with_the_command_that_resumes(tmp_path, mnist):
    command = [sys.executable, "train.py", "mlp", "--epochs", "100000", "--data", str(mnist), "--out", str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        wait_for_epoch(process)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 130 and "Traceback" not in errors
    assert f"python train.py mlp --epochs 100000 --data {mnist} --out {tmp_path} --resume" in errors
    folder = in_progress_dir(tmp_path / "mlp")
    picture = np.asarray(Image.open(folder / f"samples-{epochs(folder)[-1]:03}.png"))
    assert picture.shape == (8 * 28, 8 * 28) and picture.std() > 0


@pytest.mark.slow
def test_a_second_training_is_refused_with_the_first_ones_process_id_until_that_is_killed(tmp_path, mnist):
    flags = ["mlp", "--epochs", "100000", "--data", str(mnist), "--out", str(tmp_path)]
    with subprocess.Popen([sys.executable, "train.py", *flags], cwd=ROOT, stdout=subprocess.PIPE, text=True) as first:
        wait_for_epoch(first)
        second = run(*flags, "--resume")
        first.kill()
    assert f"process {first.pid} trains" in only_line(second, 1)
    assert "Add --resume" in only_line(run(*flags), 1)  # the lock is free again


@pytest.mark.slow
def test_without_data_and_network_one_line_names_the_missing_file_and_its_folder(tmp_path):
    done = run("mlp", "--data", tmp_path, "--out", tmp_path / "out")
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("train.py:")]
    assert done.returncode == 1 and "Traceback" not in done.stderr
    assert "train-images-idx3-ubyte" in line and str(tmp_path / "MNIST" / "raw") in line
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_file_size_limit_is_one_line_and_leaves_no_half_written_file(tmp_path, mnist, complete):
    shutil.copytree(complete[0] / "mlp", tmp_path / "mlp")
    served = files(tmp_path / "mlp")
    # Snapshots fit into 2 MB, the state does not.
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    done = run("mlp", "--epochs", 2, "--data", mnist, "--out", tmp_path, preexec_fn=limit)
    assert "state.safetensors" in only_line(done, 1)
    assert files(tmp_path / "mlp") == served
    assert not list(in_progress_dir(tmp_path / "mlp").glob("*.draft"))


@pytest.mark.slow
def test_a_folder_that_cannot_be_made_is_one_line(mnist):
    assert "/proc/checkpoints" in only_line(run("mlp", "--data", mnist, "--out", "/proc/checkpoints"), 1)


@pytest.mark.slow
def test_the_classic_recipe_is_trained_by_its_flag(mnist, tmp_path):
    assert run("mlp", "--classic", "--epochs", 1, "--data", mnist, "--out", tmp_path).returncode == 0
    assert load_config(tmp_path / "mlp", 1) == TrainConfig("mlp", epochs=1)
