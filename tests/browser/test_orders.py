"""Every order that the page offers, in Chromium, also one that no other test names."""

from collections import Counter

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.pages import (
    expect_pixels,
    expect_query,
    expect_shown,
    expect_state,
    open_query,
    show,
    wait_for_predictions,
)
from helpers.states import GRID, ORDERS, TEXTS, expected_film, page_text, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

TILES = """(canvas) => {
  const { width, height } = canvas;
  const copy = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, width, height);
  return [width, height, [...data].filter((_, i) => i % 4 === 0)];
}"""


def tiles_of(page):
    """The digits on the canvas, in order, as bytes."""
    width, height, levels = page.locator(".screen canvas").evaluate(TILES)
    return split(np.array(levels, np.uint8).reshape(height, width))


def split(picture):
    height, width = picture.shape
    tiles = picture.reshape(height // 28, 28, width // 28, 28).swapaxes(1, 2).reshape(-1, 28, 28)
    return [tile.tobytes() for tile in tiles]


def test_every_order_shows_all_digits_and_has_a_link_and_a_name(page, root):
    show(page, root, **GRID)
    orders = [option.get_attribute("value") for option in page.locator("#sort option").all()]
    assert len(orders) == len(set(orders)) and set(ORDERS) <= set(orders)
    assert orders == [key.removeprefix("sort.") for key in TEXTS["en"] if key.startswith("sort.")]
    digits = Counter(split(frames_of(expected_film(root, **GRID))[0]))
    for order in orders:
        page.locator("#sort").select_option(order)
        wait_for_predictions(page)
        expect(page.locator("#sort option:checked")).to_have_text(page_text(f"sort.{order}"))
        if order in ORDERS:
            expect_state(page, root, **GRID, sort=order)
        shown = tiles_of(page)
        assert Counter(shown) == digits, order
        open_query(page, to_query(**GRID | {"seed": 70}))
        open_query(page, f"{to_query(**GRID)}&sort={order}")
        expect_shown(page, "generate")
        expect_pixels(page, [as_picture(shown)])
        expect(page.locator("#sort")).to_have_value(order)
        if order != orders[0]:
            expect_query(page, sort=order)


def as_picture(tiles):
    """The square grid of these digits."""
    side = round(len(tiles) ** 0.5)
    pictures = np.frombuffer(b"".join(tiles), np.uint8).reshape(side, side, 28, 28)
    return np.ascontiguousarray(pictures.swapaxes(1, 2).reshape(side * 28, side * 28))
