"""The scores of real digits while the training is replayed, in Chromium, and the sentence about them."""

import numpy as np
import pytest
from helpers.pages import expect_state, press_keys, record_requests, show
from helpers.states import (
    BEST,
    GRID,
    expected_film,
    expected_real_readout,
    expected_reals,
    page_text,
    percent,
    to_query,
)
from playwright.sync_api import expect

TRAINING = GRID | {"reals": 1, "view": "progression"}


def mean_scores(root, frame, **state):
    """D's mean scores of the real digits and of the fakes of the model whose D it is."""
    fakes = expected_film(root, **state | {"model": BEST if state.get("model") == "both" else state["model"]})
    return [np.mean(film["scores"][frame]) for film in (expected_reals(root, **state), fakes)]


def sentence(real, fake, count, verdict):
    """What the page says of two mean scores."""
    key = "compare.one" if count == 1 else "compare"
    verdict = page_text(f"compare.{verdict}")
    return page_text(key, count=count, real=percent(real), fake=percent(fake), verdict=verdict)


# Draws on the canvas of the real digits are counted from now on.
COUNT_DRAWS = """() => {
  window.draws = 0;
  window.drawImage ??= CanvasRenderingContext2D.prototype.drawImage;
  const canvas = [...document.querySelectorAll(".screen canvas")].at(-1);
  CanvasRenderingContext2D.prototype.drawImage = function (...values) {
    if (this.canvas === canvas) window.draws++;
    return window.drawImage.apply(this, values);
  };
}"""


@pytest.mark.parametrize("model", [BEST, pytest.param("both", marks=pytest.mark.slow)])
def test_the_epoch_changes_the_scores_of_real_digits_without_a_request_or_a_new_picture(page, root, model):
    state = TRAINING | {"model": model, "real": 7}
    show(page, root, **state)
    film = expected_reals(root, **state)
    requests = record_requests(page)
    page.evaluate(COUNT_DRAWS)
    for key, frame in {"Home": 0, "End": 1}.items():
        press_keys(page, "#epoch", key)
        expect_state(page, root, **state | {"epoch": (2 if model == "both" else 1) * frame})
        expect(page.locator(".readout")).to_have_text(expected_real_readout(film, 2, frame))
        real, fake = mean_scores(root, frame, **state)
        scores = page.locator(".comment .scores")
        expect(scores).to_contain_text(percent(real))
        expect(scores).to_contain_text(percent(fake))
        expect(page.locator("[data-heard=reading]")).to_contain_text(scores.text_content().strip())
    assert film["scores"][0] != film["scores"][1]
    assert requests == []
    assert page.evaluate("window.draws") == 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("real", "fake", "verdict"),
    [(0.71, 0.24, "clear"), (0.6, 0.3, "partly"), (0.5, 0.55, "even"), (0.55, 0.5, "even"), (0.2, 0.8, "fooled")],
)
def test_a_sentence_says_how_well_d_tells_them_apart(visit, root, real, fake, verdict):
    def set_scores(route):
        answer = route.fetch().json()
        view, arguments = route.request.post_data_json["data"]
        score = real if view == "real_progression" else fake
        answer["data"][0]["scores"] = [[score] * arguments[-1]] * 2
        route.fulfill(json=answer)

    page = visit(to_query(**TRAINING), prepare=lambda page: page.route("**/run/predictions", set_scores))
    expect(page.locator(".scores")).to_have_text(sentence(real, fake, 9, verdict))
    press_keys(page, "#count", "Home")
    expect(page.locator(".scores")).to_have_text(sentence(real, fake, 1, verdict))
    page.locator("[name=reals]").click()
    expect(page.locator(".scores")).to_have_count(0)
