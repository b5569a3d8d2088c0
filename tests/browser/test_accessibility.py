"""The page in Chromium for everyone: what axe-core finds on it, and all of it by keyboard."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.pages import says, shows
from helpers.states import START, drawn, film_of, link, readout
from playwright.sync_api import expect

# A state of each view, small enough to be drawn at once.
VIEWS = {
    "generate": {"model": "both", "epoch": 1, "count": 16},
    "picked": {"epoch": 1, "count": 9, "only": 8, "sort": "digit", "truncation": 0.4},
    "line": {"view": "interpolate", "epoch": 1, "from": 3, "to": 8, "at": 20},
    "plane": {"view": "interpolate", "epoch": 1, "shape": "plane"},
    "progression": {"view": "progression", "model": "both", "epoch": 1, "count": 9},
    "lesson": {"view": "lesson", "epoch": 1},
}


def opened(visit, root, name, more="", **options):
    """A page that shows a state of VIEWS."""
    there = VIEWS[name]
    page = visit(f"{link(**there)}{more}", **options)
    if name == "lesson":
        page.locator(".lesson a").first.wait_for()
    else:
        shows(page, drawn(root, **there))
        expect(page.locator(".said")).not_to_be_empty()
    return page


# axe-core

# Beside axe's own choice of rules, WCAG 2.1 A and AA and its best practices: those that it leaves to be asked for.
MORE = {"rules": {name: {"enabled": True} for name in ("target-size", "label-content-name-mismatch", "p-as-heading")}}


def violations(page):
    """What axe finds in the whole document, Gradio's own parts of it too: none of them needs an exception."""
    found = Axe().run(page, options=MORE).response
    assert len(found["passes"]) > 10  # it looked
    return [
        (rule["id"], node["target"], node["failureSummary"]) for rule in found["violations"] for node in rule["nodes"]
    ]


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing_in_any_view(visit, root, name, look):
    page = opened(visit, root, name, f"&__theme={look}")
    assert page.locator("body.dark").count() == (look == "dark")
    assert violations(page) == []


@pytest.mark.parametrize("name", VIEWS)
def test_axe_finds_nothing_in_chinese_on_a_phone(visit, phone, root, name):
    assert violations(opened(visit, root, name, "&lang=zh&__theme=dark", context=phone)) == []


def test_axe_finds_nothing_while_something_is_wrong(visit, root):
    page = opened(visit, root, "line", "&unknown=1")
    page.get_by_label("To seed", exact=True).fill("none")
    expect(page.locator("#to-problem")).to_have_text("A whole number from 0 to 4294967295")
    expect(page.locator(".notes p")).to_have_count(1)
    assert violations(page) == []


# The keyboard

# What can be focused and is shown; of a group of radio buttons, or of tabs, the one that Tab comes to.
STOPS = """() => [...document.querySelectorAll(".studio :is(a, button, input, select, [tabindex])")].filter((each) =>
  each.tabIndex >= 0 && !each.disabled && each.checkVisibility() && (each.type !== "radio" || each.checked))"""
# The element that has the focus, by its number among those, and how its focus shows.
FOCUSED = f"""(stops) => {{
  const now = document.activeElement;
  const look = (each) => {{
    const style = getComputedStyle(each);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  }};
  const seen = now.type === "radio" ? now.nextElementSibling : now;
  const focused = look(seen);
  const {{ outlineColor, outlineOffset, backgroundColor }} = getComputedStyle(seen);
  const drowned = parseFloat(outlineOffset) < 0 && outlineColor === backgroundColor;
  const box = seen.getBoundingClientRect();
  const inView = box.bottom > 0 && box.top < innerHeight;
  const number = ({STOPS})().indexOf(now);
  now.blur();
  const unfocused = look(seen);
  now.focus();
  return {{ number, inView, visible: focused !== unfocused && !drowned, what: now.outerHTML.slice(0, 120) }};
}}"""


@pytest.mark.parametrize("name", VIEWS)
def test_tab_comes_to_every_control_in_order_and_shows_where_it_is(visit, root, name):
    page = opened(visit, root, name)
    count = page.evaluate(f"({STOPS})().length")
    assert count > (9 if name == "lesson" else 15)
    page.locator(".languages input:checked").focus()
    page.keyboard.press("Shift+Tab")  # out of the page's part of the document
    for number in range(count):
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        assert (focused["number"], focused["inView"], focused["visible"]) == (number, True, True), focused


def tab_to(page, selector):
    """Press Tab until something has the focus."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never comes to {selector}")


def test_the_main_path_needs_nothing_but_a_keyboard(visit, root):
    there = {"epoch": 1, "count": 9, "seed": 5}
    page = visit(link(**there | {"view": "lesson"}))
    page.locator(".lesson a").first.wait_for()
    tab_to(page, "[role=tab]")
    page.keyboard.press("ArrowRight")
    shows(page, drawn(root, **there))
    tab_to(page, ".screen canvas")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".readout")).to_have_text(readout(film_of(root, "dcgan", START | there), 4))
    tab_to(page, "[data-digit=from]")
    page.keyboard.press("Enter")
    journey = there | {"view": "interpolate", "from": 9}
    shows(page, drawn(root, **journey))
    expect(page.locator("#tab-interpolate")).to_be_focused()  # not lost with the button
    tab_to(page, ".screen canvas")
    page.keyboard.press("ArrowRight")
    shows(page, drawn(root, **journey, at=1))
    tab_to(page, ".loop")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Tab")
    shows(page, drawn(root, **journey, at=59))
    page.keyboard.press("Enter")  # at its end, where it begins anew
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("button", name="Play the journey")).to_be_visible()
    shows(page, drawn(root, **journey, at=59))
    tab_to(page, "[name=shape]")
    page.keyboard.press("ArrowRight")
    shows(page, drawn(root, **journey, shape="plane"))
    tab_to(page, "#fourth + button")
    page.keyboard.press("Space")
    expect(page.locator("#fourth")).not_to_have_value("3")
    says(page, fourth=page.locator("#fourth").input_value())


def test_keys_on_a_curve_move_the_epoch_and_it_says_its_values(visit, root):
    there = {"view": "progression", "model": "mlp", "count": 4}
    page = visit(link(**there, epoch=0))
    shows(page, drawn(root, **there, epoch=0))
    curves = page.get_by_role("slider", name=re.compile("^MLP: "))
    expect(curves).to_have_count(4)
    tab_to(page, ".run svg")
    for key, epoch in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0), ("End", 2)):
        page.keyboard.press(key)
        shows(page, drawn(root, **there, epoch=epoch))
        for curve in curves.all():
            expect(curve).to_have_attribute("aria-valuenow", str(epoch))
    expect(curves.nth(0)).to_have_attribute("aria-valuetext", "Epoch 2: loss of D 1.2, loss of G 1.8")
    expect(curves.nth(1)).to_have_attribute("aria-valuetext", "Epoch 2: real digits 0.9, fakes 0.3")
    expect(curves.nth(2)).to_have_attribute("aria-valuetext", "Epoch 2: 61.7 times")
    expect(curves.nth(3)).to_have_attribute("aria-valuetext", re.compile("0: 10\u00a0%, 1: 10\u00a0%, .*9: 10\u00a0%$"))
    page.keyboard.press("Home")
    expect(curves.nth(0)).to_have_attribute("aria-valuetext", "Epoch 0: not measured")


def test_a_card_of_the_lesson_that_a_key_opens_leaves_the_focus_on_the_page(visit, root):
    page = opened(visit, root, "lesson")
    tab_to(page, ".lesson a")
    page.keyboard.press("Enter")
    shows(page, drawn(root, epoch=0, count=16))
    expect(page.locator("#tab-generate")).to_be_focused()
