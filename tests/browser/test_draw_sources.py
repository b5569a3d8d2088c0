"""What is put on the pad of the view "Draw" without drawing: real digits and picture files."""

import io

import numpy as np
import pytest
from helpers.pad import expect_found, picture_asked
from helpers.pages import press_keys
from helpers.states import page_text
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from gan.datasets.reals import REALS, load_reals


@pytest.mark.slow
def test_a_real_digit_is_taken_by_keyboard(pad, address, root):
    page, asked = pad
    page.locator("#draw-class").select_option("3")
    press_keys(page, ".take-real", "Enter")
    expect_found(page, address, asked)
    reals = load_reals(root / REALS, "test")
    picture = picture_asked(asked)
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
    picture = picture_asked(asked)
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
