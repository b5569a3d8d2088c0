"""What a Space needs: the front matter of README.md, its requirements, and the page in its environment."""

import re
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest
from helpers.films import SAVED
from helpers.serving import ask, serving
from helpers.space import space_environment
from huggingface_hub import SpaceCard
from huggingface_hub.utils import validate_repo_id
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[2]
COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}
LOOPBACK = {"127.0.0.1", "0.0.0.0", "localhost", "::1", "None"}
KEYS = {"title", "emoji", "colorFrom", "colorTo", "sdk", "sdk_version", "python_version", "app_file", "license"}
KEYS |= {"short_description", "tags", "datasets"}


@pytest.fixture(scope="module")
def card():
    return SpaceCard.load(ROOT / "README.md")


def pins(name):
    """The requirements in a file, by package name."""
    lines = [line for line in (ROOT / name).read_text().splitlines() if not line.startswith("--")]
    return {(requirement := Requirement(line)).name: requirement for line in lines}


def pin(requirement):
    """The only version that a requirement allows."""
    (only,) = requirement.specifier
    assert only.operator == "=="
    return Version(only.version)


def test_the_front_matter_has_the_fields_of_a_space(card):
    assert KEYS <= set(card.data.to_dict()) <= KEYS | {"models"}
    assert card.data.title and card.data.emoji and not card.data.emoji.isascii()
    assert {card.data.colorFrom, card.data.colorTo} <= COLOURS
    assert card.data.sdk == "gradio"
    assert (ROOT / card.data.app_file).is_file()
    assert 0 < len(card.data.short_description) <= 60
    assert card.data.datasets == ["ylecun/mnist"]
    for name in [*card.data.datasets, *(card.data.models or [])]:
        validate_repo_id(name)
    assert all(re.fullmatch("[a-z-]+", tag) for tag in card.data.tags)


def test_the_card_is_in_the_form_that_the_hub_writes(card):
    assert SpaceCard(str(card)).data.to_dict() == card.data.to_dict()
    assert card.text.startswith("\n# ")


def test_the_space_runs_the_pinned_versions(card):
    """On a Space, sdk_version replaces the version in requirements.txt."""
    assert card.data.sdk_version == str(pin(pins("requirements.txt")["gradio"]))
    assert card.data.python_version == "{}.{}".format(*sys.version_info)
    assert isinstance(card.data.sdk_version, str) and isinstance(card.data.python_version, str)


def test_the_license_is_the_one_in_the_repository(card):
    assert card.data.license == (ROOT / "LICENSE").read_text().split()[0].lower() == "mit"


def test_the_cpu_build_that_a_space_installs_first_is_what_the_requirements_ask_for():
    """Otherwise pip would install PyPI's build instead, with 4 GB of CUDA."""
    cpu, full = pins("pre-requirements.txt"), pins("requirements.txt")
    assert cpu.keys() == {"torch", "torchvision"}
    for name, requirement in cpu.items():
        assert pin(requirement).local == "cpu"
        assert pin(requirement) in full[name].specifier
        assert Version(pin(requirement).public) == pin(full[name])
    options = [line for line in (ROOT / "pre-requirements.txt").read_text().splitlines() if line.startswith("-")]
    assert options == ["--extra-index-url https://download.pytorch.org/whl/cpu"]


@pytest.mark.slow
def test_the_page_answers_on_a_space_without_node_and_asks_no_other_host(tmp_path, checkpoints):
    variables, watched = space_environment(tmp_path)
    with serving(checkpoints, variables) as address:
        with urlopen(address) as page:
            assert page.status == 200 and "GAN digits" in page.read().decode()
        assert ask(address, "catalogue", [])["models"].keys() == SAVED.keys()
        assert ask(address, "generate", ["mlp", 2, 7, 4])["seeds"] == [7, 8, 9, 10]
    actions = watched.read_text().splitlines()
    asked = {line for line in actions if line.startswith("asks")}
    assert asked  # app.py asks itself when it starts
    assert asked <= {f"asks {host}" for host in LOOPBACK}
    assert not [line for line in actions if "node" in line]
