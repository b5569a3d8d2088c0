"""The page in Chromium over other checkpoints: few of them, damaged ones, and runs that take the place of others."""

import shutil

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.pages import choose, says, shows
from helpers.runs import put_run
from helpers.serving import serving
from helpers.states import link
from playwright.sync_api import expect

from gan.checkpoint import snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.ui.render import draw_film


@pytest.fixture
def folder(tmp_path):
    """What is served here instead; empty."""
    return tmp_path


@pytest.fixture
def address(folder):
    with serving(folder) as address:
        yield address


def test_one_model_of_one_epoch_without_a_classifier(visit, root, folder):
    (folder / "mlp").mkdir()
    shutil.copy(snapshot_path(root / "mlp", 0), folder / "mlp")
    page = visit("count=9&only=3&sort=digit&model=both")
    shows(page, list(frames_of(draw_film(folder, "generate", ["mlp", 0, 0, 9]))))
    expect(page.locator(".notes p")).to_have_count(2)  # of the model, and of what nobody reads
    says(page, model="mlp", only=None, sort=None)
    expect(page.locator("[name=model]")).to_have_count(1)
    expect(page.locator("#epoch")).to_be_disabled()
    expect(page.get_by_label("Show", exact=True)).to_be_hidden()
    assert page.locator("#sort option:enabled").count() == 2
    page.locator(".screen canvas").hover()
    expect(page.locator(".readout")).not_to_contain_text("read as")
    expect(page.locator(".readout")).to_contain_text("Seed 4")
    page.get_by_role("tab", name="Progression").click()
    shows(page, list(frames_of(draw_film(folder, "progression", ["mlp", 0, 9]))))
    page.get_by_role("button", name="Play the epochs").click()
    expect(page.get_by_role("button", name="Play the epochs")).to_be_visible()
    page.get_by_role("tab", name="How it works").click()
    expect(page.locator(".lesson a")).to_have_count(7)  # none compares two models
    noise = draw_film(folder, "generate", ["mlp", 0, 0, 16])
    shows(page, list(frames_of(noise)), ".steps a:nth-child(2) canvas")


def test_a_model_that_cannot_be_drawn_is_left_out(visit, root, folder):
    shutil.copytree(root, folder, dirs_exist_ok=True)
    for path in (folder / "dcgan").glob("epoch-*.safetensors"):
        path.write_bytes(b"")
    page = visit("count=9")
    shows(page, list(frames_of(draw_film(folder, "generate", ["mlp", 2, 0, 9]))))
    expect(page.locator("[name=model]")).to_have_count(1)
    expect(page.locator(".notes p")).to_have_count(2)
    page.get_by_role("tab", name="How it works").click()
    expect(page.locator(".game .verdict")).not_to_be_empty()


@pytest.mark.parametrize("saved", [[0, 1], [0, 1, 2]], ids=["fewer epochs", "as many"])
@pytest.mark.parametrize("view", ["generate", "progression"])
def test_a_run_that_takes_the_place_of_another_is_shown_and_told(visit, root, folder, view, saved):
    shutil.copytree(root, folder, dirs_exist_ok=True)

    def picture(seed):
        if view == "generate":
            return frames_of(draw_film(folder, "generate", ["mlp", saved[-1], seed, 9]))[0]
        return frames_of(draw_film(folder, "progression", ["mlp", seed, 9]))[-1]

    page = visit(link(view=view, model="mlp", epoch=2, count=9))
    shows(page, [frames_of(draw_film(folder, "generate", ["mlp", 2, 0, 9]))[0]])
    before = picture(5) if saved[-1] == 2 else None
    put_run(folder, saved, seed=100)
    page.get_by_label("Seed", exact=True).fill("5")
    shows(page, [picture(5)])
    assert not np.array_equal(picture(5), before)
    expect(page.locator(".notes")).to_contain_text("A new training run")
    says(page, epoch=saved[-1], seed=5)
    expect(page.locator(".screen figcaption")).to_have_text(f"MLP, epoch {saved[-1]}")
    page.get_by_label("Seed", exact=True).fill("0")  # which it knew of the run before
    shows(page, [picture(0)])
    expect(page.locator(".notes")).to_be_empty()
    refusals = 1 if (view, saved) == ("generate", [0, 1]) else 0  # of an epoch that there is no more
    assert [message.split(":")[0] for message in visit.errors] == ["Failed to load resource"] * refusals
    visit.errors.clear()


def test_checkpoints_that_come_while_the_page_is_open_are_shown(visit, root, folder):
    page = visit("count=4")
    expect(page.locator(".notes")).to_contain_text("python train.py")
    save_classifier(folder / WEIGHTS, classifier(0))
    shutil.copytree(root / "mlp", folder / "mlp")
    page.get_by_label("Seed", exact=True).fill("5")
    shows(page, list(frames_of(draw_film(folder, "generate", ["mlp", 2, 5, 4]))))
    expect(page.locator(".notes")).to_be_empty()
    choose(page, "model", "mlp")
