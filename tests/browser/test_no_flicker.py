"""Motion on the page in Chromium, frame by frame: nothing flickers, nothing jumps, nothing moves by itself."""

import pytest
from helpers.browsing import new_context
from helpers.pages import choose, digit_center, expect_state, press_keys, show, wait_for_predictions
from helpers.states import GRID, page_text, to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

LINE = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 8, "at": 20}
# From now on, record at every frame: pixels, captions, the readout, and the vertical position and height of each
# element on the screen. Those of other views may come later, and are hidden.
WATCH = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const read = {
    pixels: () => all(".screen canvas").map((canvas) => canvas.toDataURL()).join(),
    captions: () => all(".screen figcaption").map((caption) => caption.textContent).join(),
    readout: () => document.querySelector(".readout").textContent,
    layout: () => all(".studio *:not(svg *, option, .heard *, .readout *, .mark)").filter(
      (each) => each.getClientRects().length,
    ).map((each) => {
      const { top, height } = each.getBoundingClientRect();
      return `${each.tagName} ${each.className}: ${top + scrollY} ${height}`;
    }).join("\\n"),
  };
  const seen = window.seen = Object.fromEntries(Object.keys(read).map((name) => [name, []]));
  const look = () => {
    if (window.seen !== seen) return; // a later WATCH has begun
    for (const [name, value] of Object.entries(read)) {
      const now = value();
      if (seen[name].at(-1) !== now) seen[name].push(now);
    }
    requestAnimationFrame(look);
  };
  look();
}"""
TWO_FRAMES = "new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))"
ACTIONS = {
    "seed": lambda page: page.locator("#seed").fill("70"),
    "epoch": lambda page: press_keys(page, "#epoch", "Home"),
    "model": lambda page: choose(page, "model", "mlp"),
    "truncation": lambda page: press_keys(page, "#truncation", "Home"),
    "sort": lambda page: page.locator("#sort").select_option("score"),
    "to": lambda page: page.locator("#to").fill("70"),
    "path": lambda page: choose(page, "path", "lerp"),
}
CHANGED = {"seed": 70, "epoch": 0, "model": "mlp", "truncation": 0, "sort": "score", "to": 70, "path": "lerp"}


def watched(page, name):
    """The different values of `name` since WATCH, in order."""
    page.evaluate(TWO_FRAMES)
    return page.evaluate("(name) => window.seen[name]", name)


def moved(page):
    """The elements that have moved since WATCH, before and after."""
    before, *later = ({*layout.split("\n")} for layout in watched(page, "layout"))
    return [layout ^ before for layout in later]


@pytest.mark.parametrize(
    ("view", "names", "beside"),
    [
        ("generate", ("seed", "epoch", "model", "truncation", "sort"), {}),
        ("generate", ("seed", "epoch", "model", "truncation", "sort"), {"reals": 1, "nearest": 1}),
        ("interpolate", ("seed", "epoch", "model", "to", "path"), {}),
        ("progression", ("seed", "epoch", "model"), {}),
        ("progression", ("seed", "epoch", "model"), {"reals": 1}),
    ],
)
def test_a_change_replaces_the_picture_once_and_moves_nothing(visit, root, view, names, beside):
    page = visit()  # a new page, which has no answers yet
    state = GRID | {"view": view, "model": "dcgan", "at": 30} | beside
    for name in names:
        show(page, root, **state)
        if view != "interpolate":
            page.locator(".screen canvas").first.click(position=digit_center(page, 4, 3))
        expect(page.locator(".readout")).not_to_have_text(page_text("digit.none"))
        if view == "generate":
            expect(page.locator(".variety")).to_have_text(page_text("truncation.none"))
        if "nearest" in beside:
            expect(page.locator(".pairs-of[aria-busy=false]")).to_have_count(1)
        page.evaluate(WATCH)
        page.evaluate(TWO_FRAMES)
        ACTIONS[name](page)
        expect_state(page, root, **state | {name: CHANGED[name]})
        wait_for_predictions(page)
        assert len(watched(page, "pixels")) == 2, name
        assert len(watched(page, "captions")) <= 2, name
        assert len(watched(page, "readout")) <= 2, name
        if name != "model":
            assert moved(page) == [], name


@pytest.mark.parametrize("view", ["generate", "progression"])
def test_nothing_moves_while_digits_are_pointed_at_and_picked(page, root, view):
    show(page, root, **GRID, view=view)
    expect(page.locator(".readout")).to_have_text(page_text("digit.none"))
    page.evaluate(WATCH)
    page.locator(".screen canvas").hover(position=digit_center(page, 3, 3))
    expect(page.locator(".readout")).to_contain_text(page_text("digit.at.seed", seed=8))
    page.locator(".screen canvas").click(position=digit_center(page, 4, 3))
    expect(page.locator("[data-digit=from]")).to_be_enabled()
    assert moved(page) == []


# Reduced motion

# Everything that changes within 30 frames, and every running animation.
CHANGES = """() => new Promise((resolve) => {
  const seen = [];
  new MutationObserver((changes) => seen.push(...changes.map(({ target }) => target.outerHTML ?? target.data)))
    .observe(document.body, { attributes: true, childList: true, characterData: true, subtree: true });
  let frames = 30;
  const animations = () => document.getAnimations().map(String);
  const next = () => (frames-- ? requestAnimationFrame(next) : resolve([...seen, ...animations()]));
  next();
})"""
# The number of elements with a transition or an animation.
MOVABLE = """() => [...document.querySelectorAll("*")].filter((each) => {
  const { transitionDuration, animationName } = getComputedStyle(each);
  return /[1-9]/.test(transitionDuration) || animationName !== "none";
}).length"""


@pytest.fixture(scope="module")
def reduced_motion(browser):
    """The profile of a browser set to reduced motion."""
    return new_context(browser, reduced_motion="reduce")


def test_with_reduced_motion_nothing_moves_by_itself(visit, reduced_motion, root):
    page = visit(to_query(**GRID), reduced_motion)
    for state in (GRID, LINE, LINE | {"shape": "plane"}, GRID | {"view": "progression", "model": "mlp"}):
        show(page, root, **state)
        expect(page.locator("[data-heard=shown]")).to_have_text(page.locator(".said").text_content())
        assert page.evaluate(CHANGES) == []
        assert page.evaluate(MOVABLE) == 0
        expect_state(page, root, **state)


def test_with_reduced_motion_the_play_button_still_plays(visit, reduced_motion, root):
    page = visit(to_query(**LINE), reduced_motion)
    expect_state(page, root, **LINE)
    page.locator(".travel").click()
    expect_state(page, root, **LINE | {"at": 25})


def test_playing_stops_when_reduced_motion_is_turned_on(visit, root):
    page = visit(to_query(**LINE))
    expect_state(page, root, **LINE)
    assert page.evaluate(MOVABLE) > 0  # Gradio's own, which reduced motion turns off
    page.get_by_role("button", name=page_text("way.play")).click()
    expect(page.get_by_role("button", name=page_text("pause"))).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_role("button", name=page_text("way.play"))).to_be_visible()
