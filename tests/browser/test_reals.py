"""Real digits beside the fakes and in the lesson, in Chromium."""

import io

import numpy as np
import pytest
from helpers.films import SAVED
from helpers.pages import (
    change_answers,
    copied_text,
    digit_center,
    download,
    expect_link,
    expect_pixels,
    expect_query,
    expect_state,
    hold_pictures,
    press_keys,
    show,
    wait_for_predictions,
)
from helpers.states import (
    BEST,
    GRID,
    expected_film,
    expected_pixels,
    expected_readout,
    expected_real_readout,
    expected_reals,
    page_text,
    to_query,
)
from PIL import Image
from playwright.sync_api import expect

from gan.latent import consecutive, latents
from gan.ui.export import draw_animation
from gan.ui.texts import note

BESIDE = GRID | {"reals": 1}
TRAINING = BESIDE | {"view": "progression"}
SWITCH = "[name=reals]"
REAL = ".screen:last-child"
COMMAND = "python train.py --out mine"


def test_a_switch_shows_real_digits_of_the_same_seeds_beside_the_fakes(page, root):
    show(page, root, **GRID)
    page.locator(SWITCH).click()
    expect_state(page, root, **BESIDE)
    expect_link(page, **BESIDE)
    expect(page.locator(f"{REAL} figcaption")).to_have_text(page_text("reals.caption"))
    screen = page_text("screen", model="DCGAN", epoch=1)
    expect(page.locator(f"{REAL} .hint")).to_have_text(page_text("reals.note", screen=screen))
    expect(page.locator(f"{REAL} canvas")).to_have_accessible_name(page_text("reals.said", count=9))
    page.locator("#seed").fill("70")
    expect_state(page, root, **BESIDE | {"seed": 70})
    page.locator(SWITCH).click()
    expect_state(page, root, **GRID | {"seed": 70})
    expect_query(page, reals=None)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["generate", "progression", "interpolate"])
def test_both_models_have_one_screen_of_real_digits_which_the_best_models_d_scores(page, root, view):
    state = BESIDE | {"view": view, "model": "both", "epoch": 2}
    show(page, root, **state)
    if view == "interpolate":  # it has no real digits
        expect(page.locator(".screen")).to_have_count(len(SAVED))
        return
    screen = page_text("screen", model=BEST.upper(), epoch=1)  # its last
    expect(page.locator(f"{REAL} .hint")).to_have_text(page_text("reals.note", screen=screen))
    page.locator(f"{REAL} canvas").hover(position=digit_center(page, 4, 3, canvas=2))
    text = expected_real_readout(expected_reals(root, **state), 4, scored=0 if view == "generate" else 1)
    expect(page.locator(".readout")).to_have_text(text)


def test_a_real_digit_tells_its_number_its_class_and_its_score_and_is_no_seed_to_use(page, root):
    show(page, root, **BESIDE)
    film = expected_reals(root, **BESIDE)
    page.locator(f"{REAL} canvas").hover(position=digit_center(page, 2, 3, canvas=1))
    expect(page.locator(".readout")).to_have_text(expected_real_readout(film, 2))
    page.locator(f"{REAL} canvas").click(position=digit_center(page, 4, 3, canvas=1))
    page.mouse.move(0, 0)
    expect(page.locator(".readout")).to_have_text(expected_real_readout(film, 4))
    expect_link(page, **BESIDE, real=9)
    marks = page.locator(".mark")
    expect(marks.last).to_be_visible()
    expect(marks.first).to_be_hidden()
    expect(page.locator("[data-digit=from]")).to_be_disabled()

    page.locator(".screen canvas").first.click(position=digit_center(page, 3, 3))
    expect_link(page, **BESIDE, pick=8)
    expect(marks.first).to_be_visible()
    expect(marks.last).to_be_hidden()
    expect(page.locator("[data-digit=from]")).to_be_enabled()
    expect(page.locator(".readout")).to_have_text(f"DCGAN · {expected_readout(expected_film(root, **GRID), 3)}")


@pytest.mark.slow
def test_the_switch_and_the_real_digits_work_by_keys(page, root):
    show(page, root, **GRID)
    page.locator(SWITCH).press("Space")
    expect_state(page, root, **BESIDE)
    wait_for_predictions(page)
    film = expected_reals(root, **BESIDE)
    press_keys(page, f"{REAL} canvas", "ArrowRight", "ArrowRight", "ArrowDown")
    expect(page.locator("[data-heard=digit]")).to_have_text(expected_real_readout(film, 4))
    expect_query(page, real=9, pick=None)
    page.keyboard.press("Escape")
    expect_query(page, real=None)
    expect(page.locator(".mark:visible")).to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["generate", "progression"])
def test_the_switch_and_the_real_digits_work_by_finger(phone, visit, root, view):
    state = BESIDE | {"view": view}
    page = visit(to_query(**state | {"reals": 0}), phone)
    expect_state(page, root, **state | {"reals": 0})
    switch = page.locator(f"label:has({SWITCH})")
    assert switch.bounding_box()["height"] >= 44
    switch.tap()
    expect_state(page, root, **state)
    wait_for_predictions(page)
    page.locator(f"{REAL} canvas").tap(position=digit_center(page, 4, 3, canvas=1))
    text = expected_real_readout(expected_reals(root, **state), 4, scored=0 if view == "generate" else 1)
    expect(page.locator(".readout")).to_have_text(text)


@pytest.mark.slow
@pytest.mark.parametrize("view", ["generate", "progression"])
def test_a_link_brings_the_real_digits_and_the_one_that_is_picked(visit, root, view):
    state = BESIDE | {"view": view, "real": 6}
    page = visit(to_query(**state))
    expect_state(page, root, **state)
    text = expected_real_readout(expected_reals(root, **state), 1, scored=0 if view == "generate" else 1)
    expect(page.locator(".readout")).to_have_text(text)
    expect_link(page, **state)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_an_order_and_a_filter_leave_the_real_digits_as_they_are(page, root):
    label = next(filter(None, expected_film(root, **GRID)["labels"][0]))[0]
    for arranged in ({"sort": "score"}, {"only": label}, {"truncation": 0.5}):
        show(page, root, **BESIDE, **arranged)
        expect_pixels(page, expected_pixels(root, **BESIDE)[1:], f"{REAL} canvas")
    expect(page.locator(".options")).to_contain_text(page_text("reals.hint"))


@pytest.mark.slow
def test_the_fakes_and_the_real_digits_change_together(visit, root):
    page = visit(to_query(**BESIDE))
    expect_state(page, root, **BESIDE)
    wait_for_predictions(page)
    held = hold_pictures(page, "reals", lambda: page.locator("#seed").fill("70"))
    page.locator(".screen canvas").first.hover(position=digit_center(page, 0, 3))
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", seed=5))
    expect_state(page, root, **BESIDE)
    held.continue_()
    expect_state(page, root, **BESIDE | {"seed": 70})


# Saving


def test_a_picture_has_the_real_digits_and_vectors_do_not(page, root):
    show(page, root, **BESIDE)
    with Image.open(io.BytesIO(download(page, "png"))) as picture:
        pixels = np.asarray(picture)[::4, ::4, 0]
    first, second = expected_pixels(root, **BESIDE)
    assert (pixels == np.concatenate([first, np.zeros((len(first), 2), np.uint8), second], 1)).all()
    rows = np.load(io.BytesIO(download(page, "npy")))
    assert (rows == latents(consecutive(5, 9)).numpy()).all()


@pytest.mark.slow
def test_animations_vectors_and_code_are_those_without_real_digits(page, root):
    show(page, root, **TRAINING)
    gif = draw_animation(root, "gif", "progression", [BEST, 5, 9])["file"]
    page.evaluate("(file) => fetch(file).then((r) => r.arrayBuffer()).then((b) => (window.size = b.byteLength))", gif)
    assert len(download(page, "gif")) == page.wait_for_function("window.size").json_value()
    files = {}
    for reals in (1, 0):
        show(page, root, **GRID, reals=reals, sort="score")
        code = copied_text(page, page.locator("[data-take=python]").click)
        files[reals] = download(page, "json"), code
    assert files[0] == files[1]


@pytest.mark.slow
def test_a_filter_without_a_fake_leaves_a_picture_to_save_but_no_vectors(page, root):
    labels = {label and label[0] for label in expected_film(root, **GRID)["labels"][0]}
    state = BESIDE | {"only": next(digit for digit in range(10) if digit not in labels)}
    show(page, root, **state)
    assert download(page, "png")
    page.locator("[data-take=json]").click()
    expect(page.locator(".notes")).to_have_text(page_text("take.none"))


# Folders without real digits


@pytest.mark.slow
@pytest.mark.parametrize("view", ["generate", "progression"])
def test_a_folder_without_real_digits_has_no_switch_and_says_how_to_get_them(visit, root, view):
    state = GRID | {"view": view}
    query = to_query(**state, reals=1, nearest=1)
    page = visit(query, prepare=lambda page: change_answers(page, "catalogue", reals=[], command=COMMAND))
    expect_state(page, root, **state)
    none = page_text("reals.none", command=COMMAND)
    expect(page.locator(".notes p")).to_have_text([none, page_text("server.no-reals", command=COMMAND)])
    expect(page.locator(".view .hint", has_text=none)).to_have_count(1)
    expect(page.locator(f"{SWITCH}, [name=nearest]")).to_have_count(0)
    expect_link(page, **state)
    page.locator("#seed").fill("70")
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_real_digits_that_cannot_be_read_are_named_and_switching_them_off_shows_the_fakes(visit, root):
    error = note("server.bad-reals", command="python train.py")

    def refuse(route):
        if route.request.post_data_json["data"][0] == "reals":
            return route.fulfill(status=422, json={"error": error})
        route.fallback()

    page = visit(to_query(**BESIDE), prepare=lambda page: page.route("**/run/pictures", refuse))
    expect(page.locator(".notes")).to_have_text(error["text"])
    page.locator(SWITCH).click()
    expect_state(page, root, **GRID)
    expect(page.locator(".notes")).to_be_empty()
    visit.errors.clear()  # the browser logs an answer of status 422


# The lesson


def test_the_diagram_of_the_lesson_shows_real_digits(page, root):
    show(page, root, view="lesson", epoch=1, seed=5)
    _, reals = expected_pixels(root, epoch=1, seed=5, count=9, reals=1)
    expect_pixels(page, [reals], ".game .reals")
    expect(page.locator(".game .real")).to_have_text(page_text("game.reals"))


@pytest.mark.slow
def test_without_real_digits_the_diagram_has_words_in_their_place(visit, root):
    page = visit("view=lesson", prepare=lambda page: change_answers(page, "catalogue", reals=[]))
    expect_state(page, root, view="lesson")
    expect(page.locator(".game .real")).to_have_text(page_text("game.real"))
    expect(page.locator(".game .reals")).to_have_count(0)
