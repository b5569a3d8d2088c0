"""Fixtures of all tests: drawn digits, and a folder of checkpoints trained on them."""

import shutil
import signal
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from helpers.digits import TRAIN, draw_digits, write_mnist
from helpers.films import DIRECTION_SEEDS, REAL_COUNTS, SAVED

import train as train_py
from gan.checkpoint import save_snapshot
from gan.classifier import classifier
from gan.config import RECIPES
from gan.datasets.reals import REALS, save_reals
from gan.directions_file import save_directions
from gan.models import GAN, MODELS, build_gan
from gan.real_distances import save_distances
from gan.training import train

# Two workers share two cores. With a thread each, they do not wait for each other in the middle of a layer.
torch.set_num_threads(1)

# A shell starts background jobs with Ctrl-C ignored, and child processes would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

# Fixtures that several folders use.
pytest_plugins = ["helpers.forking", "helpers.browsing", "helpers.live", "helpers.pad"]


@pytest.fixture(scope="session")
def mnist(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("mnist")
    write_mnist(directory)
    return directory


@pytest.fixture(scope="session")
def images() -> torch.Tensor:
    return torch.from_numpy(draw_digits(TRAIN, 0)[0])


@pytest.fixture(scope="session")
def checkpoints(tmp_path_factory, images) -> Path:
    """Short real runs. Tests that damage them make a copy."""
    root = tmp_path_factory.mktemp("checkpoints")
    for model, saved in SAVED.items():
        config = replace(RECIPES[model], epochs=saved[-1])
        gan = build_gan(model, config.seed)
        (root / model).mkdir()
        save_snapshot(root / model, gan, config, 0)
        for stats in train(gan, images, config):
            save_snapshot(root / model, gan, config, stats.epoch)
        save_directions(root / model, classifier(0), count=DIRECTION_SEEDS)
    for seed, (part, count) in enumerate(REAL_COUNTS.items()):
        save_reals(root / REALS, part, *draw_digits(count, seed))
    save_distances(root / REALS)
    return root


@pytest.fixture
def copy(tmp_path, checkpoints) -> Path:
    """A copy of the checkpoints, to damage."""
    return shutil.copytree(checkpoints, tmp_path / "checkpoints")


@pytest.fixture
def train_here(monkeypatch, capsys):
    """Run train.py in this process. Returns its exit code and what it printed to stderr."""
    monkeypatch.setattr(train_py, "configure_torch", lambda: None)

    def run(*arguments):
        try:
            code = train_py.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = end.code
        return code, capsys.readouterr().err

    return run


@pytest.fixture(params=MODELS)
def gan(request) -> GAN:
    """A GAN of each model in eval mode, with batch statistics unlike the initial ones."""
    gan = build_gan(request.param, seed=1)
    with torch.no_grad():
        for _ in range(3):
            gan.discriminator(gan.generator(torch.randn(16, 100, generator=torch.Generator().manual_seed(0))))
    return gan.eval()


def pytest_addoption(parser):
    parser.addoption("--all", action="store_true", help="run the tests marked slow too")


def pytest_collection_modifyitems(config, items):
    """Leave out the slow tests, unless --all or -m is given or a test is named by its id."""
    if config.option.all or config.option.markexpr or any("::" in argument for argument in config.args):
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    items[:] = [item for item in items if item not in slow]
    config.hook.pytest_deselected(items=slow)
