"""The READMEs agree with the repository: figures, pictures, links, paths and the Python example."""

import re

import numpy as np
import pytest
from helpers.films import played
from helpers.readme import READMES, ROOT, blocks, section
from PIL import Image

from gan.checkpoint import epochs
from gan.publish.pictures import FILM, FPS, HOLD_FRAMES, draw_frame
from gan.runs.flags import DEFAULT_MODELS

README = READMES["README.md"]
CHECKPOINTS = ROOT / "checkpoints"


def test_the_readme_is_short():
    assert len(README.splitlines()) <= 150


def test_the_python_example_draws_the_picture_at_the_top_of_the_readme(tmp_path, monkeypatch):
    (example,) = blocks(section("gan/README.md", "In Python"), "python")
    (tmp_path / "checkpoints").symlink_to(CHECKPOINTS)
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    (picture,) = re.findall(r'^<img src="(.*?)"', README, re.MULTILINE)
    with Image.open("digits.png") as drawn, Image.open(ROOT / picture) as shown:
        assert drawn.mode == shown.mode and np.array_equal(drawn, shown)


def test_the_film_in_the_readme_shows_the_committed_checkpoints():
    assert re.findall(r"^!\[[^]]+\]\((.*?)\)$", README, re.MULTILINE) == [f"checkpoints/{FILM}"]
    data = (CHECKPOINTS / FILM).read_bytes()
    runs = {model: epochs(CHECKPOINTS / model) for model in DEFAULT_MODELS}
    saved = sorted(set().union(*runs.values()))
    frames, _ = played(data, 1000 // FPS)
    assert len(frames) == len(saved) + HOLD_FRAMES
    for number in (0, 1, -1):
        assert (frames[number] == draw_frame(CHECKPOINTS, runs, saved[number])).all()
    assert len(data) < 1_000_000


def table(text):
    """The first Markdown table of a text: its rows by their first cell, each a list of the other cells."""
    rows = [line.strip("|").split("|") for line in text.partition("\n|")[2].partition("\n\n")[0].splitlines()]
    return {name.strip(): [cell.strip() for cell in cells] for name, *cells in rows}


@pytest.fixture
def card():
    """The means in the model card: for each metric, the values of real digits, mlp, classic mlp, dcgan, classic dcgan.

    None where there is no value.
    """
    text = (CHECKPOINTS / "README.md").read_text(encoding="utf-8")
    rows = table(text.partition("## Evaluation")[2])
    assert rows.pop("metric") == ["real digits", "mlp", "classic mlp", "dcgan", "classic dcgan"]
    numbers = {name: cells for name, cells in rows.items() if not set("".join(cells)) <= set("-")}
    return {
        name: [float(cell.partition(" ±")[0]) if cell else None for cell in cells] for name, cells in numbers.items()
    }


def percent(share):
    return f"{100 * share:.{0 if share >= 0.01 else 1}f} %"


def test_the_results_in_the_readme_are_those_of_the_card(card):
    shown = table(section("README.md", "Results"))
    ratio = card["Frechet distance over the real floor"]
    assert shown["Frechet distance over that of real digits"] == ["1", *(f"{value:.1f}" for value in ratio[1:])]
    for name in ("precision", "recall"):
        assert shown[name] == [f"{value:.2f}" for value in card[name]]
    assert shown["least share of a class"] == [f"{value:.3f}" for value in card["least class share"]]
    assert shown["classified with less than 90 % confidence"] == [percent(value) for value in card["ambiguity"]]


def test_the_values_beside_the_aims_are_those_of_the_card(card):
    shown = table(section("tests/benchmarks/README.md", "Quality").partition("### Aims")[2])
    runs = {name: (cells[1], cells[3]) for name, cells in card.items()}  # mlp and dcgan
    rows = {name: [cell.strip("*") for cell in cells[1:]] for name, cells in shown.items()}  # a miss is bold
    ratio = runs["Frechet distance over the real floor"]
    assert rows["Frechet distance over that of real digits"] == [f"{value:.1f}" for value in ratio]
    for name in ("precision", "recall"):
        assert rows[name] == [f"{value / card[name][0]:.2f}" for value in runs[name]]
    assert rows["least share of a class"] == [f"{value:.3f}" for value in runs["least class share"]]
    unsure = [percent(value) for value in runs["ambiguity"]]
    assert rows["classified with less than 90 % confidence"] == unsure
    copies = [f"{100 * value:.1f} %" for value in runs["below the memorisation percentile"]]
    assert rows["closer to a training digit than 99 % of new digits are"] == copies


@pytest.mark.parametrize("name", READMES)
def test_every_relative_link_finds_its_file(name):
    links = re.findall(r"\]\(([^):#]+)\)", READMES[name]) + re.findall(r'src="(?!https:)(.*?)"', READMES[name])
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).is_file()] == []


@pytest.mark.parametrize("name", READMES)
def test_every_path_in_a_code_span_exists(name):
    paths = re.findall(r"(?<![\w/])((?:gan|tests|checkpoints|\.ci|\.github)/[\w./-]+)", READMES[name])
    made = re.compile(r"checkpoints/(MODEL|\.)")  # examples of what a training makes
    assert [path for path in paths if not made.match(path) and not (ROOT / path.rstrip(".")).exists()] == []


def test_every_model_has_committed_checkpoints():
    for model in DEFAULT_MODELS:
        assert (CHECKPOINTS / model / "epoch-000.safetensors").is_file()
