"""A fixture: a fork of the project with little data, to run the READMEs' commands in."""

import shutil
from pathlib import Path

import pytest

from gan.classifier import WEIGHTS, classifier, save_classifier
from helpers.digits import write_mnist, write_pngs
from helpers.readme import ROOT

FILES = ["app.py", "train.py", "README.md", "requirements.txt", "pre-requirements.txt", "pyproject.toml"]


@pytest.fixture
def fork(tmp_path, checkpoints) -> Path:
    """A copy of the tree, with short runs in checkpoints/, small data sets in data/ and PNGs in data/pictures/."""
    return make_fork(tmp_path / "fork", checkpoints)


def make_fork(folder: Path, checkpoints: Path) -> Path:
    for name in ("gan", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy(ROOT / name, folder)
    shutil.copytree(checkpoints, folder / "checkpoints")
    save_classifier(folder / "checkpoints" / WEIGHTS, classifier(0))
    for name in ("MNIST", "FashionMNIST"):
        write_mnist(folder / "data", name)
    write_pngs(folder / "data" / "pictures")
    return folder
