"""The digit that is picked, in Chromium: it is a seed, wherever that is shown."""

import pytest
from helpers.films import SAVED
from helpers.pages import choose, digit_center, expect_query, expect_state, press_keys, show
from helpers.states import (
    DEFAULTS,
    GRID,
    classes_of,
    expected_film,
    expected_readout,
    page_text,
    shown_digits,
    to_query,
)
from playwright.sync_api import expect

PICKED = GRID | {"pick": 9}  # the fifth of nine digits
# The place of the mark on each screen, as the number of a cell in a grid with so many columns. Null: it is not shown.
MARKED = """(columns) => [...document.querySelectorAll(".frame")].map((frame) => {
  const [mark, canvas] = [".mark", "canvas"].map((each) => frame.querySelector(each).getBoundingClientRect());
  const cell = canvas.width / columns;
  return mark.width && Math.round((mark.left - canvas.left) / cell)
    + columns * Math.round((mark.top - canvas.top) / cell);
}).map((place, i, all) => document.querySelectorAll(".mark")[i].hidden ? null : place)"""


def place_of(root, **state):
    """The place at which a state shows the picked seed, or None."""
    film = expected_film(root, **state)
    shown = [film["seeds"][index] for index in shown_digits(film, DEFAULTS | state)]
    return shown.index(state["pick"]) if state["pick"] in shown else None


def expect_marked(page, root, **state):
    """Wait until the page shows a state, and expect the marks of its pick, with a grid of nine or fewer digits."""
    expect_state(page, root, **state)
    models = SAVED if state.get("model") == "both" else [state.get("model", "dcgan")]
    places = [place_of(root, **state | {"model": model}) for model in models]
    shown = [place for place in places if place is not None]
    assert page.evaluate(MARKED, 3) == places
    expect(page.locator("[data-digit=from]")).to_be_enabled(enabled=bool(shown))
    expect_query(page, pick=state["pick"])


def test_a_picked_digit_stays_picked_in_every_order_and_at_every_epoch_of_every_model(page, root):
    show(page, root, **GRID)
    page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
    expect_marked(page, root, **PICKED)
    page.locator("#sort").select_option("score")
    expect_marked(page, root, **PICKED, sort="score")
    expect(page.locator(".readout")).to_have_text(expected_readout(expected_film(root, **GRID), 4))
    press_keys(page, "#truncation", "Home", "ArrowRight")
    expect_marked(page, root, **PICKED, sort="score", truncation=0.05)
    page.locator(".back").click()
    expect_marked(page, root, **PICKED | {"epoch": 0}, sort="score", truncation=0.05)
    choose(page, "model", "mlp")
    expect_marked(page, root, **PICKED | {"epoch": 0}, sort="score", truncation=0.05, model="mlp")
    page.locator("#tab-progression").click()
    expect_state(page, root, **PICKED | {"epoch": 0}, model="mlp", view="progression")
    assert page.evaluate(MARKED, 3) == [4]
    page.locator("[data-digit=from]").click()
    expect_query(page, view="interpolate", seed=9)


@pytest.mark.slow
def test_a_filter_hides_the_pick_and_does_not_drop_it(page, root):
    classes = classes_of(expected_film(root, **GRID))
    index, shown = next((index, digit) for index, digit in enumerate(classes) if digit is not None)
    other = next(digit for digit in range(10) if digit != shown)
    picked = GRID | {"pick": GRID["seed"] + index}
    show(page, root, **picked)
    page.locator("#only").select_option(str(other))
    expect_marked(page, root, **picked, only=other)
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    page.locator("#only").select_option(str(shown))
    expect_marked(page, root, **picked, only=shown)


@pytest.mark.slow
def test_the_twin_of_a_picked_digit_is_marked_and_described(page, root):
    state = PICKED | {"model": "both", "sort": "score"}
    show(page, root, **state)
    expect_marked(page, root, **state)
    lines = [f"{model.upper()} · {expected_readout(expected_film(root, **GRID, model=model), 4)}" for model in SAVED]
    expect(page.locator(".readout")).to_have_text(" ".join(lines))
    film = expected_film(root, **GRID, model="dcgan")
    order = shown_digits(film, DEFAULTS | state)
    page.locator(".screen canvas").last.click(position=digit_center(page, 7, 3, canvas=1))
    expect_marked(page, root, **state | {"pick": film["seeds"][order[7]]})


def test_a_link_brings_its_picked_digit(visit, root):
    page = visit(to_query(**PICKED, sort="score"))
    expect_marked(page, root, **PICKED, sort="score")
    expect(page.locator(".readout")).to_have_text(expected_readout(expected_film(root, **GRID), 4))


@pytest.mark.slow
def test_a_pick_outside_the_seeds_shown_waits_until_they_come_back(page, root):
    show(page, root, **PICKED)
    page.locator("#seed").fill("70")
    expect_state(page, root, **PICKED | {"seed": 70})
    expect(page.locator(".mark")).to_be_hidden()
    expect(page.locator("[data-digit=from]")).to_be_disabled()
    page.locator("#seed").fill("6")
    expect_marked(page, root, **PICKED | {"seed": 6})


@pytest.mark.slow
@pytest.mark.parametrize("clear", ["Escape", "click"])
def test_a_pick_is_cleared_by_escape_or_a_second_click(page, root, clear):
    show(page, root, **PICKED)
    canvas = page.locator(".screen canvas")
    if clear == "Escape":
        canvas.press("Escape")
    else:
        canvas.click(position=digit_center(page, 4, 3))
    expect(page.locator(".mark")).to_be_hidden()
    expect_query(page, pick=None)


@pytest.mark.slow
def test_keys_move_the_pick_in_the_order_shown(page, root):
    show(page, root, **PICKED, sort="score")
    film = expected_film(root, **GRID)
    order = [film["seeds"][index] for index in shown_digits(film, DEFAULTS | {"sort": "score"})]
    place = order.index(9)
    step = -1 if place else 1
    page.locator(".screen canvas").press("ArrowLeft" if place else "ArrowRight")
    expect_marked(page, root, **PICKED | {"pick": order[place + step]}, sort="score")
