"""The view "Draw" in Chromium: a digit that is drawn, taken or opened, and what is found for it."""

import re

import numpy as np
import pytest
from helpers.films import tiles_of
from helpers.pad import FOUND, QUERY, SEVEN, Asked, draw, draw_with_mouse, expect_found, picture_asked
from helpers.pages import (
    choose,
    expect_pixels,
    expect_query,
    expect_shown,
    expect_state,
    open_tab,
    press_keys,
    record_requests,
)
from helpers.serving import ask
from helpers.states import page_text
from helpers.strokes import DRAWINGS, rasterise
from playwright.sync_api import expect

from gan.drawing import to_digit

BAR = [(95, 140), (185, 140)]


def test_a_drawing_is_found_and_its_climb_is_scrubbed_without_a_request(pad, address):
    page, asked = pad
    draw(page)
    film = expect_found(page, address, asked)
    picture = picture_asked(asked)
    assert picture[24, 56] == 255 and picture[100, 100] == 0  # the upper stroke, at 60/280 of the height
    requests = record_requests(page)
    page.locator(".climb .place").fill("0")
    expect_pixels(page, [tiles_of(film)[0][0]], FOUND)
    press_keys(page, FOUND, "ArrowRight", "ArrowRight")
    expect_pixels(page, [tiles_of(film)[2][0]], FOUND)
    assert requests == []


@pytest.mark.slow
def test_a_drawing_with_the_mouse_is_the_one_that_python_rasterises(pad):
    page, _ = pad
    for drawing in (DRAWINGS[3], DRAWINGS[-1]):
        picture, expected = draw_with_mouse(page, drawing), rasterise(drawing)
        assert np.abs(to_digit(picture).astype(float) - to_digit(expected)).mean() < 2  # grey levels
        page.locator(".clear").click()


@pytest.mark.slow
def test_what_was_found_is_followed_through_training_and_its_link_restores_the_pixels(pad, address, root, visit):
    page, asked = pad
    draw(page)
    vector = expect_found(page, address, asked)["vector"]
    page.locator("[data-go='draw.follow']").click()
    state = {"view": "progression", "model": "mlp", "epoch": 2, "seed": vector, "count": 1}
    expect_state(page, root, **state)
    expect_query(page, vector=vector, seed=None)
    link = page.url.partition("?")[2]
    assert "drawing" not in link
    expect_state(visit(link), root, **state)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("draw.travel", {"view": "interpolate", "at": 0}),
        ("draw.corner", {"view": "interpolate", "shape": "plane", "x": 0, "y": 0}),
        ("draw.near", {"view": "generate", "count": 25}),
    ],
)
def test_what_was_found_is_a_place_in_the_other_views(pad, address, root, key, expected):
    page, asked = pad
    draw(page)
    vector = expect_found(page, address, asked)["vector"]
    page.locator(f"[data-go='{key}']").click()
    expect_state(page, root, **{"model": "mlp", "epoch": 2, "seed": vector} | expected)
    page.locator(".dice").first.click()
    expect(page.locator("#seed")).to_have_value(re.compile(r"\d+"))
    page.locator(".mine").first.click()
    expect(page.locator("#seed")).to_have_attribute("placeholder", page_text("place.mine"))
    expect_state(page, root, **{"model": "mlp", "epoch": 2, "seed": vector} | expected)


@pytest.mark.slow
def test_the_drawing_stays_while_other_views_are_shown(pad, address):
    page, asked = pad
    draw(page)
    expect_found(page, address, asked)
    open_tab(page, "generate")
    expect_shown(page, "generate")
    open_tab(page, "draw")
    expect_found(page, address, asked)
    assert len(asked) == 1


@pytest.mark.slow
def test_a_model_that_was_chosen_in_another_view_judges_the_drawing(pad, address):
    page, asked = pad
    draw(page)
    expect_found(page, address, asked)
    open_tab(page, "generate")
    choose(page, "model", "dcgan")
    expect_shown(page, "generate")
    open_tab(page, "draw")
    score = expect_found(page, address, asked)["drawing"]["scores"][0][0]
    assert asked[-1][0] == "dcgan"
    expect(page.locator(".reading")).to_contain_text(f"{score:.0%}")


@pytest.mark.slow
def test_a_stroke_ends_when_its_pad_leaves_the_page(pad, address):
    page, asked = pad
    box = page.locator(".pad").bounding_box()
    page.mouse.move(box["x"] + 80, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 60, steps=4)
    page.locator("#tab-generate").dispatch_event("click")
    expect_shown(page, "generate")
    page.mouse.up()
    open_tab(page, "draw")
    expect_found(page, address, asked)


@pytest.mark.slow
def test_a_drawing_is_found_when_the_server_answers_again(pad, address, visit):
    page, asked = pad
    page.route("**/gradio_api/run/*", lambda route: route.abort())
    draw(page)
    expect(page.locator(".notes")).to_contain_text(page_text("error.network"))
    page.unroute("**/gradio_api/run/*")
    expect_found(page, address, asked)
    visit.errors.clear()  # the browser logs a failed request


@pytest.mark.slow
def test_undo_takes_back_a_stroke_and_clear_all_of_them_with_what_is_said_of_them(pad, address):
    page, asked = pad
    draw(page)
    expect_found(page, address, asked)
    with page.expect_request("**/run/invert"):
        draw(page, BAR)
    expect_found(page, address, asked)
    assert asked[0] != asked[1]
    page.locator(".undo").click()
    expect_pixels(page, [tiles_of(ask(address, "invert", asked[0]))[-1][0]], FOUND)
    page.locator(".clear").click()
    expect(page.locator(".missing")).to_have_text(page_text("draw.none"))
    expect(page.locator(".said")).to_be_empty()
    expect(page.locator(".readout")).to_be_empty()
    expect(page.locator(".clear")).to_be_disabled()
    expect(page.locator(":is(.found, .climb, .screen)")).to_have_count(0)


@pytest.mark.slow
def test_a_dot_is_refused_beside_the_pad_and_nothing_is_looked_for(pad, visit):
    page, asked = pad
    draw(page, [(140, 140)])
    expect(page.locator(".reading")).to_have_text(page_text("server.drawing-dot"))
    visit.errors.clear()  # the browser logs an answer of status 422
    draw(page)
    expect(page.locator(".found")).to_be_visible()
    assert len(asked) == 1


@pytest.mark.slow
def test_the_digit_is_found_at_other_epochs(pad, address):
    page, asked = pad
    draw(page)
    film = expect_found(page, address, asked)
    page.locator("[data-go='draw.anew']").click()
    expect(page.locator(".anew td canvas")).to_have_count(6)  # three epochs, twice
    expect(page.locator("[data-go='draw.anew']")).to_be_enabled()
    training = tiles_of(ask(address, "progression", ["mlp", film["vector"], 1]))[:, 0]
    found = [tiles_of(ask(address, "invert", ["mlp", epoch, asked[0][2]]))[-1][0] for epoch in (0, 1, 2)]
    expect_pixels(page, [*training, *found], ".anew td canvas")


@pytest.mark.slow
def test_a_finger_draws_and_does_not_scroll(phone, visit, address):
    page = visit(QUERY, phone)
    asked = Asked(page)
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box, before = pad.bounding_box(), page.evaluate("scrollY")
    room = page.evaluate("document.documentElement.scrollHeight - innerHeight - scrollY")
    assert room > box["height"]  # the page can follow a finger that moves up
    touch = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(reversed(SEVEN)):
        point = {"x": box["x"] + x * box["width"] / 280, "y": box["y"] + y * box["height"] / 280}
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_found(page, address, asked)
    assert page.evaluate("scrollY") == before
    picture = picture_asked(asked)
    assert picture[92, 48] == picture[24, 80] == picture[24, 32] == 255  # the stroke was not broken off
