"""Play a round of "Real or fake?" in a browser test, and read its results."""

from math import sqrt

from playwright.sync_api import expect

from gan.ui.quiz import draw_quiz
from helpers.films import tiles_of
from helpers.pages import (
    expect_pixels,
)
from helpers.states import page_text

COUNT = 20
STATE = {"view": "quiz", "model": "mlp", "epoch": 2, "seed": 5}
KEYS = {True: "ArrowRight", False: "ArrowLeft"}
BUTTONS = {True: "[data-answer=real]", False: "[data-answer=fake]"}


def film_of(root, **changes):
    state = STATE | changes
    return draw_quiz(root, state["model"], state["epoch"], state["seed"], COUNT)


def expect_digit(page, film, place):
    expect_pixels(page, [tiles_of(film)[0, place]])


def press(page, answer):
    page.keyboard.press(KEYS[answer])


def click(page, answer):
    page.locator(BUTTONS[answer]).click()


def tap(page, answer):
    page.locator(BUTTONS[answer]).tap()


def play(page, film, answers, act=press):
    """Answer digit after digit, each when it is shown."""
    for place, answer in enumerate(answers):
        expect_digit(page, film, place)
        act(page, answer)
    expect(page.locator(".results")).to_be_visible()


def wilson(hits, total, z=1.959964):
    """Wilson 1927, as in the usual textbook form."""
    share = hits / total
    middle = (hits + z * z / 2) / (total + z * z)
    half = z / (total + z * z) * sqrt(total * share * (1 - share) + z * z / 4)
    return middle - half, middle + half


def cell(errors, language="en"):
    """A cell of the table, for a list of errors."""
    hits, total = sum(errors), len(errors)
    low, high = (f"{100 * value:.0f}%" for value in wilson(hits, total))
    return f"{100 * hits / total:.0f}%" + page_text(
        "results.interval", language, hits=hits, total=total, low=low, high=high
    )


def row(answers, real):
    """The cells of a row of the table: all digits, real ones and fakes."""
    errors = [answer != truth for answer, truth in zip(answers, real, strict=True)]
    return [
        cell(errors),
        cell([error for error, truth in zip(errors, real, strict=True) if truth]),
        cell([error for error, truth in zip(errors, real, strict=True) if not truth]),
    ]


def expect_row(page, number, cells):
    for column, text in enumerate(cells):
        expect(page.locator("tbody tr").nth(number).locator("td").nth(column)).to_have_text(text)
