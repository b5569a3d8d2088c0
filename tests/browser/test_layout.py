"""The layout of the page in Chromium: on a phone, on a desktop, and enlarged to 200 and 400 %."""

from itertools import pairwise

import pytest
from helpers.browsing import new_context
from helpers.pages import choose, expect_state, open_query, show, tabs_of
from helpers.states import TEXTS, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

STATES = [
    {"model": "both", "epoch": 1, "count": 16},
    {"epoch": 1, "count": 1, "only": 5, "truncation": 0.4},
    {"view": "interpolate", "model": "both", "epoch": 1, "seed": 4294967295, "to": 4294967290, "at": 20},
    {"view": "interpolate", "epoch": 1, "shape": "plane"},
    {"view": "progression", "model": "both", "epoch": 1, "count": 9},
    {"view": "lesson", "epoch": 1},
    {"model": "both", "epoch": 1, "count": 16, "reals": 1, "nearest": 1},
    {"view": "progression", "model": "both", "epoch": 1, "count": 9, "reals": 1, "push": 1, "dstep": 1, "gstep": 1},
]
# A window's size in CSS pixels, and the scale of the screen.
WINDOWS = {
    "360 pixels": ((360, 800), 1),
    "200 %": ((640, 400), 2),  # of 1280 x 800
    "1440 pixels": ((1440, 900), 1),
    "400 %": ((320, 256), 4),  # of 1280 x 1024, WCAG 1.4.10
}
# Elements outside the window, elements cut off, pairs that overlap, and elements outside their card.
MISPLACED = """() => {
  const shown = [...document.querySelectorAll(".studio *")].filter((each) => {
    const { width, height } = each.getBoundingClientRect();
    return each.checkVisibility() && width > 1 && height > 1 && !each.closest(".heard");
  });
  const describe = (each) =>
    `${each.tagName}.${each.getAttribute("class")}#${each.id} ${each.textContent.slice(0, 20)}`;
  // On a phone the row of tabs is scrolled sideways.
  const outside = shown.filter((each) => !each.closest(".tabs")).filter((each) => {
    const { left, right } = each.getBoundingClientRect();
    return left < -0.5 || right > innerWidth + 0.5;
  });
  const cut = shown.filter((each) => {
    if (["visible", "auto"].includes(getComputedStyle(each).overflowX) || each.tagName === "INPUT") return false;
    return each.scrollWidth > each.clientWidth + 1 || each.scrollHeight > each.clientHeight + 1;
  });
  const hasText = (each) => [...each.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const content = shown.filter((each) => each.matches("button, input, select, canvas, svg") ||
    (hasText(each) && !each.closest("svg, button, select") && !each.matches(".segments span, .empty")));
  const boxes = content.map((each) => {
    const box = (each.type === "radio" ? each.closest("label") : each).getBoundingClientRect();
    return [each, box];
  });
  const overlaps = [];
  for (const [one, a] of boxes) for (const [other, b] of boxes) {
    if (one === other || one.contains(other) || other.contains(one)) continue;
    const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
    const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
    if (wide > 1 && high > 1) overlaps.push(`${describe(one)} over ${describe(other)}`);
  }
  const spilt = content.filter((each) => {
    const card = each.closest(".card");
    if (!card || card === each) return false;
    const right = card.getBoundingClientRect().right - parseFloat(getComputedStyle(card).paddingRight);
    return each.getBoundingClientRect().right > right + 1;
  });
  const found = { outside: outside.map(describe), cut: cut.map(describe), overlaps, spilt: spilt.map(describe) };
  return { count: content.length, ...found };
}"""


@pytest.mark.parametrize("model", ["dcgan", "both"])
def test_on_a_phone_what_is_said_of_the_digits_and_their_number_come_before_the_charts(phone_page, root, model):
    show(phone_page, root, view="progression", epoch=1, count=9, model=model)
    order = [".tabs", ".screens", ".said", "#count", ".readout", ".bar", ".comment", ".take", ".charts"]
    boxes = [phone_page.locator(selector).bounding_box() for selector in order]
    assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))
    assert boxes[2]["y"] - boxes[1]["y"] - boxes[1]["height"] < 40
    in_document = (
        "(order) => [...document.querySelectorAll(order.join())].map((each) => order.find((one) => each.matches(one)))"
    )
    assert phone_page.evaluate(in_document, order) == order


@pytest.mark.parametrize("model", ["dcgan", "both"])
def test_in_a_wide_window_the_charts_stand_below_the_digits_and_the_cards_beside_both(page, root, model):
    show(page, root, view="progression", epoch=1, count=9, model=model)
    screens, stage, charts, side = (
        page.locator(selector).bounding_box() for selector in (".screens", ".stage", ".charts", ".side")
    )
    assert stage["y"] + stage["height"] + 12 == pytest.approx(charts["y"], abs=1)
    assert charts["x"] == screens["x"] and charts["width"] == screens["width"]
    assert side["x"] > screens["x"] + screens["width"]
    assert side["y"] == pytest.approx(screens["y"], abs=1)


# A window's size, the state, and how far down its picture and its curves may begin.
FIRST_SCREENS = {
    "phone": ((360, 740), {"count": 64}, 330, None),
    "phone on its side": ((740, 360), {"count": 64}, 220, None),
    "200 %": ((720, 450), {"view": "progression", "model": "both"}, 220, None),
    "desktop": ((1440, 900), {"view": "progression", "model": "dcgan"}, 200, 800),
    "desktop, both": ((1440, 900), {"view": "progression", "model": "both"}, 200, 800),
    "desktop, interpolation": ((1440, 900), {"view": "interpolate"}, 200, 830),
    "desktop, game": ((1440, 900), {"view": "quiz"}, 200, None),
    "phone, game": ((360, 740), {"view": "quiz"}, 330, None),
}


@pytest.mark.parametrize("window", FIRST_SCREENS)
def test_the_picture_and_on_a_desktop_the_curves_are_on_the_first_screen(browser, visit, root, window):
    (width, height), state, picture, curves = FIRST_SCREENS[window]
    context = new_context(browser, viewport={"width": width, "height": height})
    for language in TEXTS:
        page = visit(to_query(**state, epoch=1, lang=language), context)
        expect_state(page, root, **state, epoch=1)
        assert page.locator(".screen canvas").first.bounding_box()["y"] < picture
        for button in page.locator(".answers button").all():
            box = button.bounding_box()
            assert box["y"] + box["height"] <= height
        if curves:
            assert page.locator(".view svg").first.bounding_box()["y"] < curves


def test_the_diagram_of_the_lesson_is_never_wider_than_the_page(visit, root):
    for language in TEXTS:
        page = visit(to_query(view="lesson", epoch=1, lang=language))
        expect_state(page, root, view="lesson")
        for width in range(320, 1441, 16):
            page.set_viewport_size({"width": width, "height": 900})
            inside = """() => {
              const { right } = document.querySelector(".studio").getBoundingClientRect();
              const parts = [...document.querySelectorAll(".game, .game *")];
              return parts.every((each) => each.getBoundingClientRect().right <= right + 0.5);
            }"""
            assert page.evaluate(inside), width
            assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("window", WINDOWS)
def test_everything_is_inside_the_window_and_nothing_overlaps(browser, visit, root, window):
    (width, height), scale = WINDOWS[window]
    viewport = {"width": width, "height": height}
    context = new_context(browser, viewport=viewport, device_scale_factor=scale, has_touch=True)
    page = visit(to_query(**STATES[0]), context)
    expect_state(page, root, **STATES[0])
    others = set(tabs_of(page)) - {state.get("view", "generate") for state in STATES}
    for language in TEXTS:
        choose(page, "lang", language)
        expect(page.locator("html")).to_have_attribute("lang", TEXTS[language]["language.tag"])
        for state in [*STATES, *({"view": view, "epoch": 1} for view in others)]:
            open_query(page, to_query(**state))
            if state in STATES:
                show(page, root, **state)
            assert page.evaluate("[innerWidth, document.documentElement.scrollWidth]") == [width, width], state
            misplaced = page.evaluate(MISPLACED)
            assert misplaced.pop("count") > 15, state
            assert misplaced == {"outside": [], "cut": [], "overlaps": [], "spilt": []}, state
