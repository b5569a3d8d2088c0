"""The view "Draw" in Chromium: a digit that is drawn, taken or opened, and what is found for it."""

import base64
import io
import json
import re

import numpy as np
import pytest
from helpers.films import tiles_of
from helpers.pad import draw_stroke, draw_with_mouse
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
from helpers.states import page_text, to_query
from helpers.strokes import DRAWINGS, rasterise
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from gan.datasets.reals import REALS, load_reals
from gan.drawing import to_digit

SEVEN = [(80, 60), (200, 60), (140, 140), (120, 230)]
BAR = [(95, 140), (185, 140)]
QUERY = to_query(view="draw", model="mlp", epoch=2)
SEEN = ".seen canvas"
FOUND = ".screen canvas"


class Asked(list):
    """The inputs of the page's questions to /invert, in order."""

    def __init__(self, page):
        super().__init__()
        page.on("request", self.hear)

    def hear(self, request):
        if request.url.endswith("/run/invert"):
            self.append(json.loads(request.post_data)["data"])


def draw(page, stroke=SEVEN):
    draw_stroke(page, stroke, steps=4)


def expect_found(page, address, asked):
    """Wait until the page shows what was found for the drawing that it asked about last. Return the film."""
    expect(page.locator(".found")).to_be_visible()
    expect(page.locator(".screens[aria-busy=true]")).to_have_count(0)
    film = ask(address, "invert", asked[-1])
    expect_pixels(page, [tiles_of(film)[-1][0]], FOUND)
    expect_pixels(page, [tiles_of(film["drawing"])[0][0]], SEEN)
    return film


@pytest.fixture
def pad(visit):
    """The view with an empty pad, and the questions to /invert."""
    page = visit(QUERY)
    expect(page.locator(".pad")).to_be_visible()
    expect(page.locator("[name=model][value=mlp]")).to_be_checked()
    return page, Asked(page)


def test_a_drawing_is_found_and_its_climb_is_scrubbed_without_a_request(pad, address):
    page, asked = pad
    draw(page)
    film = expect_found(page, address, asked)
    picture = np.frombuffer(base64.b64decode(asked[-1][2]), np.uint8).reshape(112, 112)
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
def test_a_real_digit_is_taken_by_keyboard(pad, address, root):
    page, asked = pad
    page.locator("#draw-class").select_option("3")
    press_keys(page, ".take-real", "Enter")
    expect_found(page, address, asked)
    reals = load_reals(root / REALS, "test")
    picture = np.frombuffer(base64.b64decode(asked[-1][2]), np.uint8).reshape(112, 112)
    small = picture.reshape(28, 4, 28, 4).mean((1, 3))
    errors = np.abs(reals.images.astype(float) - small).mean((1, 2))
    assert reals.labels[errors.argmin()] == 3 and errors.min() < 12  # the browser has smoothed it


def png(ink, ground, mode="RGB", width=16):
    """A picture file with a seven, wider than high."""
    picture = Image.new(mode, (300, 200), ground)
    ImageDraw.Draw(picture).line([(100, 40), (190, 40), (140, 170)], fill=ink, width=width)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def photo():
    """The same on paper, in light that falls off to the right and below, with noise."""
    paper = np.asarray(Image.open(io.BytesIO(png((50, 50, 90), (210, 200, 180)))), np.float32)
    light = 1 - np.linspace(0, 0.3, 300)[:, None] - np.linspace(0, 0.2, 200)[:, None, None]
    noise = np.random.RandomState(0).normal(0, 3, paper.shape)
    buffer = io.BytesIO()
    Image.fromarray((paper * light + noise).clip(0, 255).astype(np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize(
    "data",
    [png("white", "black"), png("black", "white"), png((20, 20, 60, 255), (0, 0, 0, 0), "RGBA"), photo()],
    ids=["light on dark", "dark on light", "transparent", "photo"],
)
def test_a_picture_file_is_taken_as_bright_ink_on_black(pad, address, data):
    page, asked = pad
    page.locator(".drawing-file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": data})
    expect_found(page, address, asked)
    picture = np.frombuffer(base64.b64decode(asked[-1][2]), np.uint8).reshape(112, 112)
    assert picture[34, 55] > 180 and picture[[0, 5, 60, 111], [0, 56, 10, 111]].max() < 60


@pytest.mark.slow
def test_the_thin_strokes_of_a_picture_are_thickened(pad, address, visit):
    page, asked = pad
    data = png("black", "white", width=2)
    page.locator(".drawing-file").set_input_files({"name": "seven.png", "mimeType": "image/png", "buffer": data})
    expect(page.locator(".reading")).to_have_text(page_text("server.drawing-thin"))
    page.locator(".thicken").click()
    expect_found(page, address, asked)
    visit.errors.clear()  # the browser logs an answer of status 422


@pytest.mark.slow
def test_a_file_that_is_no_picture_is_refused(pad):
    page, asked = pad
    page.locator(".drawing-file").set_input_files({"name": "a.txt", "mimeType": "text/plain", "buffer": b"text"})
    expect(page.locator(".notes")).to_contain_text(page_text("draw.bad-file"))
    assert asked == []


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
    picture = np.frombuffer(base64.b64decode(asked[-1][2]), np.uint8).reshape(112, 112)
    assert picture[92, 48] == picture[24, 80] == picture[24, 32] == 255  # the stroke was not broken off
