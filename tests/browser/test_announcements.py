"""What a screen reader is told of the page in Chromium, and the page for those who ask for less motion."""

import json
import re

import pytest
from helpers.films import SAVED
from helpers.pages import middle, says, shows
from helpers.states import START, drawn, film_of, link, readout
from playwright.sync_api import expect

from gan.ui.texts import TABLES

TEXTS = {language: json.loads(table) for language, table in TABLES.items()}
GRID = {"epoch": 1, "seed": 7, "count": 16}
LINE = {"view": "interpolate", "epoch": 1, "from": 3, "to": 8, "at": 20}
PLANE = {"view": "interpolate", "epoch": 1, "shape": "plane", "x": 2, "y": 9}
# States, the text that says what a canvas of one shows, and its values.
SAID = {
    "grid": (GRID, "said.grid", {"count": 16, "seed": 7, "last": 22}),
    "one": (GRID | {"count": 1}, "said.one", {"seed": 7}),
    "line": (LINE, "said.line", {"from": 3, "to": 8}),
    "plane": (PLANE, "said.plane", {"corners": "0, 7, 2, 3", "x": 2, "y": 9, "last": 10}),
    "progression": (GRID | {"view": "progression"}, "said.grid", {"count": 16, "seed": 7, "last": 22}),
}
# What any live region of the page is given from now on: the region's own part, and what it says.
LISTEN = """() => {
  window.told = [];
  for (const region of document.querySelectorAll(".studio :is([aria-live], [role=status], output)")) {
    new MutationObserver((seen) => seen.forEach(({ target }) => told.push([target.dataset?.heard, target.textContent])))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""


def filled(text, **values):
    return re.sub(r"\{(\w+)\}", lambda name: str(values[name[1]]), text)


def heard(page, part):
    return page.locator(f"[data-heard={part}]")


@pytest.mark.parametrize("language", TEXTS)
@pytest.mark.parametrize("name", SAID)
def test_each_canvas_says_what_it_shows_and_so_does_the_live_text(visit, root, name, language):
    there, key, values = SAID[name]
    words = TEXTS[language]
    if name == "line":
        values = values | {"share": filled(words["percent"], value=34)}
    if name == "plane":
        values = values | {"corners": values["corners"].replace(", ", words["list"])}
    page = visit(link(**there, model="both", lang=language))
    shows(page, drawn(root, **there, model="both"))
    said = [filled(words[key], **values, model=model.upper(), epoch=1) for model in SAVED]
    canvases = page.locator(".screen canvas")
    for nth, name in enumerate(said):
        expect(canvases.nth(nth)).to_have_accessible_name(name)
        expect(canvases.nth(nth)).to_have_accessible_description(re.compile("."))
    expect(page.locator(".said")).to_have_text(" · ".join(said))
    expect(heard(page, "shown")).to_have_text(" · ".join(said))


def test_it_says_how_many_are_read_as_what_and_how_long_their_vectors_are(visit, root):
    there = GRID | {"only": 3, "truncation": 0.4}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    labels = [digit for digit, _ in film_of(root, "dcgan", START | there)["labels"][0]]
    values = {"count": labels.count(3), "all": 16, "only": 3, "model": "DCGAN", "epoch": 1, "seed": 7, "last": 22}
    words = TEXTS["en"]
    said = filled(words["said.truncated"], said=filled(words["said.only"], **values), truncation="0.40")
    expect(page.locator(".screen canvas")).to_have_accessible_name(said)


def test_the_first_picture_has_a_name_too(visit):
    page = visit(prepare=lambda page: page.route("**/run/catalogue", lambda route: None))
    expect(page.locator(".screen canvas")).to_have_accessible_name("DCGAN, epoch 1")


@pytest.mark.parametrize(
    ("there", "button", "moving"),
    [
        (LINE, ".travel", ".place"),
        (GRID | {"view": "progression", "model": "mlp", "slow": 1}, ".play", "#epoch"),
    ],
)
def test_nothing_is_told_while_it_plays_and_the_place_where_it_ends_once(visit, root, there, button, moving):
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    expect(heard(page, "shown")).not_to_be_empty()
    before = heard(page, "shown").text_content()
    page.evaluate(LISTEN)
    page.locator(button).click()
    page.evaluate(
        """(selector) => new Promise((done) => {
          const slider = document.querySelector(selector), values = new Set();
          const look = () => values.add(slider.value).size > 2 ? done() : requestAnimationFrame(look);
          look();
        })""",
        moving,
    )
    assert page.evaluate("told") == []
    page.locator(button).click()
    after = page.locator(".said").text_content()
    expect(heard(page, "shown")).to_have_text(after)
    told = [part for part, words in page.evaluate("told") if words]
    assert sorted(told) == sorted(set(told)) and ("shown" in told) == (after != before)


def test_a_drag_is_told_where_it_ends(visit, root):
    page = visit(link(**LINE))
    shows(page, drawn(root, **LINE))
    expect(heard(page, "shown")).not_to_be_empty()
    page.evaluate(LISTEN)
    page.locator(".place").evaluate("""(slider) => {
      for (slider.value = 30; slider.value < 40; slider.stepUp()) slider.dispatchEvent(new Event("input"));
    }""")
    words = filled(TEXTS["en"]["said.line"], share="66\u00a0%", **{"from": 3, "to": 8, "model": "DCGAN", "epoch": 1})
    expect(heard(page, "shown")).to_have_text(words)
    assert [told for told in page.evaluate("told") if told[0] == "shown"] == [["shown", words]]


def test_the_digit_that_keys_come_to_is_told_and_those_under_the_mouse_are_not(visit, root):
    page = visit(link(**GRID))
    shows(page, drawn(root, **GRID))
    expect(heard(page, "shown")).not_to_be_empty()
    page.evaluate(LISTEN)
    film = film_of(root, "dcgan", START | GRID)
    canvas = page.locator(".screen canvas")
    canvas.hover(position=middle(page, 9, 4))
    expect(page.locator(".readout")).to_have_text(readout(film, 9))
    canvas.press("ArrowRight")
    expect(heard(page, "digit")).to_have_text(readout(film, 0))
    assert [words.replace("\u00a0", " ") for _, words in page.evaluate("told")] == [readout(film, 0)]


def test_what_a_button_did_is_told(visit, root):
    page = visit(link(**GRID))
    shows(page, drawn(root, **GRID))
    page.get_by_role("button", name="Copy link").click()
    expect(heard(page, "done")).to_have_text(TEXTS["en"]["copied"])
    expect(heard(page, "done")).to_be_empty()


# Less motion

CHANGES = """() => new Promise((done) => {
  const seen = [];
  new MutationObserver((changes) => seen.push(...changes.map(({ target }) => target.outerHTML ?? target.data)))
    .observe(document.body, { attributes: true, childList: true, characterData: true, subtree: true });
  let frames = 60;
  const moving = () => document.getAnimations().map(String);
  const next = () => (frames-- ? requestAnimationFrame(next) : done([...seen, ...moving()]));
  next();
})"""
MOVABLE = """() => [...document.querySelectorAll("*")].filter((each) => {
  const { transitionDuration, animationName } = getComputedStyle(each);
  return /[1-9]/.test(transitionDuration) || animationName !== "none";
}).length"""


@pytest.fixture(scope="module")
def calm(browser):
    context = browser.new_context(viewport={"width": 1200, "height": 1000}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.mark.parametrize("there", [GRID, LINE, PLANE, GRID | {"view": "progression", "model": "mlp"}])
def test_nothing_moves_by_itself_for_those_who_ask_for_less_motion(visit, calm, root, there):
    page = visit(link(**there), calm)
    shows(page, drawn(root, **there))
    expect(heard(page, "shown")).not_to_be_empty()
    says(page, epoch=1)
    assert page.evaluate(CHANGES) == []
    assert page.evaluate(MOVABLE) == 0
    shows(page, drawn(root, **there))


def test_what_they_press_to_play_plays(visit, calm, root):
    page = visit(link(**LINE), calm)
    shows(page, drawn(root, **LINE))
    page.get_by_role("button", name="Play the journey").click()
    shows(page, drawn(root, **LINE | {"at": 59}))
    page.get_by_role("button", name="Pause").click()


def test_what_plays_stops_when_less_motion_is_asked_for(visit, root):
    page = visit(link(**LINE))
    shows(page, drawn(root, **LINE))
    assert page.evaluate(MOVABLE) > 0  # Gradio's: what the test above finds gone
    page.get_by_role("button", name="Play the journey").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.emulate_media(reduced_motion="reduce")
    expect(page.get_by_role("button", name="Play the journey")).to_be_visible()
