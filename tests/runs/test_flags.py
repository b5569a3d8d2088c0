"""The flags of train.py. No process is started and nothing is trained."""

import shlex
from dataclasses import fields, replace

import pytest
import torch
from PIL import Image

from gan.arguments import classifier_command
from gan.command import command_of
from gan.config import RECIPES, TUNABLE, TrainConfig, recipe
from gan.datasets.folders import Folder
from gan.models import MODELS
from gan.runs.cli import format_epoch, plan_runs
from gan.runs.flags import MOVED, parse

WRONG = {
    "model": ["vae"],
    "whole number": ["mlp", "--epochs", "1.5"],
    "no folder no-such-folder": ["mlp", "--data", "no-such-folder"],
    "--out mine": ["mlp", "--data", "FashionMNIST"],
    "--convert: works on a folder": ["mlp", "--convert"],
    "--invert: works on a folder": ["mlp", "--data", "KMNIST", "--invert", "--out", "mine"],
    "is not a folder": ["mlp", "--out", "train.py"],
    "unrecognized arguments": ["mlp", "--widht", "3"],
    "classifier:": ["classifier", "--resume"],
    "--seed, --data, --convert, --invert, --out and --device only": ["classifier", "--classic"],
}


def error_of(argv, capsys):
    with pytest.raises(SystemExit) as end:
        parse(argv)
    printed = capsys.readouterr()
    assert end.value.code == 2 and not printed.out and printed.err.count("\n") == 1
    return printed.err


# Of each flag: the smallest and the largest value, and values outside.
BOUNDS = {
    "--epochs": (["1", "999999"], ["0", "-1", "1000000", "9" * 19]),
    "--batch-size": (["1", "999999"], ["0", "-1", "1000000", "9" * 19]),
    "--seed": (["0", "4294967295"], ["-1", "4294967296", "9" * 5000]),
    "--lr": (["1e-10", "1000"], ["0", "-1", "1e-11", "1001", "nan", "inf", "much"]),
}


@pytest.mark.parametrize("flag", BOUNDS)
def test_every_number_has_bounds_and_the_message_names_them(flag, capsys):
    allowed, refused = BOUNDS[flag]
    for value in allowed:
        parse(["mlp", flag, value])
    for value in refused:
        message = error_of(["mlp", flag, value], capsys)
        assert flag in message and " to ".join(allowed) in message


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_flag_ends_with_one_line_that_names_it(message, capsys):
    assert message in error_of(WRONG[message], capsys)


def test_cuda_without_a_device_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert "finds no CUDA device" in error_of(["mlp", "--device", "cuda"], capsys)


@pytest.mark.parametrize("flag", MOVED)
def test_a_flag_that_became_a_command_names_the_command(flag, capsys):
    assert MOVED[flag] in error_of([flag, "value"], capsys)


def test_a_new_run_has_its_models_recipe_with_the_given_flags(tmp_path):
    planned = plan_runs(parse(["--out", str(tmp_path), "--epochs", "7", "--seed", "3"]))
    assert {path.name: config.epochs for path, config in planned.items()} == {"mlp": 7, "dcgan": 7}
    for path, config in planned.items():
        recipe = RECIPES[path.name]
        assert config == TrainConfig(**vars(recipe) | {"epochs": 7, "seed": 3})


def test_a_model_without_a_recipe_of_its_own_is_planned(tmp_path, monkeypatch):
    monkeypatch.setitem(MODELS, "other", MODELS["mlp"])
    (config,) = plan_runs(parse(["other", "--epochs", "7", "--out", str(tmp_path)])).values()
    assert config == replace(recipe("other"), epochs=7) and command_of(config) == "python train.py other --epochs 7"


def test_classic_is_the_tutorials_recipe(tmp_path):
    (config,) = plan_runs(parse(["mlp", "--classic", "--out", str(tmp_path)])).values()
    assert config == TrainConfig("mlp")


def test_every_field_that_a_flag_sets_is_a_field_of_the_config():
    assert set(TUNABLE) <= {field.name for field in fields(TrainConfig)}
    assert set(TUNABLE) <= set(vars(parse([])))


def test_the_lines_of_epochs_are_aligned():
    row = {"epoch": 1, "d_loss": 1.3, "g_loss": 0.7, "d_real": 0.5, "d_fake": 0.5, "seconds": 2, "images_per_second": 9}
    large = row | {"epoch": 40, "g_loss": 12.5, "seconds": 2400, "images_per_second": 123_456}
    assert len({len(format_epoch(RECIPES[model], each)) for model in ("mlp", "dcgan") for each in (row, large)}) == 2


def test_the_command_of_the_classifier_names_the_same_images_and_folder(tmp_path):
    folder = tmp_path / "my images"
    folder.mkdir()
    Image.new("L", (28, 28)).save(folder / "a.png")
    source = Folder(folder, convert=True, invert=True)
    words = shlex.split(classifier_command(source, tmp_path / "mine"))
    args = parse(words[2:])
    assert (args.model, args.data, args.out) == ("classifier", source, tmp_path / "mine")
