"""The whole page by keyboard in Chromium."""

import re

import pytest
from helpers.pages import expect_query, expect_shown, expect_state, open_query, show, tab_to, tabs_of
from helpers.states import TEXTS, expected_film, expected_readout, page_text, percent, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

# A state of each view that is drawn quickly.
STATES = {
    "generate": {"model": "both", "epoch": 1, "count": 16},
    "line": {"view": "interpolate", "epoch": 1, "seed": 3, "to": 8, "at": 20},
    "plane": {"view": "interpolate", "epoch": 1, "shape": "plane"},
    "handles": {"view": "interpolate", "epoch": 1, "shape": "handles"},
    "arithmetic": {"view": "interpolate", "epoch": 1, "shape": "arithmetic", "plus": "6,7", "minus": "8", "base": "40"},
    "progression": {"view": "progression", "model": "both", "epoch": 1, "count": 9},
    "lesson": {"view": "lesson", "epoch": 1},
}
# The visible elements that Tab reaches. Tab reaches only the checked radio button of a group.
TAB_STOPS = """() => [
  ...document.querySelectorAll(".studio :is(a, button, input, select, [tabindex])"),
].filter((each) => each.tabIndex >= 0 && !each.disabled && each.checkVisibility())
  .filter((each) => each.type !== "radio" || each.checked)"""
# The focused element's index among those, whether it is in the window, and whether its focus is visible.
FOCUS = f"""() => {{
  const element = document.activeElement;
  const look = (each) => {{
    const style = getComputedStyle(each);
    return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow].join(" ");
  }};
  const outlined = element.type === "radio" ? element.nextElementSibling : element.closest(".file") ?? element;
  const focused = look(outlined);
  const {{ outlineColor, outlineOffset, backgroundColor }} = getComputedStyle(outlined);
  const invisible = parseFloat(outlineOffset) < 0 && outlineColor === backgroundColor;
  const box = outlined.getBoundingClientRect();
  const inWindow = box.bottom > 0 && box.top < innerHeight;
  const index = ({TAB_STOPS})().indexOf(element);
  element.blur();
  const unfocused = look(outlined);
  element.focus();
  return {{ index, inWindow, visible: focused !== unfocused && !invisible, html: element.outerHTML.slice(0, 120) }};
}}"""


@pytest.mark.parametrize("name", [*STATES, "other views"])
def test_tab_reaches_every_control_in_order_with_a_visible_focus(page, root, name):
    if name in STATES:
        show(page, root, **STATES[name])
        expect_tab_order(page, name)
        return
    for view in set(tabs_of(page)) - {state.get("view", "generate") for state in STATES.values()}:
        open_query(page, to_query(view=view, epoch=1))
        expect_shown(page, view)
        expect_tab_order(page, view)


def expect_tab_order(page, name):
    count = page.evaluate(f"({TAB_STOPS})().length")
    assert count > (9 if name == "lesson" else 15)
    tab_to(page, ".languages input")  # the first control
    for index in range(count):
        if index:
            page.keyboard.press("Tab")
        focus = page.evaluate(FOCUS)
        assert (focus["index"], focus["inWindow"], focus["visible"]) == (index, True, True), focus


def test_arrow_keys_move_between_the_tabs(page, root):
    show(page, root, epoch=1, count=9)
    first, *others = tabs_of(page)
    page.locator(f"#tab-{first}").focus()
    for view in (*others, first):
        page.keyboard.press("ArrowRight")
        expect(page.locator(f"#tab-{view}")).to_be_focused()
        expect(page.locator(f"#tab-{view}")).to_have_attribute("aria-selected", "true")
        expect_query(page, view=view)
    page.keyboard.press("ArrowLeft")
    expect(page.locator(f"#tab-{others[-1]}")).to_be_focused()


def test_the_main_path_works_by_keyboard_alone(visit, root):
    state = {"epoch": 1, "count": 9, "seed": 5}
    page = visit(to_query(**state | {"view": "lesson"}))
    page.locator(".lesson a").first.wait_for()
    tab_to(page, "[role=tab]")
    page.keyboard.press("ArrowRight")
    expect_state(page, root, **state)
    tab_to(page, ".screen canvas")
    for key in ("ArrowRight", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    expect(page.locator(".readout")).to_have_text(expected_readout(expected_film(root, **state), 4))
    tab_to(page, "[data-digit=from]")
    page.keyboard.press("Enter")
    line = state | {"view": "interpolate", "seed": 9}
    expect_state(page, root, **line)
    expect(page.locator("#tab-interpolate")).to_be_focused()  # the button that had the focus is hidden now
    tab_to(page, ".screen canvas")
    page.keyboard.press("ArrowRight")
    expect_state(page, root, **line, at=1)
    tab_to(page, ".loop")
    page.keyboard.press("Space")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("End")
    page.keyboard.press("Shift+Tab")
    expect_state(page, root, **line, at=59)
    page.keyboard.press("Enter")  # at the end, playing starts over
    expect(page.get_by_role("button", name=page_text("pause"))).to_be_visible()
    tab_to(page, "[name=shape]")
    page.keyboard.press("ArrowRight")
    expect_state(page, root, **line, shape="plane")
    tab_to(page, "#fourth + button")
    page.keyboard.press("Space")
    expect(page.locator("#fourth")).not_to_have_value("3")
    expect_query(page, fourth=page.locator("#fourth").input_value())


def test_keys_on_a_chart_move_the_epoch_and_its_value_is_announced(page, root):
    state = {"view": "progression", "model": "mlp", "count": 4}
    show(page, root, **state, epoch=0)
    charts = page.get_by_role("slider", name=re.compile("^MLP: "))
    page.locator(".run svg").first.focus()
    for key, epoch in (("ArrowRight", 1), ("ArrowUp", 2), ("ArrowRight", 2), ("ArrowLeft", 1), ("Home", 0), ("End", 2)):
        page.keyboard.press(key)
        expect_state(page, root, **state, epoch=epoch)
        for chart in charts.all():
            expect(chart).to_have_attribute("aria-valuenow", str(epoch))

    def announced(*values):
        return page_text("chart.at", epoch=2, values=page_text("list").join(values))

    losses = page_text("chart.loss-d", value=1.2), page_text("chart.loss-g", value=1.8)
    scores = page_text("chart.real", value=0.9), page_text("chart.fake", value=0.3)
    shares = (page_text("chart.share", digit=digit, share=percent(0.1)) for digit in range(10))
    expected = [losses, scores, [page_text("chart.distance", value=61.7)], shares]
    for key, values in zip(("losses", "scores", "ratio", "classes"), expected, strict=True):
        chart = page.get_by_role("slider", name=f"MLP: {page_text(f'chart.{key}')}", exact=True)
        expect(chart).to_have_attribute("aria-valuetext", announced(*values))
    page.keyboard.press("Home")
    expect(charts.first).to_have_attribute("aria-valuetext", page_text("chart.none", epoch=0))


def test_a_step_of_the_tour_opened_by_a_key_gets_the_focus(page, root):
    show(page, root, view="lesson", epoch=1)
    tab_to(page, ".lesson a")
    page.keyboard.press("Enter")
    expect_state(page, root, epoch=1, count=16)
    expect(page.locator("#step-title")).to_be_focused()


def test_the_language_switch_works_by_keys_and_has_a_name(visit):
    page = visit(to_query(epoch=1, count=1))
    group = page.get_by_role("radiogroup", name=page_text("language"), exact=True)
    group.get_by_role("radio", name=page_text("language.name"), exact=True).focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lead")).to_have_text(TEXTS["zh"]["lead"])
    group = page.get_by_role("radiogroup", name=page_text("language", "zh"), exact=True)
    expect(group.get_by_role("radio", name=page_text("language.name", "zh"), exact=True)).to_be_focused()
    expect(group).to_have_text("".join(texts["language.short"] for texts in TEXTS.values()))
    page.keyboard.press("ArrowLeft")
    expect(page.locator(".lead")).to_have_text(TEXTS["en"]["lead"])
