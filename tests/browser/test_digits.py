"""A digit of the page in Chromium, pointed at or picked: by mouse, keyboard and finger."""

import random

import pytest
from helpers.pages import middle, shows
from helpers.states import START, drawn, film_of, link, readout
from playwright.sync_api import expect

SMALL = {"seed": 5, "count": 9, "epoch": 1}


@pytest.fixture
def page(visit, root):
    """Nine digits of the DCGAN."""
    page = visit(link(**SMALL))
    shows(page, drawn(root, **SMALL))
    return page


def test_pointing_at_a_digit_reads_it(page, root):
    film = film_of(root, "dcgan", START | SMALL)
    canvas = page.locator(".screen canvas")
    expect(page.locator(".readout")).to_contain_text("Point at a digit")
    for number in random.Random(0).sample(range(9), 3):
        canvas.hover(position=middle(page, number, 3))
        expect(page.locator(".readout")).to_have_text(readout(film, number))
    page.mouse.move(2, 2)
    expect(page.locator(".readout")).to_contain_text("Point at a digit")


def test_arrow_keys_read_digits(page, root):
    film = film_of(root, "dcgan", START | SMALL)
    page.locator(".screen canvas").focus()
    expect(page.locator(".readout")).to_have_text(readout(film, 0))
    page.locator(".screen canvas").blur()
    expect(page.locator(".readout")).to_contain_text("Point at a digit")
    page.locator(".screen canvas").focus()
    for key, number in {"ArrowRight": 0, "ArrowDown": 3, "ArrowUp": 0, "ArrowLeft": 0}.items():
        page.keyboard.press(key)
        expect(page.locator(".readout")).to_have_text(readout(film, number))
    expect(page.locator(".mark")).to_be_visible()


def test_a_tap_reads_a_digit_in_the_order_that_is_shown(visit, phone, root):
    there = SMALL | {"model": "both", "sort": "score"}
    page = visit(link(**there), phone)
    shows(page, drawn(root, **there))
    film = film_of(root, "mlp", START | there | {"model": "mlp"})
    by_score = sorted(range(9), key=lambda n: -film["scores"][0][n])
    page.locator(".screen canvas").first.tap(position=middle(page, 7, 3))
    expect(page.locator(".readout")).to_have_text(readout(film, by_score[7]))
    page.locator("label:has(> [value=dcgan])").tap()
    shows(page, drawn(root, **there | {"model": "dcgan"}))
    expect(page.locator(".readout")).to_contain_text("Point at a digit")


@pytest.mark.parametrize(
    ("button", "change"),
    [
        ("Start here", {"view": "interpolate", "from": 9, "at": 0}),
        ("End here", {"view": "interpolate", "to": 9, "at": 59}),
        ("Use as seed", {"seed": 9}),
    ],
)
def test_a_digit_that_is_picked_leads_on(page, root, button, change):
    page.locator(".screen canvas").click(position=middle(page, 4, 3))
    page.get_by_role("button", name=button).click()
    shows(page, drawn(root, **SMALL | change))
