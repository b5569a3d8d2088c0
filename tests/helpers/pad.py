"""The pad of the view Draw, in a browser."""

import base64

import numpy as np
from playwright.sync_api import Page

from helpers.strokes import CANVAS, SIDE, path

PICTURE = "async (side) => (await import('/studio/draw_pad.js')).picture(side)"


def draw_stroke(page: Page, points: np.ndarray | list, steps: int = 1) -> None:
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
        draw_stroke(page, path(stroke))
    return np.frombuffer(base64.b64decode(page.evaluate(PICTURE, SIDE)), np.uint8).reshape(SIDE, SIDE)
