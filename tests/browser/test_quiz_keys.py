"""The game "Real or fake?" in Chromium, played with keys."""

import pytest
from helpers.browsing import new_context
from helpers.pages import (
    choose,
    expect_query,
)
from helpers.quiz import COUNT, STATE, expect_digit, film_of, play, press
from helpers.states import page_text, to_query

pytestmark = pytest.mark.slow


def test_the_screen_has_the_arrow_keys_too(visit, root):
    page, film = visit(to_query(**STATE)), film_of(root)
    expect_digit(page, film, 0)
    page.locator(".screen canvas").press("ArrowLeft")
    expect_digit(page, film, 1)
    page.locator("#epoch").focus()
    page.keyboard.press("ArrowLeft")  # moves the slider, and answers nothing
    expect_query(page, epoch=1)
    expect_digit(page, film_of(root, epoch=1), 0)


def test_keys_answer_after_a_click_on_any_control_that_does_not_use_them(visit, root):
    page, film = visit(to_query(**STATE)), film_of(root)
    expect_digit(page, film, 0)
    page.locator(".copy-link").click()
    press(page, True)
    expect_digit(page, film, 1)
    choose(page, "flash", "'1'")
    page.get_by_role("button", name=page_text("quiz.show")).click()
    choose(page, "flash", "'0'")
    press(page, True)
    expect_digit(page, film, 2)
    choose(page, "model", "dcgan")
    expect_digit(page, film_of(root, model="dcgan", epoch=1), 0)
    press(page, False)
    expect_digit(page, film_of(root, model="dcgan", epoch=1), 1)
    page.locator("[name=flash][value='0']").focus()
    press(page, True)  # the next radio button
    expect_query(page, flash=1)


@pytest.mark.parametrize("key", ["ArrowRight", "Enter"])
def test_a_key_that_is_held_down_answers_once(visit, root, key):
    page, film = visit(to_query(**STATE)), film_of(root)
    expect_digit(page, film, 0)
    page.locator("[data-answer=real]").focus()
    for _ in range(3):
        page.keyboard.down(key)
    page.keyboard.up(key)
    expect_digit(page, film, 1)
    page.keyboard.press(key)
    expect_digit(page, film, 2)


def test_arrow_keys_scroll_a_table_of_results_that_is_wider_than_the_page(browser, visit, root):
    page = visit(to_query(**STATE), new_context(browser, viewport={"width": 320, "height": 600}))
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    play(page, film_of(root), [True] * COUNT)
    table = page.locator(".results .scroll")
    assert table.evaluate("(each) => each.scrollWidth > each.clientWidth")
    table.press("ArrowRight")
    page.wait_for_function("document.querySelector('.results .scroll').scrollLeft > 0")
