"""The page under a finger in Chromium."""

import pytest
from helpers.pages import digit_center, expect_query, expect_state, show
from helpers.states import DEFAULTS, expected_film, expected_readout, shown_digits
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

PLANE = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 9, "shape": "plane"}
TRAINING = {"view": "progression", "model": "mlp", "epoch": 1, "count": 4}


@pytest.fixture
def page(phone_page):
    return phone_page


def swipe(page, target, points):
    """Move a finger over an element, through points in shares of its width and height. Yield at each point."""
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    touch = page.context.new_cdp_session(page)
    for number, (x, y) in enumerate(points):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        kind = "touchMove" if number else "touchStart"
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        yield x, y
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_a_tap_picks_a_digit_in_the_order_shown(page, root):
    state = {"seed": 5, "count": 9, "epoch": 1, "model": "both", "sort": "score"}
    show(page, root, **state)
    film = expected_film(root, **state | {"model": "mlp"})
    page.locator(".screen canvas").first.tap(position=digit_center(page, 7, 3))
    index = shown_digits(film, DEFAULTS | state)[7]
    expect(page.locator(".readout")).to_contain_text(f"MLP · {expected_readout(film, index)}")
    page.locator("label:has(> [value=dcgan])").tap()
    expect_state(page, root, **state | {"model": "dcgan"})
    film = expected_film(root, **state | {"model": "dcgan"})
    expect(page.locator(".readout")).to_have_text(expected_readout(film, index))


def test_a_finger_moves_a_plane_by_a_tap_or_by_its_handle(page, root):
    show(page, root, **PLANE)
    canvas = page.locator(".screen canvas")
    canvas.scroll_into_view_if_needed()
    side = canvas.bounding_box()["width"]
    for x, y in ((0.05, 0.05), (0.95, 0.5)):
        canvas.tap(position={"x": x * side, "y": y * side})
        expect_state(page, root, **PLANE, x=int(11 * x), y=int(11 * y))
    before = page.evaluate("scrollY")
    handle = page.locator(".mark")
    # The handle is 44 pixels wide. A finger on its edge moves it three cells up and seven to the left.
    cell = side / 11 / handle.bounding_box()["width"]
    moves = [(0.1, 0.9), (0.1 - cell, 0.9 - 3 * cell), (0.1 - 7 * cell, 0.9 - 3 * cell)]
    for _, (x, y) in zip(swipe(page, handle, moves), [(10, 5), (9, 2), (3, 2)], strict=True):
        expect_state(page, root, **PLANE, x=x, y=y)
    assert page.evaluate("scrollY") == before


def test_a_finger_that_scrolls_over_a_plane_does_not_move_it(page, root):
    show(page, root, **PLANE, x=10)
    canvas = page.locator(".screen canvas")
    list(swipe(page, canvas, [(0.1, 0.2), (0.4, 0.2), (0.8, 0.2)]))
    expect_state(page, root, **PLANE, x=10)
    before = page.evaluate("scrollY")
    list(swipe(page, canvas, [(0.3, 0.9), (0.3, 0.7), (0.3, 0.5), (0.3, 0.1)]))
    page.wait_for_function("(before) => scrollY > before", arg=before)
    expect_state(page, root, **PLANE, x=10)
    expect_query(page, x=10, y=None)


@pytest.mark.parametrize(("x", "y"), [(0, 0), (5, 5), (10, 3), (10, 10)])
def test_the_handle_of_a_plane_is_large_enough_for_a_finger(page, root, x, y):
    show(page, root, **PLANE | {"model": "both"}, x=x, y=y)
    boxes = page.evaluate("""() => [...document.querySelectorAll(".frame")].map((frame) =>
      [".mark", "canvas"].map((selector) => frame.querySelector(selector).getBoundingClientRect().toJSON()))""")
    assert len(boxes) == 2
    for handle, canvas in boxes:
        assert handle["width"] >= 44 and handle["height"] >= 44
        assert canvas["left"] - 0.1 <= handle["left"] and handle["right"] <= canvas["right"] + 0.1
        assert canvas["top"] - 0.1 <= handle["top"] and handle["bottom"] <= canvas["bottom"] + 0.1


def test_a_finger_moves_the_epoch_along_a_chart_and_not_while_it_scrolls(page, root):
    show(page, root, **TRAINING)
    page.evaluate("document.querySelector('.run svg').scrollIntoView({ block: 'center' })")
    before = page.evaluate("scrollY")
    chart = page.locator(".run svg").first
    list(swipe(page, chart, [(0.95, 0.9), (0.95, 0.5), (0.95, 0.1)]))
    page.wait_for_function("(before) => scrollY > before", arg=before)
    expect_state(page, root, **TRAINING)
    expect_query(page, epoch=1)
    list(swipe(page, chart, [(0.5, 0.5), (0.7, 0.5), (0.97, 0.5)]))
    expect_state(page, root, **TRAINING | {"epoch": 2})


def test_a_finger_that_scrolls_over_a_grid_picks_nothing(page, root):
    show(page, root, epoch=1, count=9)
    list(swipe(page, page.locator(".screen canvas"), [(0.5, 0.6), (0.5, 0.4), (0.5, 0.1)]))
    page.wait_for_function("scrollY > 0")
    expect(page.locator(".mark")).to_be_hidden()


def test_a_tap_works_on_every_kind_of_control(page, root):
    show(page, root, **TRAINING)
    page.locator(".forward").tap()
    expect_state(page, root, **TRAINING | {"epoch": 2})
    chart = page.locator(".run svg").nth(1)
    box = chart.bounding_box()
    chart.tap(position={"x": 36 * box["width"] / 300, "y": box["height"] / 2})
    expect_state(page, root, **TRAINING | {"epoch": 0})
    slider = page.locator("#epoch")
    box = slider.bounding_box()
    slider.tap(position={"x": box["width"] - 2, "y": box["height"] / 2})
    expect_state(page, root, **TRAINING | {"epoch": 2})
    page.locator(".slow").tap()
    expect_query(page, slow=1)
    page.locator("#tab-lesson").tap()
    expect(page.locator(".lesson")).to_be_visible()
    page.locator("#tab-interpolate").tap()
    page.locator("label:has(> [name=shape][value=plane])").tap()
    expect_state(page, root, **TRAINING | {"view": "interpolate", "shape": "plane", "epoch": 2})
    page.locator("label:has(> [name=lang][value=zh])").tap()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
