"""Every view in Chromium, pixel by pixel: the grid, interpolations, training replayed, and the lesson."""

import json
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from helpers.films import SAVED, frames_of
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
from helpers.states import TEXTS, expected_film, expected_pixels, expected_readout, page_text, percent, seed_text
from playwright.sync_api import expect

from gan.latent import latents

LINE = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 9}
PLANE = LINE | {"shape": "plane"}
STEPS = [key for key in TEXTS["en"] if key.startswith("lesson.") and key.endswith(".text")]


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


def test_the_lesson_shows_the_seed_the_vector_and_a_picture_of_every_step(page, root):
    show(page, root, view="lesson", epoch=1, seed=5)
    cards = page.locator(".lesson a")
    expect(cards).to_have_count(len(STEPS))
    for nth, card in enumerate(cards.all(), start=1):
        expect_pixels(page, card_picture(root, **state_of(card)), f".steps a:nth-child({nth}) canvas")
    expect_pixels(page, expected_pixels(root, epoch=1, seed=5, count=1), ".game .fake")
    grey = np.rint(255 * np.clip((latents([5]).double().numpy() + 3) / 6, 0, 1)).astype(np.uint8)
    expect_pixels(page, [grey.reshape(10, 10)], ".game .vector")
    expect(page.locator(".game .seed")).to_have_text(page_text("game.seed", place=seed_text(5)))
    (score,) = expected_film(root, epoch=1, seed=5, count=1)["scores"][0]
    expect(page.locator(".game .verdict")).to_have_text(page_text("digit.score", score=percent(score)))


# In the module of the lesson, the end of a step's state, and what is put in its place.
STEP = "truncation: 0.7 }"


@pytest.mark.slow
@pytest.mark.parametrize("more", [{"sort": "score"}, {"sort": "digit", "only": 3}, {"sort": "length"}])
def test_the_picture_of_a_step_follows_all_of_its_state(visit, root, more):
    def change(route):
        response = route.fetch()
        assert STEP in response.text()
        route.fulfill(response=response, body=response.text().replace(STEP, f"{STEP[:-2]}, ...{json.dumps(more)} }}"))

    page = visit("view=lesson", prepare=lambda page: page.route("**/studio/views/lesson.js", change))
    expect_state(page, root, view="lesson")
    card = page.locator(".lesson a").last
    state = state_of(card)
    assert state.items() >= more.items()
    expect_pixels(page, card_picture(root, **state), ".steps a:last-child canvas")


@pytest.mark.slow
def test_the_page_starts_with_the_best_model_and_the_lesson_names_the_models_that_it_shows(visit, root):
    page = visit("view=lesson", prepare=lambda page: change_answers(page, "catalogue", best="mlp"))
    expect(page.locator(".game .of")).to_have_text(page_text("screen", model="MLP", epoch=2))
    for card in page.locator(".lesson a").all():
        state = state_of(card)
        assert state["model"] in ("mlp", "both")
        epoch = state.get("epoch")
        names = [
            page_text("screen", model=model.upper(), epoch=saved[-1] if epoch is None else epoch)
            for model, saved in SAVED.items()
            if state["model"] in (model, "both")
        ]
        if epoch == 0:
            names = [page_text("untrained", text=name) for name in names]
        expect(card.locator(".of")).to_have_text("MLP" if state["view"] == "progression" else " · ".join(names))
    open_tab(page, "generate")
    expect_state(page, root, model="mlp")


def state_of(card):
    """The state that a card of the lesson links to."""
    query = dict(parse_qsl(urlsplit(card.get_attribute("href")).query))
    return {n: float(v) if n == "truncation" else int(v) if v.isdigit() else v for n, v in query.items()}


def card_picture(root, **state):
    """The pixels of a card: a grid, or frames spread over the interpolation, the plane or the training."""
    if state["view"] == "generate":
        return expected_pixels(root, **state)
    frames = frames_of(expected_film(root, **state))
    if state["view"] == "progression":
        rows = [np.concatenate([frame[:28, 28 * n : 28 * n + 28] for frame in frames], 1) for n in (0, 1, 2)]
    elif state.get("shape") == "plane":
        steps = range(0, 11, 2)
        rows = [np.concatenate(frames[[11 * y + x for x in steps]], 1) for y in steps]
    else:
        rows = [np.concatenate(frames[[0, 12, 24, 35, 47, 59]], 1)]
    return [np.concatenate(rows)]


@pytest.mark.slow
def test_every_card_of_the_lesson_opens_its_state_without_a_reload(page, root):
    show(page, root, view="lesson", epoch=1)
    page.evaluate("window.sameDocument = true")
    for card in page.locator(".lesson a").all():
        state = state_of(card)
        card.click()
        expect_state(page, root, **state)
        expect_query(page, **state)
        page.go_back()
        expect(page.locator(".lesson")).to_be_visible()
    assert page.evaluate("window.sameDocument")


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
