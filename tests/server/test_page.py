"""The page as it is built: its first picture, its limits, and its versions."""

import base64
import io
import json
import shutil
import sys

import gradio as gr
import numpy as np
import pytest
import torch
from helpers.films import SAVED
from PIL import Image

from gan.checkpoint import in_progress_dir, load_snapshot
from gan.config import MAX_SEED, RECIPES
from gan.images import PNG_STATE_KEY, columns_for, grid, to_png
from gan.latent import PATHS, latents
from gan.push import FRAMES
from gan.runs.run import TrainingData, init_run
from gan.sampling import generate
from gan.store.metrics_log import METRICS
from gan.ui.answers import Answers
from gan.ui.best import last_snapshot
from gan.ui.catalogue import catalogue
from gan.ui.endpoints import endpoints
from gan.ui.limits import MAX_FRAMES, PAGE_LIMITS
from gan.ui.page import build, sample_picture
from gan.ui.texts import ENGLISH, TABLES

STATE = {PNG_STATE_KEY: "view=generate&model=mlp&epoch=7&seed=0&count=9"}
PICTURE = np.random.RandomState(0).randint(0, 256, (84, 84), dtype=np.uint8)


def save_picture(root, data, model="mlp", name="samples-007.png"):
    (root / model).mkdir(exist_ok=True)
    (root / model / "epoch-007.safetensors").touch()
    (root / model / name).write_bytes(data)


def picture_of(model):
    return to_png(PICTURE, {PNG_STATE_KEY: STATE[PNG_STATE_KEY].replace("mlp", model)})


def encode(kind):
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, kind)
    return buffer.getvalue()


def decode(first):
    prefix, _, data = first["sprite"].partition(",")
    assert prefix == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


# The first picture


def first_picture(root):
    """The sample picture of the model that the page starts with."""
    return sample_picture(root, last_snapshot(root)[0])


@pytest.mark.parametrize("model", RECIPES)
def test_the_first_picture_is_the_sample_that_training_saved(tmp_path, images, model):
    init_run(tmp_path / model, RECIPES[model], TrainingData(images, "sha256"))
    in_progress_dir(tmp_path / model).rename(tmp_path / model)
    first = first_picture(tmp_path)
    digits = generate(load_snapshot(tmp_path / model, 0).generator, latents(range(64))).numpy()
    assert (first["model"], first["epoch"], first["count"]) == (model, 0, 64)
    assert (decode(first) == grid(digits, columns_for(64))).all()


@pytest.mark.parametrize(
    ("mlp", "dcgan", "best"),
    [(2, 3, "mlp"), (3, 2, "dcgan"), (None, 2, "dcgan"), (2, None, "mlp"), (None, None, "dcgan"), ("{", "{", "dcgan")],
)
def test_the_page_its_examples_and_its_first_picture_start_with_the_best_model(tmp_path, checkpoints, mlp, dcgan, best):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    for model, ratio in (("mlp", mlp), ("dcgan", dcgan)):
        (root / model / "samples-001.png").write_bytes(picture_of(model))
        if ratio is not None:
            (root / model / METRICS).write_text(f'{{"epoch": 1, "frechet_ratio": {ratio}}}\n')
    assert catalogue(root)["best"] == first_picture(root)["model"] == best
    assert last_snapshot(root) == (best, SAVED[best][-1])


def test_the_first_picture_is_not_of_a_model_that_the_page_does_not_start_with(tmp_path):
    save_picture(tmp_path, picture_of("mlp"))
    first = {"model": "mlp", "epoch": 7, "count": 9, "sprite": ""}
    assert first_picture(tmp_path) | {"sprite": ""} == first
    save_picture(tmp_path, b"", "dcgan")
    assert first_picture(tmp_path) is None


def test_the_first_picture_is_the_last_one_by_number(tmp_path):
    for epoch in (995, 1000):
        state = {PNG_STATE_KEY: f"view=generate&model=mlp&epoch={epoch}&seed=0&count=9"}
        save_picture(tmp_path, to_png(PICTURE, state), name=f"samples-{epoch}.png")
    assert first_picture(tmp_path)["epoch"] == 1000


def test_the_first_picture_may_be_of_a_model_without_a_recipe(tmp_path):
    save_picture(tmp_path, picture_of("small"), "small")
    assert first_picture(tmp_path)["model"] == "small"


UNUSABLE = {
    "HTML": b"<html>",
    "empty": b"",
    "a PNG without a state": to_png(PICTURE),
    "a JPEG": encode("JPEG"),
    "a GIF": encode("GIF"),
    "a state without a model": to_png(PICTURE, {PNG_STATE_KEY: "epoch=7&count=9"}),
    "a state without a number": to_png(PICTURE, {PNG_STATE_KEY: "model=mlp&epoch=last&count=9"}),
    "truncated": to_png(PICTURE, STATE)[:-300],
    "only a header": to_png(PICTURE, STATE)[:20],
    "a damaged chunk": to_png(PICTURE, STATE).replace(b"view=", b"\0\0\0\0\0"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_an_unusable_picture_is_not_shown(tmp_path, kind):
    save_picture(tmp_path, UNUSABLE[kind])
    assert first_picture(tmp_path) is None


def test_no_picture_is_none(tmp_path, checkpoints):
    assert first_picture(tmp_path) is None
    assert first_picture(checkpoints) is None
    (tmp_path / "mlp" / "samples-007.png").mkdir(parents=True)
    (tmp_path / "mlp" / "epoch-007.safetensors").touch()
    assert first_picture(tmp_path) is None


def test_the_examples_of_the_api_show_a_model_without_a_recipe_unless_another_is_measured(tmp_path):
    assert last_snapshot(tmp_path) == ("dcgan", 0)
    for model, epoch in (("small", 3), ("mlp", 12), (".small-in-progress", 4)):
        (tmp_path / model).mkdir()
        (tmp_path / model / f"epoch-{epoch:03}.safetensors").touch()
        assert last_snapshot(tmp_path) == ("small", 3)  # the last of models that are not measured
    (tmp_path / "mlp" / METRICS).write_text('{"epoch": 12, "frechet_ratio": 3}\n')
    assert last_snapshot(tmp_path) == ("mlp", 12)


def value_of_page(root):
    """What the page's only component gets at the start."""
    blocks = build(Answers(endpoints(root), root)).blocks.values()
    (html,) = (block for block in blocks if type(block).__name__ == "HTML")
    return html.value


def test_a_text_that_a_table_lacks_is_english(tmp_path, monkeypatch):
    table = json.loads(TABLES["zh"])
    del table["epoch"]
    monkeypatch.setitem(TABLES, "zh", json.dumps(table))
    texts = value_of_page(tmp_path)["texts"]
    assert texts == {"en": ENGLISH, "zh": table | {"epoch": ENGLISH["epoch"]}}


def test_the_limits_of_the_page_are_those_of_the_server():
    assert PAGE_LIMITS["seed"] == MAX_SEED
    assert PAGE_LIMITS["frames"] <= MAX_FRAMES
    assert PAGE_LIMITS["paths"] == tuple(PATHS)
    assert PAGE_LIMITS["push_frames"] == FRAMES


def test_the_page_contains_the_versions_of_what_serves_it(tmp_path):
    value = value_of_page(tmp_path)
    versions = value["versions"]
    assert list(versions) == ["Python", "Gradio", "PyTorch"]
    assert versions["Python"] == ".".join(map(str, sys.version_info[:3]))
    assert versions["Gradio"] == gr.__version__
    assert torch.__version__.startswith(versions["PyTorch"])  # the package may leave out the build, such as +cu130
