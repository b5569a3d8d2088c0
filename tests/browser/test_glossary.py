"""Terms that explain themselves in Chromium: by mouse, by keys and by finger."""

import pytest
from helpers.pages import digit_center, show
from helpers.states import TEXTS, page_text
from playwright.sync_api import expect

GRID = {"epoch": 1, "count": 9}
# Where terms stand, and the state of the page there.
PLACES = {
    ".lead": GRID,
    ".readout": GRID,
    ".options": GRID,
    ".way": {"view": "interpolate", "epoch": 1},
    ".options .hint": {"view": "interpolate", "shape": "handles", "epoch": 1},
    ".game": {"view": "lesson", "epoch": 1},
    ".charts": {"view": "progression", "epoch": 1, "count": 4},
}
TERMS = [key.split(".")[1] for key in TEXTS["en"] if key.startswith("term.") and key.endswith(".text")]
HEIGHTS = """() => [...document.querySelectorAll(".studio > *:not([popover])")].map((each) => {
  const { top, height } = each.getBoundingClientRect();
  return [top + scrollY, height];
})"""


def terms(page, place):
    return page.locator(f"{place} .term")


def definition(page, term):
    return page.locator(f"#term-{term}")


def show_place(page, root, place, language):
    """Show a place with all its terms."""
    show(page, root, **PLACES[place], lang=language)
    if place == ".readout":
        page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
        expect(page.locator(place)).to_contain_text(page_text("digit.at.seed", language, seed=4))
    expect(terms(page, place)).not_to_have_count(0)


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_every_term_stands_somewhere_and_has_a_name_and_its_definition_as_description(page, root, language):
    found = set()
    for place in PLACES:
        show_place(page, root, place, language)
        for button in terms(page, place).all():
            name = button.get_attribute("data-term")
            found.add(name)
            expect(button).to_have_text(page_text(f"term.{name}", language))
            expect(button).to_have_accessible_name(page_text(f"term.{name}.name", language))
            expect(button).to_have_accessible_description(page_text(f"term.{name}.text", language))
    assert found == set(TERMS)


def test_a_definition_opens_on_hover_and_closes_when_the_pointer_leaves(page, root):
    show(page, root, **GRID, lang="en")
    before = page.evaluate(HEIGHTS)
    terms(page, ".lead").first.hover()
    expect(definition(page, "g")).to_be_visible()
    expect(definition(page, "g")).to_have_text(page_text("term.g.text"))
    assert page.evaluate(HEIGHTS) == before
    definition(page, "g").hover()  # it can be read with a magnifier
    expect(definition(page, "g")).to_be_visible()
    page.mouse.move(5, 5)
    expect(definition(page, "g")).to_be_hidden()


@pytest.mark.slow
def test_a_definition_opens_on_focus_and_closes_on_escape_and_blur(page, root):
    show(page, root, **GRID, lang="en")
    terms(page, ".lead").first.focus()
    expect(definition(page, "g")).to_be_visible()
    page.keyboard.press("Escape")
    expect(definition(page, "g")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(definition(page, "g")).to_be_visible()
    page.keyboard.press("Tab")
    expect(definition(page, "g")).to_be_hidden()
    expect(definition(page, "d")).to_be_visible()
    page.keyboard.press("Tab")
    expect(definition(page, "d")).to_be_hidden()


@pytest.mark.slow
def test_a_definition_opens_on_a_tap_inside_a_narrow_window_and_closes_on_the_next(phone_page, root):
    for place in PLACES:
        show_place(phone_page, root, place, "zh")
        for button in terms(phone_page, place).all():
            button.tap()
            opened = phone_page.locator(".definition:popover-open")
            expect(opened).to_have_count(1)
            expect(opened).to_have_id(f"term-{button.get_attribute('data-term')}")
            box = opened.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 360
            assert box["y"] >= 0 and box["y"] + box["height"] <= 800
            assert phone_page.evaluate("document.documentElement.scrollWidth") == 360
            phone_page.locator("h1").tap(force=True)
            expect(opened).to_have_count(0)


@pytest.mark.slow
def test_a_definition_stays_beside_its_term_while_the_page_scrolls(phone_page, root):
    show(phone_page, root, **GRID, lang="en")
    terms(phone_page, ".options").first.tap()
    distance = """Math.round(document.querySelector("#term-truncation").getBoundingClientRect().top
      - document.querySelector(".options .term").getBoundingClientRect().bottom)"""
    before = phone_page.evaluate(distance)
    top = phone_page.evaluate("scrollY")
    phone_page.evaluate("scrollBy(0, 60)")
    phone_page.wait_for_function(f"scrollY === {top} + 60 && {distance} === {before}")
    expect(definition(phone_page, "truncation")).to_be_visible()
