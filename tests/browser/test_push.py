"""D's push in Chromium: the colours over the digits, its length, and the two steps, against what Python computes."""

import io

import numpy as np
import pytest
from helpers.films import data_of, frames_of, picture_of
from helpers.pages import (
    digit_center,
    download,
    expect_link,
    expect_pixels,
    expect_state,
    record_requests,
    show,
    wait_for_predictions,
)
from helpers.states import DEFAULTS, GRID, expected_film, page_text, percent, to_fixed, to_query
from PIL import Image
from playwright.sync_api import expect

from gan.images import PNG_STATE_KEY, enlarge
from gan.ui.export import draw_animation
from gan.ui.push import draw_push, draw_pushed

MODEL = DEFAULTS["model"]
PUSHED = GRID | {"push": 1}
TRAINING = {"view": "progression", "epoch": 1, "count": 9, "push": 1}
SWITCH = "[name=push]"
STEPS = ".push-films canvas"
ORANGE, BLUE = (255, 140, 0), (0, 130, 255)
GAMMA = 0.8
RGB = """canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  return Array.from(copy.getImageData(0, 0, canvas.width, canvas.height).data);
}"""


def colours(digits, push):
    """Grey pictures under a push of signed bytes, as RGB: float (H, W, 3). digits, push: uint8 (H, W)."""
    values = (push.astype(float) - 128) / 127
    opacity = (np.abs(values) ** GAMMA)[..., None]
    paint = np.where(values[..., None] > 0, ORANGE, BLUE)
    return (1 - opacity) * digits[..., None] + opacity * paint


def expect_colours(page, film, push, frame=0):
    """Expect the screen to show a frame of a film under its push, but for rounding."""
    digits = frames_of(film)[frame]
    expect(page.locator(".push-length")).to_have_count(1)
    shown = np.array(page.locator(".screen canvas").evaluate(RGB)).reshape(*digits.shape, 4)[..., :3]
    signed = picture_of(push["push"]).reshape(-1, *digits.shape)[frame]
    assert np.abs(shown - colours(digits, signed)).max() <= 3


def length_text(push, frame, epoch):
    length = to_fixed(np.mean(push["norms"][frame]), 2)
    screen = page_text("screen", model=MODEL.upper(), epoch=epoch)
    screen = screen if epoch else page_text("untrained", text=screen)
    return page_text("named", name=screen, text=page_text("push.length", length=length))


def reach_text(push, film, frame):
    """How much of the push reaches G with either loss: its length times 1 - score, and times the score."""
    norms, scores = (np.array(each[frame]) for each in (push["norms"], film["scores"]))
    kept, other = (to_fixed(np.mean(share * norms), 2) for share in (1 - scores, scores))
    score, least = percent(np.mean(scores)), percent(np.mean(film["scores"], axis=1).min())
    return page_text("push.reaches", score=score, least=least, kept=kept, other=other)


def arguments_of(state):
    return [MODEL, state["epoch"], state["seed"], state["count"]]


def test_a_switch_draws_the_push_over_the_digits_and_says_its_length(page, root):
    show(page, root, **GRID)
    page.locator(SWITCH).click()
    push = draw_push(root, "generate", arguments_of(GRID))
    expect(page.locator(".push-length")).to_have_text(length_text(push, 0, 1))
    expect_colours(page, expected_film(root, **GRID), push)
    page.locator(".screen canvas").hover(position=digit_center(page, 4, 3))
    length = page_text("digit.push", length=to_fixed(push["norms"][0][4], 2))
    expect(page.locator(".readout")).to_contain_text(length)
    expect_link(page, **PUSHED)
    page.locator(SWITCH).click()
    expect_state(page, root, **GRID)
    expect(page.locator(".push")).to_have_count(0)


@pytest.mark.slow
def test_a_progression_has_its_push_and_what_of_it_reaches_g_at_every_epoch_without_a_question(visit, root):
    page = visit(to_query(**TRAINING))
    push = draw_push(root, "progression", [MODEL, 0, 9])
    film = expected_film(root, **TRAINING)
    expect_colours(page, film, push, 1)
    wait_for_predictions(page)
    expect(page.locator(".push-reach")).to_have_text(reach_text(push, film, 1))
    asked = record_requests(page)
    page.locator("#epoch").press("ArrowLeft")
    expect(page.locator(".push-length")).to_have_text(length_text(push, 0, 0))
    expect(page.locator(".push-reach")).to_have_text(reach_text(push, film, 0))
    expect_colours(page, film, push, 0)
    assert asked == []


@pytest.mark.slow
def test_both_steps_are_films_that_are_scrubbed_by_keys_and_restored_by_a_link(visit, root):
    page = visit(to_query(**PUSHED))
    films = [draw_pushed(root, "generate", arguments_of(GRID), target) for target in ("pixels", "z")]
    for target in ("pixels", "z"):
        page.locator(f"[data-step={target}]").press("Enter")
    expect_pixels(page, [frames_of(film)[10] for film in films], STEPS)  # both were played to their end
    slider = page.locator(".push input")
    for key in ("Home", "ArrowRight", "ArrowRight"):
        slider.press(key)
    pictures = [frames_of(film)[2] for film in films]
    expect_pixels(page, pictures, STEPS)
    state = PUSHED | {"dstep": 1, "gstep": 1, "moved": 2}
    expect_link(page, **state)
    again = visit(to_query(**state))
    expect_pixels(again, pictures, STEPS)
    scores = [percent(np.mean(films[0]["scores"][frame])) for frame in (0, 2)]
    said = page_text("push.pixels.said", size=to_fixed(films[0]["sizes"][2], 2), before=scores[0], after=scores[1])
    expect(again.locator(".push-films p").first).to_contain_text(said)
    again.locator("#epoch").press("ArrowLeft")  # at another epoch no step was taken
    expect(again.locator(STEPS)).to_have_count(0)
    expect(again.locator("[data-step=z]")).to_have_attribute("aria-pressed", "false")


@pytest.mark.slow
def test_each_step_is_saved_as_a_film_or_as_a_picture_of_the_frame_that_is_shown(visit, root):
    state = PUSHED | {"dstep": 1, "gstep": 1, "moved": 3}
    page = visit(to_query(**state))
    for target in ("pixels", "z"):
        arguments = ["generate", arguments_of(GRID), target]
        for kind in ("gif", "webp"):
            expected = draw_animation(root, kind, "pushed", [arguments])["file"]
            assert download(page, f"{target} {kind}", "data-step-take") == data_of(expected)
        picture = Image.open(io.BytesIO(download(page, f"{target} png", "data-step-take")))
        frame = frames_of(draw_pushed(root, *arguments))[3:4]
        assert (np.asarray(picture.convert("L")) == enlarge(frame, picture.width)[0]).all()
        assert picture.text[PNG_STATE_KEY] == to_query(**state)
