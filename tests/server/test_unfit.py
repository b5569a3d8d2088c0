"""A page whose best model does not fit its network in gan/models.py: once that is known, nothing starts with it."""

import urllib.request

import httpx
import numpy as np
import pytest
from gradio.routes import App
from helpers.serving import started
from smoke import check
from starlette.testclient import TestClient

from gan.checkpoint import save_snapshot, snapshot_path
from gan.config import RECIPES
from gan.images import PNG_STATE_KEY, to_png
from gan.models import build_gan
from gan.store.metrics_log import METRICS
from gan.ui.answers import Answers
from gan.ui.catalogue import catalogue
from gan.ui.endpoints import endpoints
from gan.ui.page import build, sample_picture, set_first_picture
from gan.ui.problems import describe_runs

LAST = {"mlp": 2, "dcgan": 1}  # epochs of the `checkpoints` fixture


@pytest.fixture
def root(copy):
    """Runs of which the DCGAN is measured best. Training left a picture of each."""
    for model, epoch in LAST.items():
        (copy / model / METRICS).write_text(f'{{"epoch": {epoch}, "frechet_ratio": {1 if model == "dcgan" else 2}}}\n')
        state = f"view=generate&model={model}&epoch={epoch}&seed=0&count=9"
        (copy / model / f"samples-{epoch:03}.png").write_bytes(
            to_png(np.eye(84, dtype=np.uint8), {PNG_STATE_KEY: state})
        )
    return copy


def make_unfit(root, *epochs):
    """Put other networks into snapshots of the DCGAN."""
    for epoch in epochs:
        save_snapshot(root / "dcgan", build_gan("mlp", 0), RECIPES["dcgan"], epoch)


@pytest.fixture
def first(root):
    """A function that builds a page, and returns the first picture that visitors get once its networks are loaded."""

    def visit(client):
        components = client.get("/config").json()["components"]
        (value,) = [each["props"]["value"] for each in components if each["type"] == "html"]
        return value["first"]

    def serve():
        demo = build(Answers(endpoints(root), root))
        demo.app = App.create_app(demo)
        client = TestClient(demo.app)
        assert visit(client) is None  # before the networks are loaded
        set_first_picture(demo, root, catalogue(root))
        return visit(client)

    return serve


def test_a_page_starts_with_the_picture_of_its_best_run(first, root):
    assert first() == sample_picture(root, "dcgan")


def test_without_a_snapshot_of_the_best_run_the_page_starts_with_the_best_of_the_others(first, root):
    make_unfit(root, 0, 1)
    picture = first()
    assert picture == sample_picture(root, "mlp") and picture["epoch"] == 2


def test_without_its_last_snapshot_the_best_run_has_no_first_picture(first, root):
    make_unfit(root, 1)
    assert first() is None


def test_without_any_snapshot_to_draw_there_is_no_first_picture(first, root):
    make_unfit(root, 0, 1)
    for epoch in range(3):
        snapshot_path(root / "mlp", epoch).write_bytes(b"")
    assert first() is None


# What is printed


def test_the_lines_count_what_can_be_drawn_and_say_what_cannot(root):
    assert describe_runs(root, catalogue(root)) == [f"Serving mlp (3 snapshots), dcgan (2 snapshots) of {root}"]
    make_unfit(root, 1)
    listed = catalogue(root)
    notice = listed["notices"][0]["text"]
    assert describe_runs(root, listed) == [f"Serving mlp (3 snapshots), dcgan (1 snapshot) of {root}", notice]
    make_unfit(root, 0)
    assert describe_runs(root, catalogue(root))[0] == f"Serving mlp (3 snapshots) of {root}"


def test_a_folder_without_runs_is_described_with_the_command_that_makes_some(tmp_path):
    lines = describe_runs(tmp_path, catalogue(tmp_path))
    assert str(tmp_path) in lines[0] and "python train.py" in lines[1]


@pytest.mark.slow
def test_app_py_says_it_and_answers_the_smoke_test(root):
    make_unfit(root, 0, 1)
    with started(root) as (process, address):
        printed = [process.stdout.readline() for _ in range(3)]
        assert "mlp (3 snapshots)" in printed[1] and "dcgan (" not in printed[1] and "do not fit" in printed[2]
        with urllib.request.urlopen(address) as page:
            assert sample_picture(root, "mlp")["sprite"] in page.read().decode()
        with httpx.Client(base_url=address, timeout=60) as client:
            assert check(client).startswith("mlp answers")
