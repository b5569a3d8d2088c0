"""Accessibility in Chromium: what axe-core finds, and names of controls."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.pages import choose, expect_shown, expect_state, open_query, show, tabs_of
from helpers.states import TEXTS, page_text, seed_text, to_query
from playwright.sync_api import expect

# A state of each view that is drawn quickly.
STATES = {
    "generate": {"model": "both", "epoch": 1, "count": 16},
    "filtered": {"epoch": 1, "count": 9, "only": 8, "sort": "digit", "truncation": 0.4},
    "line": {"view": "interpolate", "epoch": 1, "seed": 3, "to": 8, "at": 20},
    "plane": {"view": "interpolate", "epoch": 1, "shape": "plane"},
    "progression": {"view": "progression", "model": "both", "epoch": 1, "count": 9},
    "lesson": {"view": "lesson", "epoch": 1},
    "beside": {"model": "both", "epoch": 1, "count": 9, "reals": 1, "nearest": 1, "real": 0},
    "pushed": {"epoch": 1, "count": 9, "push": 1, "dstep": 1, "gstep": 1},
    "training beside": {"view": "progression", "epoch": 1, "count": 9, "reals": 1},
}
SLOW_STATES = [pytest.param(name, marks=() if name == "generate" else pytest.mark.slow) for name in STATES]
# WCAG 2.1 A and AA and best practices are axe's default; these further rules are off by default.
FURTHER_RULES = ("target-size", "label-content-name-mismatch", "p-as-heading")
ALL_RULES = {"rules": {name: {"enabled": True} for name in FURTHER_RULES}}
CONTRAST_ONLY = {"runOnly": ["color-contrast"]}


def violations(page, options=ALL_RULES):
    """What axe finds in the whole document, Gradio's own parts included."""
    result = Axe().run(page, options=options).response
    assert result["passes"]
    return [
        (rule["id"], node["target"], node["failureSummary"]) for rule in result["violations"] for node in rule["nodes"]
    ]


@pytest.mark.parametrize("name", SLOW_STATES)
def test_axe_finds_no_violation(page, root, name):
    show(page, root, **STATES[name])
    assert violations(page) == []


@pytest.mark.slow
def test_axe_finds_no_violation_in_a_view_without_a_state_above(page, root):
    show(page, root, **STATES["generate"])
    for view in set(tabs_of(page)) - {state.get("view", "generate") for state in STATES.values()}:
        open_query(page, to_query(view=view, epoch=1))
        expect_shown(page, view)
        assert violations(page) == [], view


@pytest.mark.slow
def test_axe_finds_no_low_contrast_in_the_dark_theme(visit, root):
    page = visit(f"{to_query(**STATES['generate'])}&__theme=dark")
    expect(page.locator("body.dark")).to_have_count(1)
    for state in STATES.values():
        show(page, root, **state)
        assert violations(page, CONTRAST_ONLY) == []


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_definition_and_the_about_box(visit, root, theme):
    page = visit(f"{to_query(**STATES['generate'])}&__theme={theme}")
    expect_state(page, root, **STATES["generate"])
    page.locator(".lead .term").first.focus()
    expect(page.locator(".definition:popover-open")).to_have_count(1)
    assert violations(page) == []
    page.locator(".about-open").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


@pytest.mark.slow
def test_axe_finds_no_violation_in_chinese_on_a_phone(phone_page, root):
    show(phone_page, root, **STATES["line"])
    choose(phone_page, "lang", "zh")
    expect(phone_page.locator(".lead")).to_have_text(TEXTS["zh"]["lead"])
    assert violations(phone_page) == []


@pytest.mark.slow
def test_axe_finds_no_violation_beside_error_messages(visit, root):
    page = visit(to_query(**STATES["line"]) + "&x=11")
    expect_state(page, root, **STATES["line"])
    page.locator("#to").fill("none")
    expect(page.locator("#to-problem")).to_have_text(page_text("seed.allowed", most=4294967295, place=seed_text(8)))
    expect(page.locator(".notes p")).to_have_count(1)
    assert violations(page) == []


@pytest.mark.slow
def test_every_control_has_a_name_in_words(page, root):
    show(page, root, epoch=1, count=9)
    unnamed = page.evaluate("""() => [...document.querySelectorAll(".studio :is(button, input, select)")]
      .filter((control) => {
        const labels = [...(control.labels ?? [])].map((label) => label.textContent);
        const name = [control.ariaLabel, control.textContent, ...labels].join(" ");
        return !/[a-z]{3}|png|gif|\\p{Script=Han}{2}/iu.test(name);
      }).map((control) => control.outerHTML)""")
    assert unnamed == []
