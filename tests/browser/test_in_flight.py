"""The page in Chromium while an answer is on its way: the canvases do not yet show the page's state."""

import numpy as np
import pytest
from helpers.pages import (
    choose,
    copied_text,
    digit_center,
    expect_pixels,
    expect_query,
    expect_state,
    hold_pictures,
    hold_progression,
    open_tab,
    wait_for_first,
)
from helpers.states import FIRST_PICTURE, GRID, expected_film, expected_pixels, expected_readout, page_text, to_query
from PIL import Image
from playwright.sync_api import expect

from gan.images import PNG_STATE_KEY

pytestmark = pytest.mark.slow

LATER = GRID | {"seed": 70}


@pytest.fixture
def page(grid):
    return grid


@pytest.mark.usefixtures("page")  # a visitor before this one: the server knows the runs
def test_the_first_picture_is_shown_before_the_server_answers(visit, root):
    held = []
    page = visit("__theme=dark", prepare=lambda page: page.route("**/run/catalogue", lambda route: held.append(route)))
    expect_pixels(page, [FIRST_PICTURE])
    page.locator(".screen canvas").click(position={"x": 50, "y": 50})  # its digits have no predictions yet
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    page.locator("#seed").fill("5")
    wait_for_first(page, held).continue_()
    expect_state(page, root, seed=5, epoch=1)


def test_the_first_picture_is_shown_for_a_link_to_its_own_state(visit):
    page = visit(to_query(epoch=1), prepare=lambda page: page.route("**/run/catalogue", lambda route: None))
    expect_pixels(page, [FIRST_PICTURE])


def test_answers_are_shown_in_the_order_of_the_questions(page, root):
    held = []
    page.route("**/run/pictures", lambda route: held.append(route))
    with page.expect_request("**/run/pictures"):
        page.locator("#seed").fill("20")
    page.locator("#seed").fill("90")
    expect_query(page, seed=90)
    with page.expect_request("**/run/pictures"):
        held[0].continue_()
    expect_state(page, root, **GRID | {"seed": 20})
    expect(page.locator(".said")).to_have_text(description(seed=20))  # of the canvas, not of the state
    held[1].continue_()
    expect_state(page, root, **GRID | {"seed": 90})
    expect(page.locator(".said")).to_have_text(description(seed=90))
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    expect_state(page, root, **GRID | {"seed": 90})


def description(seed):
    return page_text("said.grid", count=9, model="DCGAN", epoch=1, seed=seed, last=seed + 8)


def test_a_view_does_not_wait_for_another_views_answer(page, root):
    held = hold_progression(page)
    open_tab(page, "interpolate")
    expect_state(page, root, **GRID, view="interpolate")
    held.continue_()
    open_tab(page, "generate")
    expect_state(page, root, **GRID)


def test_input_on_a_line_does_not_move_the_plane_that_is_loading(page, root):
    open_tab(page, "interpolate")
    expect_state(page, root, **GRID, view="interpolate")
    held = hold_pictures(page, "plane", lambda: choose(page, "shape", "plane"))
    page.locator(".screen canvas").click(position={"x": 5, "y": 5})
    page.locator(".screen canvas").press("ArrowRight")
    held.continue_()
    plane = GRID | {"view": "interpolate", "shape": "plane"}
    expect_state(page, root, **plane)
    page.locator(".screen canvas").press("ArrowRight")
    expect_state(page, root, **plane, x=6)


def test_a_click_on_a_plane_does_not_pick_a_digit_of_the_grid_that_is_loading(visit, root):
    plane = GRID | {"view": "interpolate", "shape": "plane"}
    page = visit(to_query(**plane))
    expect_state(page, root, **plane)
    held = hold_pictures(page, "generate", lambda: open_tab(page, "generate"))
    page.locator(".screen canvas").click(position={"x": 5, "y": 5})
    held.continue_()
    expect_state(page, root, **GRID)
    expect(page.locator(".mark")).to_be_hidden()
    page.locator(".screen canvas").press("ArrowRight")
    expect(page.locator(".readout")).to_have_text(expected_readout(expected_film(root, **GRID), 0))


@pytest.mark.parametrize("change", [{"view": "progression"}, {"model": "mlp"}], ids=["view", "model"])
def test_a_picked_digit_is_not_used_while_another_view_or_model_loads(page, root, change):
    page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
    expect(page.locator("[data-digit=from]")).to_be_enabled()
    if "view" in change:
        held = hold_progression(page)
    else:
        held = hold_pictures(page, "generate", lambda: choose(page, "model", "mlp"))
    expect(page.locator("[data-digit=from]")).to_be_disabled()
    page.locator(".screen canvas").hover(position=digit_center(page, 7, 3))
    expect(page.locator(".readout")).to_have_text(expected_readout(expected_film(root, **GRID), 4))  # as the picture
    held.continue_()
    if "view" in change:
        expect(page.locator(".comment")).to_be_visible()  # the pixels are those of the grid
    expect_state(page, root, **GRID | change)
    expect(page.locator("[data-digit=from]")).to_be_enabled()
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", seed=9))
    page.locator(".screen canvas").hover(position=digit_center(page, 8, 3))
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", seed=13))


def test_a_saved_picture_waits_for_the_digits_that_it_names(page, root):
    held = hold_pictures(page, "generate", lambda: page.locator("#seed").fill("70"))
    with page.expect_download() as download:
        page.locator("[data-take=png]").click()
        held.continue_()
    with Image.open(download.value.path()) as picture:
        assert picture.text[PNG_STATE_KEY] == to_query(**LATER)
        (digits,) = expected_pixels(root, **LATER)
        assert (np.asarray(picture)[::4, ::4, 0] == digits).all()


def test_copied_python_waits_for_both_models(page):
    held = hold_pictures(page, "generate", lambda: choose(page, "model", "both"))

    def copy_early():
        page.locator("[data-take=python]").click()
        held.continue_()

    code = copied_text(page, copy_early)
    assert code.count("load_snapshot(Path") == 2 and code.count("consecutive(5, 9)") == 2


def test_pictures_do_not_wait_for_their_predictions(page, root):
    page.locator(".screen canvas").click(position=digit_center(page, 0, 3))
    announced = page.locator("[data-heard=digit]")
    untrained = GRID | {"epoch": 0}
    old, new = (expected_readout(expected_film(root, **state), 0) for state in (GRID, untrained))
    expect(announced).to_have_text(old)
    held = []
    page.route("**/run/predictions", lambda route: held.append(route))
    page.locator(".back").click()
    expect_state(page, root, **untrained)
    expect(page.locator(".readout[aria-busy=true]")).to_have_text(old)
    expect(page.locator("[data-heard=shown]")).to_have_text(page.locator(".said").text_content())
    expect(announced).to_have_text(old)
    wait_for_first(page, held).continue_()
    expect(page.locator(".readout[aria-busy=false]")).to_have_text(new)
    expect(announced).to_have_text(new)


def test_an_order_that_needs_no_predictions_does_not_wait_for_them(page, root):
    page.locator("#sort").select_option("length")
    expect_state(page, root, **GRID, sort="length")
    page.route("**/run/predictions", lambda route: None)
    page.locator("#seed").fill("70")
    expect_state(page, root, **LATER, sort="length")


@pytest.mark.parametrize("name", ["sort", "only"])
def test_a_sorted_or_filtered_grid_waits_for_its_predictions(page, root, name):
    label = next(filter(None, expected_film(root, **LATER)["labels"][0]))[0]
    arranged = {name: {"sort": "score", "only": label}[name]}
    page.locator(f"#{name}").select_option(str(arranged[name]))
    expect_state(page, root, **GRID | arranged)
    held = []
    page.route("**/run/predictions", lambda route: held.append(route))
    page.locator("#seed").fill("70")
    route = wait_for_first(page, held)
    expect_state(page, root, **GRID | arranged)
    route.continue_()
    expect_state(page, root, **LATER | arranged)


def test_an_address_that_changes_while_the_first_view_loads_is_shown(visit, root):
    held = []
    hold = ("**/views/generate.js", lambda route: held.append(route))
    page = visit("epoch=1&seed=5", prepare=lambda page: page.route(*hold))
    first = wait_for_first(page, held)
    page.evaluate("history.pushState(null, '', '?view=progression&model=mlp&epoch=1&seed=6')")
    first.continue_()
    expect_state(page, root, view="progression", model="mlp", epoch=1, seed=6)


def test_a_tab_that_is_chosen_before_its_view_is_loaded_opens_then(visit, root):
    held = []
    hold = ("**/views/progression.js", lambda route: held.append(route))
    page = visit("epoch=1&seed=5", prepare=lambda page: page.route(*hold))
    expect_state(page, root, epoch=1, seed=5)
    page.get_by_role("tab", name="Progression").click()
    wait_for_first(page, held).continue_()
    expect_state(page, root, view="progression", epoch=1, seed=5)
