"""The page in Chromium over other checkpoints: few, damaged, missing, or replaced while the page is open."""

import shutil

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.lessons import TOUR
from helpers.pages import choose, expect_pixels, expect_query, expect_state, open_tab, press_keys
from helpers.runs import put_run
from helpers.serving import serving
from helpers.states import expected_readout, page_text, to_query
from playwright.sync_api import expect

from gan.checkpoint import snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.ui.render import draw_film

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The folder of one server, started once; each test fills it."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="module")
def address(served):
    with serving(served) as address:
        yield address


@pytest.fixture
def folder(served):
    """The served folder, empty."""
    for path in served.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return served


def test_one_epoch_of_one_model_without_a_classifier_is_enough(visit, root, folder):
    (folder / "mlp").mkdir()
    shutil.copy(snapshot_path(root / "mlp", 0), folder / "mlp")
    page = visit("count=9&only=3&sort=digit&model=both")
    grid = draw_film(folder, "generate", ["mlp", 0, 0, 9])
    expect_pixels(page, list(frames_of(grid)))
    expect(page.locator(".notes p")).to_have_text(
        [page_text("link.bad", name="model"), page_text("link.no-classifier")]
    )
    expect_query(page, model="mlp", only=None, sort=None)
    expect(page.locator("[name=model]")).to_have_count(1)
    expect(page.locator("#epoch")).to_be_disabled()
    expect(page.locator("#only")).to_be_hidden()
    expect(page.locator("#sort option[value=digit]")).to_have_count(0)
    page.locator(".screen canvas").hover()
    expect(page.locator(".readout")).to_have_text(expected_readout(grid, 4))
    open_tab(page, "progression")
    expect_pixels(page, list(frames_of(draw_film(folder, "progression", ["mlp", 0, 9]))))
    page.locator(".play").click()
    expect(page.get_by_role("button", name=page_text("epoch.play"))).to_be_visible()
    open_tab(page, "lesson")
    shown = [step for step in TOUR if {*step.get("needs", [])} <= {"mlp"}]
    expect(page.locator(".steps a")).to_have_count(len(shown))


def test_a_model_without_a_usable_snapshot_is_left_out(visit, root, folder):
    shutil.copytree(root, folder, dirs_exist_ok=True)
    for path in (folder / "dcgan").glob("epoch-*.safetensors"):
        path.write_bytes(b"")
    page = visit("count=9")
    expect_pixels(page, list(frames_of(draw_film(folder, "generate", ["mlp", 2, 0, 9]))))
    expect(page.locator("[name=model]")).to_have_count(1)
    expect(page.locator(".notes p")).to_have_count(1)
    open_tab(page, "lesson")
    expect(page.locator(".game .verdict")).not_to_be_empty()


def test_a_link_to_an_epoch_between_two_saved_ones_shows_the_one_before_it(visit, root, folder):
    shutil.copytree(root / "mlp", folder / "mlp")
    snapshot_path(folder / "mlp", 1).unlink()
    page = visit("epoch=1&count=4")
    expect_pixels(page, list(frames_of(draw_film(folder, "generate", ["mlp", 0, 0, 4]))))
    expect(page.locator(".notes")).to_have_text(page_text("link.epoch", epoch=1, near=0))
    expect_query(page, epoch=0)


@pytest.mark.parametrize(("view", "saved"), [("generate", [0, 1]), ("progression", [0, 1, 2])])
def test_a_run_that_replaces_another_is_shown_with_a_note(visit, root, folder, view, saved):
    shutil.copytree(root, folder, dirs_exist_ok=True)
    last = saved[-1]

    def picture(seed):
        if view == "generate":
            return frames_of(draw_film(folder, "generate", ["mlp", last, seed, 9]))[0]
        return frames_of(draw_film(folder, "progression", ["mlp", seed, 9]))[-1]

    page = visit(to_query(view=view, model="mlp", epoch=2, count=9))
    expect_state(page, root, view=view, model="mlp", epoch=2, count=9)
    before = picture(5)
    put_run(folder, saved, seed=100)
    page.locator("#seed").fill("5")
    expect_pixels(page, [picture(5)])
    assert not np.array_equal(picture(5), before)
    expect(page.locator(".notes")).to_contain_text(page_text("run.new"))
    expect_query(page, epoch=last, seed=5)
    expect(page.locator(".screen figcaption")).to_have_text(page_text("screen", model="MLP", epoch=last))
    page.locator("#seed").fill("0")  # the page had the old run's answer to this question
    expect_pixels(page, [picture(0)])
    expect(page.locator(".notes")).to_be_empty()
    refused = 2 not in saved and view == "generate"  # the browser logs that there is no epoch 2
    assert [message.split(":")[0] for message in visit.errors] == ["Failed to load resource"] * refused
    visit.errors.clear()


def test_an_epoch_deleted_while_the_page_is_open_is_replaced_by_the_one_before(visit, root, folder):
    shutil.copytree(root, folder, dirs_exist_ok=True)
    state = {"model": "mlp", "seed": 5, "count": 9}
    page = visit(to_query(**state, epoch=2))
    expect_state(page, root, **state, epoch=2)
    snapshot_path(folder / "mlp", 1).unlink()
    press_keys(page, "#epoch", "ArrowLeft")
    expect(page.locator(".notes")).to_have_text(page_text("link.epoch", epoch=1, near=0))  # and not that the run is new
    expect_state(page, root, **state, epoch=0)
    visit.errors.clear()  # the browser logs an answer of status 500


def test_checkpoints_that_appear_while_the_page_is_open_are_shown(visit, root, folder):
    page = visit("count=4")
    expect(page.locator(".notes")).to_have_text(page_text("server.no-runs"))
    save_classifier(folder / WEIGHTS, classifier(0))
    shutil.copytree(root / "mlp", folder / "mlp")
    page.locator("#seed").fill("5")
    expect_pixels(page, list(frames_of(draw_film(folder, "generate", ["mlp", 2, 5, 4]))))
    expect(page.locator(".notes")).to_be_empty()
    choose(page, "model", "mlp")
