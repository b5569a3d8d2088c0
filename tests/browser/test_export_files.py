"""The animations, vectors and Python code that a visitor takes from the page in Chromium."""

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from helpers.films import SAVED
from helpers.pages import copied_text, download, show, wait_until
from helpers.serving import ROOT
from helpers.states import DEFAULTS, classes_of, expected_film, expected_pixels, page_text, shown_digits
from PIL import Image
from playwright.sync_api import expect

from gan.latent import consecutive, interpolate, latents, plane
from gan.ui.export import draw_animation
from gan.ui.limits import ANIMATION_WIDTHS

GRID = {"model": "mlp", "epoch": 1, "seed": 4294967294, "count": 6, "truncation": 0.6}
# The state of each moving view at epoch 1, the arguments of its endpoint, and its latents.
MOVING = {
    "interpolate": (
        {"view": "interpolate", "seed": 3, "to": 9, "path": "lerp", "at": 21},
        ["dcgan", 1, 3, 9, 60, "lerp"],
        interpolate(*latents([3, 9]), 60, "lerp"),
    ),
    "plane": (
        {"view": "interpolate", "shape": "plane", "model": "mlp", "seed": 3, "third": 8, "x": 2, "y": 9},
        ["mlp", 1, [3, 7, 8, 3]],
        plane(latents([3, 7, 8, 3]), 11),
    ),
    "progression": (
        {"view": "progression", "seed": 3, "count": 5},
        ["dcgan", 3, 5],
        latents(consecutive(3, 5)),
    ),
}


def decoded(answer):
    """The bytes of the file in an answer of /animation."""
    return base64.b64decode(answer["file"].partition(",")[2])


@pytest.mark.slow
def test_both_models_are_one_animation_of_the_chosen_width(page, root):
    show(page, root, view="progression", model="both", epoch=1, seed=3, count=5)
    page.get_by_label(page_text("take.width")).select_option(str(ANIMATION_WIDTHS[1]))
    several = [[model, 3, 5] for model in SAVED]
    expected = draw_animation(root, "gif", "progression", several, ANIMATION_WIDTHS[1])
    assert download(page, "gif") == decoded(expected)


def expect_vectors(page, seeds, z):
    rows = np.load(io.BytesIO(download(page, "npy")))
    assert rows.dtype == np.float32 and (rows == z.numpy()).all()
    vectors = json.loads(download(page, "json"))
    assert vectors.keys() == {"seeds", "latents"} and vectors["seeds"] == seeds
    assert (np.array(vectors["latents"], np.float32) == z.numpy()).all()


def test_saved_vectors_are_the_latents_of_the_digits_shown(page, root):
    show(page, root, **GRID)
    seeds = consecutive(GRID["seed"], GRID["count"])
    expect_vectors(page, seeds, latents(seeds) * GRID["truncation"])


def shown_seeds(root, **state):
    """The seeds of the digits that a grid shows, in order."""
    film = expected_film(root, **state)
    return [film["seeds"][index] for index in shown_digits(film, DEFAULTS | state)]


def test_saved_vectors_are_sorted_and_filtered_as_the_digits_are(page, root):
    grid = GRID | {"count": 16, "truncation": 1}
    only = next(digit for digit in classes_of(expected_film(root, **grid)) if digit is not None)
    for order in ({"sort": "length"}, {"sort": "score", "only": only}):
        show(page, root, **grid, **order)
        seeds = shown_seeds(root, **grid, **order)
        expect_vectors(page, seeds, latents(seeds))


@pytest.mark.slow
def test_models_that_show_other_digits_get_a_file_of_vectors_each(page, root):
    both = GRID | {"model": "both", "count": 16}
    show(page, root, **both)
    expect_vectors(page, consecutive(GRID["seed"], 16), latents(consecutive(GRID["seed"], 16)) * GRID["truncation"])
    show(page, root, **both, sort="score")
    files = []
    page.on("download", lambda download: files.append(download))
    page.locator("[data-take=json]").click()
    wait_until(page, lambda: len(files) == len(SAVED))
    for file, model in zip(files, SAVED, strict=True):
        assert file.suggested_filename.endswith(f"-{model}.json")
        vectors = json.loads(Path(file.path()).read_text())
        assert vectors["seeds"] == (seeds := shown_seeds(root, **both | {"model": model}, sort="score"))
        assert (np.array(vectors["latents"], np.float32) == (latents(seeds) * GRID["truncation"]).numpy()).all()


@pytest.mark.slow
def test_nothing_is_saved_of_a_grid_without_digits(page, root):
    labels = classes_of(expected_film(root, **GRID))
    absent = next(digit for digit in range(10) if digit not in labels)
    files = []
    page.on("download", lambda download: files.append(download))
    for kind in ("png", "json", "npy", "python"):
        show(page, root, **GRID, only=absent)
        page.locator(f"[data-take={kind}]").click()
        expect(page.locator(".notes")).to_have_text(page_text("take.none"))
        show(page, root, **GRID)
    download(page, "json")
    assert len(files) == 1


@pytest.mark.slow
@pytest.mark.parametrize("view", MOVING)
def test_saved_animations_and_vectors_are_those_of_the_film(page, root, view):
    state, arguments, z = MOVING[view]
    show(page, root, **state, epoch=1)
    for kind in ("gif", "webp"):
        assert download(page, kind) == decoded(draw_animation(root, kind, view, arguments))
    expect_vectors(page, expected_film(root, **state, epoch=1)["seeds"], z)


@pytest.mark.slow
def test_copied_python_draws_what_is_shown(page, root, tmp_path):
    grid = {"model": "both", "seed": 2**32 - 5, "count": 16, "epoch": 1}
    only = next(filter(None, expected_film(root, **grid | {"model": "mlp"})["labels"][0]))[0]
    states = [GRID, *(state | {"epoch": 1} for state, _, _ in MOVING.values())]
    states += [grid | {"sort": "score"}, grid | {"sort": "digit", "truncation": 0.5}, grid | {"only": only}]
    codes = []
    for number, state in enumerate(states):
        show(page, root, **state)
        code = copied_text(page, page.locator("[data-take=python]").click)
        codes.append(code.replace('Path("digits', f'Path("{number}-digits'))
    (tmp_path / "checkpoints").symlink_to(root)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", "\n".join(codes)], cwd=tmp_path, env=environment, check=True)
    for number, state in enumerate(states):
        models = [f"-{model}" for model in SAVED] if state.get("model") == "both" else [""]
        for model, picture in zip(models, expected_pixels(root, **state), strict=True):
            path = tmp_path / f"{number}-digits{model}.png"
            if picture.any():
                assert (np.asarray(Image.open(path)) == picture).all()
            else:
                assert not path.exists()  # no digit is shown
