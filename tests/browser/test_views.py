"""Every view in Chromium, pixel by pixel: the grid, interpolations, training replayed, and the lesson."""

import numpy as np
import pytest
from helpers.films import SAVED
from helpers.pages import (
    change_answers,
    choose,
    drag_slider,
    expect_pixels,
    expect_query,
    expect_state,
    open_tab,
    press_keys,
    record_requests,
    show,
)
from helpers.states import expected_film, expected_pixels, expected_readout, page_text, percent, seed_text
from playwright.sync_api import expect

from gan.latent import latents

LINE = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 9}
PLANE = LINE | {"shape": "plane"}


def test_a_grid_shows_the_digits_of_each_model_and_of_both(page, root):
    for model in (*SAVED, "both"):
        show(page, root, model=model, epoch=1, seed=4294967290, count=10)
        assert page.locator(".screen canvas").count() == (len(SAVED) if model == "both" else 1)
    show(page, root, epoch=1, count=10, truncation=0.5, sort="score")


def test_dragging_along_an_interpolation_sends_no_request(page, root):
    show(page, root, **LINE)
    film = expected_film(root, **LINE)
    requests = record_requests(page)
    for share in (1, 0.5, 0):
        drag_slider(page, ".place", share)
        at = int(page.locator(".place").input_value())
        assert abs(at - 59 * share) <= 1
        expect_state(page, root, **LINE, at=at)
        expect(page.locator(".readout")).to_have_text(expected_readout(film, 0, at, seed=False))
    press_keys(page, ".place", "Home", "ArrowRight")
    expect_state(page, root, **LINE, at=1)
    strip = page.locator(".strips canvas")
    strip.click(position={"x": strip.bounding_box()["width"] / 2, "y": 5})
    at = int(page.locator(".place").input_value())
    assert at in (29, 30)
    expect_state(page, root, **LINE, at=at)
    assert requests == []


@pytest.mark.parametrize(
    "model", [pytest.param(model, marks=[pytest.mark.slow] * (model != "dcgan")) for model in SAVED]
)
def test_moving_over_a_plane_by_mouse_and_keys_sends_no_request(page, root, model):
    plane = PLANE | {"model": model}
    show(page, root, **plane)
    requests = record_requests(page)
    box = page.locator(".screen canvas").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    expect_state(page, root, **plane, x=0, y=0)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3, steps=5)
    expect_state(page, root, **plane, x=5, y=3)
    page.mouse.move(box["x"] + box["width"] + 50, box["y"] + box["height"] * 0.99)  # past the edge
    expect_state(page, root, **plane, x=10, y=10)
    page.mouse.up()
    press_keys(page, ".screen canvas", "ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft")
    expect_state(page, root, **plane, x=9, y=8)
    film = expected_film(root, **plane)
    expect(page.locator(".readout")).to_have_text(expected_readout(film, 0, 8 * 11 + 9, seed=False))
    expect_query(page, x=9, y=8)
    page.locator(".screen canvas").blur()
    page.locator(".mark").hover()
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.1, box["y"] + box["height"] * 0.5, steps=5)
    page.mouse.up()
    page.keyboard.press("ArrowRight")
    expect_state(page, root, **plane, x=2, y=5)
    assert requests == []


@pytest.mark.parametrize("model", ["both", *(pytest.param(model, marks=pytest.mark.slow) for model in SAVED)])
def test_replaying_the_training_sends_no_request(page, root, model):
    state = {"view": "progression", "model": model, "seed": 3, "count": 5, "epoch": 1}
    show(page, root, **state)
    requests = record_requests(page)
    last = max(epoch for name, saved in SAVED.items() if model in (name, "both") for epoch in saved)
    for key, epoch in {"Home": 0, "End": last}.items():
        press_keys(page, "#epoch", key)
        expect_state(page, root, **state | {"epoch": epoch})
    page.locator(".play").click()
    expect_state(page, root, **state | {"epoch": 0})
    expect_state(page, root, **state)
    page.locator(".play").click()
    assert requests == []


def test_the_diagram_shows_the_seed_its_vector_and_the_score_of_its_digit(page, root):
    show(page, root, view="lesson", epoch=1, seed=5)
    expect_pixels(page, expected_pixels(root, epoch=1, seed=5, count=1), ".game .fake")
    grey = np.rint(255 * np.clip((latents([5]).double().numpy() + 3) / 6, 0, 1)).astype(np.uint8)
    expect_pixels(page, [grey.reshape(10, 10)], ".game .vector")
    expect(page.locator(".game .seed")).to_have_text(page_text("game.seed", place=seed_text(5)))
    (score,) = expected_film(root, epoch=1, seed=5, count=1)["scores"][0]
    expect(page.locator(".game .verdict")).to_have_text(page_text("digit.score", score=percent(score)))


@pytest.mark.slow
def test_the_page_starts_with_the_best_model_and_the_diagram_names_it(visit, root):
    page = visit("view=lesson", prepare=lambda page: change_answers(page, "catalogue", best="mlp"))
    expect(page.locator(".game .of")).to_have_text(page_text("screen", model="MLP", epoch=2))
    open_tab(page, "generate")
    expect_state(page, root, model="mlp")


# Interpolations


@pytest.mark.slow
def test_an_interpolation_plays_in_a_loop_or_stops_at_its_end(visit, root):
    page = visit()
    show(page, root, **LINE, at=50)
    requests = record_requests(page)
    page.get_by_role("button", name=page_text("way.play")).click()
    page.wait_for_function("() => !location.search.includes('at=50')")  # the address follows while it plays
    expect_state(page, root, **LINE, at=10)
    page.get_by_role("button", name=page_text("pause")).click()
    page.locator(".loop").uncheck()
    show(page, root, **LINE, at=50)
    page.get_by_role("button", name=page_text("way.play")).click()
    expect_state(page, root, **LINE, at=59)
    expect(page.get_by_role("button", name=page_text("way.play"))).to_be_visible()
    assert requests == []


@pytest.mark.slow
def test_the_ends_the_path_and_the_shape_of_an_interpolation_are_chosen(page, root):
    show(page, root, **LINE, at=30)
    page.locator("#to").fill("20")
    expect_state(page, root, **LINE | {"to": 20}, at=30)
    choose(page, "path", "lerp")
    expect_state(page, root, **LINE | {"to": 20}, at=30, path="lerp")
    choose(page, "shape", "plane")
    for name in ("seed", "to", "third", "fourth"):
        label = {"seed": "end.from.plane", "to": "end.to.plane"}.get(name, f"end.{name}")
        expect(page.locator(f"#{name}")).to_have_accessible_name(page_text(label))
        page.locator(f"#{name} + button").click()
    corners = {name: int(page.locator(f"#{name}").input_value()) for name in ("seed", "to", "third", "fourth")}
    assert not set(corners.values()) & {3, 20, 2}
    expect_state(page, root, **LINE | corners, shape="plane")
    page.locator("#seed").fill("8")
    expect_state(page, root, **LINE | corners | {"seed": 8}, shape="plane")


@pytest.mark.slow
def test_both_models_are_interpolated_together(page, root):
    state = LINE | {"model": "both", "epoch": 2, "at": 20}
    show(page, root, **state)
    expect(page.locator(".strips canvas")).to_have_count(len(SAVED))
    press_keys(page, ".place", "ArrowRight")
    expect_state(page, root, **state | {"at": 21})
