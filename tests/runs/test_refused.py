"""What a run may be resumed with: the flags, the device, the state and the figures that it began with, or a user_error."""

import json
import os
import shutil
from dataclasses import asdict

import pytest
import torch
from helpers.stopping import everything, one_line
from safetensors import safe_open

from gan import checkpoint
from gan.checkpoint import load_state, save_state
from gan.config import CHOICES, RECIPES, TrainConfig
from gan.models import build_gan
from gan.runs.cli import parse
from gan.state import init_state, state_tensors
from gan.store.metrics_log import read_metrics
from gan.store.tensorfile import encode

OTHER = {
    "epochs": ["--epochs", "3"],
    "batch_size": ["--batch-size", "64"],
    "lr": ["--lr", "0.5"],
    "seed": ["--seed", "7"],
    "classic": ["--classic"],
}


@pytest.mark.parametrize("name", OTHER)
def test_a_resume_with_another_flag_is_refused_by_its_name(tmp_path, stopped, command, name):
    before = everything(tmp_path)
    code, said = command(tmp_path, "--resume", *OTHER[name])
    began = {"epochs": "with 2", "batch_size": "with 160", "lr": f"with {RECIPES['mlp'].lr}", "seed": "with 0"}
    assert code == 2 and OTHER[name][0] in one_line(said) and f"began {began.get(name, 'without')}" in said
    assert everything(tmp_path) == before


def test_a_resume_on_another_device_is_refused(tmp_path, stopped, command):
    with safe_open(stopped / checkpoint.STATE, "pt") as file:
        header = json.loads(file.metadata()["header"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    del header["sha256"]
    header["device"] = "cuda"
    (stopped / checkpoint.STATE).write_bytes(encode(tensors, header))
    if not torch.cuda.is_available():
        code, said = command(tmp_path, "--resume")
        assert code == 2 and "--device cpu" in one_line(said) and "began with cuda" in said


def test_every_flag_that_changes_a_run_is_compared_when_it_is_resumed():
    _, args = parse([])
    places = {"model", "data", "out"}  # the images are compared by their digest
    deeds = {"resume", "evaluate", "baseline", "push_to_hub"}
    assert set(vars(args)) == set(OTHER) | {"device"} | places | deeds
    assert set(CHOICES) | {"classic"} == set(OTHER)
    assert set(CHOICES) <= set(asdict(TrainConfig("mlp")))


def another_model(folder):
    gan = build_gan("dcgan", 0)
    _, config, epoch, images, _ = load_state(folder)
    save_state(folder, state_tensors(gan, init_state(gan, RECIPES["dcgan"])), config, epoch, images)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: (folder / checkpoint.STATE).write_bytes((folder / checkpoint.STATE).read_bytes()[:100_000]),
        lambda folder: (folder / checkpoint.STATE).write_bytes(b"no state"),
        lambda folder: os.truncate(folder / checkpoint.STATE, 0),
        another_model,
    ],
)
def test_a_damaged_state_is_one_line_with_the_folder_to_delete_and_deletes_nothing(tmp_path, stopped, command, damage):
    damage(stopped)
    before = everything(tmp_path)
    code, said = command(tmp_path, "--resume")
    assert code == 1
    assert checkpoint.STATE in one_line(said) and f"delete the folder {stopped} to start anew" in said
    assert everything(tmp_path) == before
    shutil.rmtree(stopped)
    assert command(tmp_path) == (0, "")


@pytest.mark.parametrize("figures", ['{"epoch": 1', "[]", '{"d_loss": 1}'])
def test_damaged_figures_are_one_line_before_a_run_goes_on_and_it_can_do_without(tmp_path, stopped, command, figures):
    path = stopped / checkpoint.METRICS
    path.write_text(figures)
    before = everything(tmp_path)
    code, said = command(tmp_path, "--resume")
    assert code == 1 and str(path) in one_line(said) and "delete it" in said and everything(tmp_path) == before
    path.unlink()
    assert command(tmp_path, "--resume") == (0, "")
    assert [line["epoch"] for line in read_metrics(tmp_path / "mlp")] == [2]
