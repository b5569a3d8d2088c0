"""The pad of the view Draw, in a browser."""

import base64
import json

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from helpers.films import tiles_of
from helpers.pages import expect_pixels
from helpers.serving import ask
from helpers.states import to_query
from helpers.strokes import CANVAS, SIDE, path

SEVEN = [(80, 60), (200, 60), (140, 140), (120, 230)]
QUERY = to_query(view="draw", model="mlp", epoch=2)
SEEN = ".seen canvas"
FOUND = ".screen canvas"

PICTURE = "async (side) => (await import('/studio/draw_pad.js')).picture(side)"


def draw(page: Page, points: np.ndarray | list = SEVEN, steps: int = 4) -> None:
    """Draw a stroke with the mouse through points [x, y] of the pad, with `steps` moves from each to the next."""
    pad = page.locator(".pad")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    (x, y), *others = [(box["x"] + x * box["width"] / CANVAS, box["y"] + y * box["height"] / CANVAS) for x, y in points]
    page.mouse.move(x, y)
    page.mouse.down()
    for x, y in others:
        page.mouse.move(x, y, steps=steps)
    page.mouse.up()


def draw_with_mouse(page: Page, drawing: dict) -> np.ndarray:
    """Draw one of the DRAWINGS on the empty pad. Return the picture that the page sends: uint8 (SIDE, SIDE)."""
    page.locator("[id='draw.pen']").fill(str(drawing["pen"]))
    for stroke in drawing["strokes"]:
        draw(page, path(stroke), steps=1)
    return np.frombuffer(base64.b64decode(page.evaluate(PICTURE, SIDE)), np.uint8).reshape(SIDE, SIDE)


class Asked(list):
    """The inputs of the page's questions to /invert, in order."""

    def __init__(self, page):
        super().__init__()
        page.on("request", self.hear)

    def hear(self, request):
        if request.url.endswith("/run/invert"):
            self.append(json.loads(request.post_data)["data"])


def expect_found(page, address, asked):
    """Wait until the page shows what was found for the drawing that it asked about last. Return the film."""
    expect(page.locator(".found")).to_be_visible()
    expect(page.locator(".screens[aria-busy=true]")).to_have_count(0)
    film = ask(address, "invert", asked[-1])
    expect_pixels(page, [tiles_of(film)[-1][0]], FOUND)
    expect_pixels(page, [tiles_of(film["drawing"])[0][0]], SEEN)
    return film


def picture_asked(asked):
    """The picture of the last question: uint8 (SIDE, SIDE)."""
    return np.frombuffer(base64.b64decode(asked[-1][2]), np.uint8).reshape(SIDE, SIDE)


@pytest.fixture
def pad(visit):
    """The view with an empty pad, and the questions to /invert."""
    page = visit(QUERY)
    expect(page.locator(".pad")).to_be_visible()
    expect(page.locator("[name=model][value=mlp]")).to_be_checked()
    return page, Asked(page)
