"""The page in Chromium, frame by frame: from one picture to the next nothing flickers and nothing jumps."""

import pytest
from helpers.pages import choose, knows, middle, says, shows, slide
from helpers.states import drawn, link
from playwright.sync_api import expect

SMALL = {"seed": 5, "count": 9, "epoch": 1}
# What stands on the page in every frame from now on: pixels, words, and how far down and how high each thing is.
WATCH = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const read = {
    pixels: () => all(".screen canvas").map((canvas) => canvas.toDataURL()).join(),
    captions: () => all(".screen figcaption").map((caption) => caption.textContent).join(),
    readout: () => document.querySelector(".readout").textContent,
    places: () => all(".studio *:not(svg *, option, .heard *, .mark)").map((each) => {
      const { top, height } = each.getBoundingClientRect();
      return `${each.tagName} ${each.className}: ${top + scrollY} ${height}`;
    }).join("\\n"),
  };
  window.seen = Object.fromEntries(Object.keys(read).map((name) => [name, []]));
  const look = () => {
    for (const [name, say] of Object.entries(read)) {
      const now = say();
      if (window.seen[name].at(-1) !== now) window.seen[name].push(now);
    }
    requestAnimationFrame(look);
  };
  look();
}"""
CHANGES = {
    "seed": lambda page: page.get_by_label("Seed", exact=True).fill("70"),
    "epoch": lambda page: slide(page, "#epoch", "Home"),
    "model": lambda page: choose(page, "model", "mlp"),
    "truncation": lambda page: slide(page, "#truncation", "Home"),
    "sort": lambda page: page.locator("#sort").select_option("score"),
    "to": lambda page: page.locator("#to").fill("70"),
    "path": lambda page: choose(page, "path", "lerp"),
}
AFTER = {"seed": 70, "epoch": 0, "model": "mlp", "truncation": 0, "sort": "score", "to": 70, "path": "lerp"}


def watched(page, name):
    """What was seen of a thing, each state once for as long as it stood."""
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate("(name) => window.seen[name]", name)


@pytest.mark.parametrize(
    ("view", "name"),
    [
        *(("generate", name) for name in ("seed", "epoch", "model", "truncation", "sort")),
        *(("interpolate", name) for name in ("seed", "epoch", "model", "to", "path")),
        *(("progression", name) for name in ("seed", "epoch", "model")),
    ],
)
def test_one_picture_follows_another_at_once_and_in_its_place(visit, root, view, name):
    before = SMALL | {"view": view, "model": "dcgan", "at": 30}
    page = visit(link(**before))
    shows(page, drawn(root, **before))
    if view != "interpolate":
        page.locator(".screen canvas").click(position=middle(page, 4, 3))
    expect(page.locator(".readout[aria-busy=false]")).to_contain_text("D gives it")
    page.wait_for_load_state("networkidle")
    page.evaluate(WATCH)
    CHANGES[name](page)
    after = before | {name: AFTER[name]}
    says(page, **{name: AFTER[name]})
    shows(page, drawn(root, **after))
    knows(page)
    assert len(watched(page, "pixels")) == 2
    assert len(watched(page, "captions")) <= 2
    assert len(watched(page, "readout")) <= (3 if name == "model" and view == "interpolate" else 2)
    places = watched(page, "places")
    if name != "model":
        assert [set(now.split("\n")) ^ set(places[0].split("\n")) for now in places[1:]] == []


@pytest.mark.parametrize("view", ["generate", "progression"])
def test_nothing_moves_as_digits_are_pointed_at_and_picked(visit, root, view):
    page = visit(link(**SMALL, view=view))
    shows(page, drawn(root, **SMALL, view=view))
    expect(page.locator(".readout[aria-busy=false]")).to_contain_text("Point at a digit")
    page.evaluate(WATCH)
    page.locator(".screen canvas").hover(position=middle(page, 3, 3))
    expect(page.locator(".readout")).to_contain_text("Seed 8")
    page.locator(".screen canvas").click(position=middle(page, 4, 3))
    expect(page.get_by_role("button", name="Start here")).to_be_enabled()
    assert len(watched(page, "places")) == 1
