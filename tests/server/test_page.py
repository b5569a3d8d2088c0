"""The page as it is built: the picture it begins with, and what it is given."""

import asyncio
import base64
import io
import threading
from functools import partial

import numpy as np
import pytest
from helpers.films import SAVED
from PIL import Image

from gan import config, models
from gan.checkpoint import load_snapshot
from gan.config import RECIPES
from gan.images import columns_for, grid, to_png
from gan.latent import PATHS, latents
from gan.runs.run import save_snapshot_files
from gan.sampling import generate
from gan.state import init_state
from gan.ui import catalogue as runs
from gan.ui import export, page, scenes
from gan.ui import render as handlers
from gan.ui.limits import PAGE_LIMITS
from gan.ui.page import PNG_STATE_KEY, first_picture

LINK = {PNG_STATE_KEY: "view=generate&model=mlp&epoch=7&seed=0&count=9"}
PICTURE = np.random.RandomState(0).randint(0, 256, (84, 84), dtype=np.uint8)


def begin(root, model, images):
    """Leave what training leaves before its first epoch."""
    (root / model).mkdir()
    gan = models.build_gan(model, RECIPES[model].seed)
    save_snapshot_files(root / model, gan, init_state(gan, RECIPES[model]), images, RECIPES[model], None)


def put(root, data, model="mlp"):
    (root / model).mkdir(exist_ok=True)
    (root / model / "samples-007.png").write_bytes(data)


def encoded(kind, **options):
    buffer = io.BytesIO()
    Image.fromarray(PICTURE).save(buffer, kind, **options)
    return buffer.getvalue()


def opened(first):
    kind, _, data = first["sprite"].partition(",")
    assert kind == "data:image/png;base64"
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))))


@pytest.mark.parametrize("model", RECIPES)
def test_the_first_picture_is_the_one_that_training_saved(tmp_path, images, model):
    begin(tmp_path, model, images)
    first = first_picture(tmp_path)
    digits = generate(load_snapshot(tmp_path / model, 0).generator, latents(range(64))).numpy()
    assert (first["model"], first["epoch"], first["count"]) == (model, 0, 64)
    assert (opened(first) == grid(digits, columns_for(64))).all()


def test_the_first_picture_is_that_of_the_best_model(tmp_path):
    put(tmp_path, to_png(PICTURE, {PNG_STATE_KEY: LINK[PNG_STATE_KEY].replace("mlp", "dcgan")}), "dcgan")
    put(tmp_path, to_png(PICTURE, LINK))
    assert first_picture(tmp_path)["model"] == "dcgan"
    put(tmp_path, b"", "dcgan")
    assert first_picture(tmp_path) | {"sprite": ""} == {"model": "mlp", "epoch": 7, "count": 9, "sprite": ""}


FOREIGN = {
    "no picture": b"<html>",
    "nothing": b"",
    "another picture": to_png(PICTURE),
    "a JPEG": encoded("JPEG"),
    "a GIF": encoded("GIF"),
    "no model": to_png(PICTURE, {PNG_STATE_KEY: "epoch=7&count=9"}),
    "no number": to_png(PICTURE, {PNG_STATE_KEY: "model=mlp&epoch=last&count=9"}),
    "a part of it": to_png(PICTURE, LINK)[:-300],
    "the head of it": to_png(PICTURE, LINK)[:20],
    "a damaged chunk": to_png(PICTURE, LINK).replace(b"view=", b"\0\0\0\0\0"),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_or_damaged_picture_is_passed_over(tmp_path, kind):
    put(tmp_path, FOREIGN[kind])
    assert first_picture(tmp_path) is None


def test_without_a_picture_there_is_none(tmp_path, checkpoints):
    assert first_picture(tmp_path) is None
    assert first_picture(checkpoints) is None
    (tmp_path / "mlp" / "samples-007.png").mkdir(parents=True)
    assert first_picture(tmp_path) is None


def test_the_page_brings_its_first_picture_along(tmp_path):
    put(tmp_path, to_png(PICTURE, LINK))
    (html,) = (part for part in page.build(tmp_path).blocks.values() if type(part).__name__ == "HTML")
    assert html.value["first"] == first_picture(tmp_path)
    assert (opened(html.value["first"]) == PICTURE).all()


class Now:
    """A thread that does its work where it is started."""

    def __init__(self, target, args, daemon):
        assert daemon  # a server that is stopped waits for nothing
        self.start = partial(target, *args)


def test_warming_up_loads_every_snapshot(checkpoints, monkeypatch):
    loaded = []
    monkeypatch.setattr(runs, "load_snapshot", lambda *which: loaded.append(which) or load_snapshot(*which))
    runs._load_marked.cache_clear()
    monkeypatch.setattr(page, "Thread", Now)
    page.warm(checkpoints)
    assert loaded == [(checkpoints / model, epoch) for model, saved in SAVED.items() for epoch in saved]


def test_the_limits_of_the_page_are_those_of_the_server():
    assert PAGE_LIMITS["seed"] == config.MAX_SEED
    assert PAGE_LIMITS["frames"] <= scenes.MOST_FRAMES
    assert PAGE_LIMITS["paths"] == tuple(PATHS)


def test_each_queue_answers_on_a_thread_of_its_own_and_always_on_that_one(tmp_path, monkeypatch):
    """One at a time would not do: PyTorch keeps memory for each thread that ever calls it."""
    threads = {queue: [] for queue in page.endpoints(tmp_path)}

    def told(queue):
        return lambda *values, **named: threads[queue].append(threading.get_ident())

    monkeypatch.setattr(handlers, "draw_film", told("films"))
    monkeypatch.setattr(export, "give_vectors", told("files"))
    monkeypatch.setattr(runs, "catalogue", told("figures"))
    functions = {function.api_name: function.fn for function in page.build(tmp_path).fns.values()}

    async def ask_all():
        questions = [("generate", "mlp", 0, 0, 1), ("vectors", "generate", []), ("catalogue",)] * 20
        await asyncio.gather(*(functions[name](*values) for name, *values in questions))

    asyncio.run(ask_all())
    assert [len(used) for used in threads.values()] == [20] * 3
    assert len({thread for used in threads.values() for thread in set(used)}) == 3
    assert threading.get_ident() not in {thread for used in threads.values() for thread in used}
