"""What a screen reader announces in Chromium: names of canvases and texts of live regions."""

import re

import pytest
from helpers.films import SAVED
from helpers.pages import choose, digit_center, show
from helpers.states import (
    DEFAULTS,
    expected_film,
    expected_reading,
    expected_readout,
    page_text,
    percent,
    seed_text,
    shown_digits,
    to_query,
)
from playwright.sync_api import expect

from gan.ui.catalogue import catalogue

pytestmark = pytest.mark.slow

GRID = {"epoch": 1, "seed": 7, "count": 16}
LINE = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 8, "at": 20}
PLANE = {"view": "interpolate", "epoch": 1, "shape": "plane", "x": 2, "y": 9}
# A state, the key of the text that describes its canvas, and the values of that text in a language.
DESCRIPTIONS = [
    (GRID, "said.grid", lambda language: {"count": 16, "seed": 7, "last": 22}),
    (GRID | {"view": "progression"}, "said.grid", lambda language: {"count": 16, "seed": 7, "last": 22}),
    (GRID | {"count": 1}, "said.one", lambda language: {"seed": 7}),
    (GRID | {"count": 1, "only": 9}, "said.only.single", lambda language: {"count": 0, "only": 9, "seed": 7}),
    (
        LINE,
        "said.line",
        lambda language: {"from": seed_text(3, language), "to": seed_text(8, language), "share": percent(0.34)},
    ),
    (
        PLANE,
        "said.plane",
        lambda language: {
            "corners": page_text("list", language).join(seed_text(seed, language) for seed in (0, 7, 2, 3)),
            "x": 2,
            "y": 9,
            "last": 10,
        },
    ),
]
# Record every text that a live region of the page gets from now on, with the region's name.
RECORD = """() => {
  const announced = window.announced = [];
  for (const region of document.querySelectorAll(".studio :is([aria-live], [role=status], output)")) {
    new MutationObserver((changes) => changes.forEach(({ target }) =>
      announced.push([target.dataset?.heard, target.textContent])))
      .observe(region, { childList: true, characterData: true, subtree: true });
  }
}"""


def live(page, name):
    """The part of the live region that announces `name`: shown, digit or done."""
    return page.locator(f"[data-heard={name}]")


def announced(page):
    """The [region, text] pairs since RECORD, without those that only empty a region."""
    return [pair for pair in page.evaluate("announced") if pair[1]]


@pytest.fixture
def show_settled(page, root):
    """Show a state, and wait until it has been announced."""

    def show_settled(**state):
        show(page, root, **state)
        expect(live(page, "shown")).to_have_text(page.locator(".said").text_content())
        expect(live(page, "shown")).not_to_be_empty()

    return show_settled


@pytest.mark.parametrize(("language", "descriptions"), [("en", DESCRIPTIONS), ("zh", DESCRIPTIONS[-2:])])
def test_every_canvas_is_described_and_the_description_is_announced(visit, root, language, descriptions):
    page = visit(to_query(**GRID, model="both", lang=language))
    for state, key, values in descriptions:
        show(page, root, **state, model="both", lang=language)
        texts = [page_text(key, language, model=model.upper(), epoch=1, **values(language)) for model in SAVED]
        canvases = page.locator(".screen canvas")
        for nth, text in enumerate(texts):
            expect(canvases.nth(nth)).to_have_accessible_name(text)
            expect(canvases.nth(nth)).to_have_accessible_description(re.compile("."))
        expect(page.locator(".said")).to_have_text(" · ".join(texts))
        expect(live(page, "shown")).to_have_text(" · ".join(texts))


def test_a_filtered_grid_is_described_with_its_count_and_truncation(page, root):
    state = GRID | {"only": 3, "truncation": 0.4}
    show(page, root, **state)
    count = len(shown_digits(expected_film(root, **state), DEFAULTS | state))
    values = {"count": count, "all": 16, "only": 3, "model": "DCGAN", "epoch": 1, "seed": 7, "last": 22}
    said = page_text("said.only.one" if count == 1 else "said.only", **values)
    text = page_text("said.truncated", said=said, truncation="0.40")
    expect(page.locator(".screen canvas")).to_have_accessible_name(text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_view_says_that_epoch_0_is_untrained(visit, root, language):
    page = visit(to_query(**GRID, model="both", lang=language))
    for state in (GRID, LINE, PLANE, GRID | {"view": "progression"}):
        show(page, root, **state | {"epoch": 0}, model="both", lang=language)
        captions = [page_text("screen", language, model=model.upper(), epoch=0) for model in SAVED]
        untrained = [page_text("untrained", language, text=caption) for caption in captions]
        expect(page.locator(".screen figcaption")).to_have_text(untrained)
        (end,) = {text.removeprefix(caption) for text, caption in zip(untrained, captions, strict=True)}
        for canvas in page.locator(".screen canvas").all():
            expect(canvas).to_have_accessible_name(re.compile(f"{end}$"))
        show(page, root, **state | {"epoch": 1}, model="both", lang=language)
        expect(page.locator(".stage")).not_to_contain_text(end)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_first_picture_has_a_caption_and_a_name(visit, language):
    page = visit(f"lang={language}", prepare=lambda page: page.route("**/run/catalogue", lambda route: None))
    text = page_text("screen", language, model="DCGAN", epoch=1)
    expect(page.locator(".screen canvas")).to_have_accessible_name(text)
    expect(page.locator(".screen figcaption")).to_have_text(text)
    if language == "en":
        choose(page, "lang", "zh")
        expect(page.locator(".screen figcaption")).to_have_text(page_text("screen", "zh", model="DCGAN", epoch=1))


@pytest.mark.parametrize(
    ("state", "button", "slider"),
    [
        (LINE, ".travel", ".place"),
        (GRID | {"view": "progression", "model": "mlp", "slow": 1}, ".play", "#epoch"),
    ],
)
def test_nothing_is_announced_while_it_plays_and_the_end_is_announced_once(page, show_settled, state, button, slider):
    show_settled(**state)
    before = live(page, "shown").text_content()
    page.evaluate(RECORD)
    page.locator(button).click()
    page.evaluate(
        """(selector) => new Promise((resolve) => {
          const slider = document.querySelector(selector), values = new Set();
          const look = () => values.add(slider.value).size > 2 ? resolve() : requestAnimationFrame(look);
          look();
        })""",
        slider,
    )
    assert announced(page) == []
    page.locator(button).click()
    after = page.locator(".said").text_content()
    expect(live(page, "shown")).to_have_text(after)
    regions = [region for region, _ in announced(page)]
    assert sorted(regions) == sorted(set(regions))
    assert ("shown" in regions) == (after != before)


def test_the_reading_of_an_epoch_is_announced_after_a_step(page, root, show_settled):
    show_settled(view="progression", model="mlp", count=4, epoch=0)
    comments = catalogue(root)["models"]["mlp"]["comments"]
    expect(live(page, "reading")).to_have_text(expected_reading(comments[0]))
    page.evaluate(RECORD)
    page.locator(".forward").click()
    expect(live(page, "reading")).to_have_text(expected_reading(comments[1]))
    assert [pair for pair in announced(page) if pair[0] == "reading"] == [["reading", expected_reading(comments[1])]]
    show_settled(epoch=1, count=4)
    expect(live(page, "reading")).to_be_empty()


def test_only_the_end_of_a_drag_is_announced(page, show_settled):
    show_settled(**LINE)
    page.evaluate(RECORD)
    page.locator(".place").evaluate("""(slider) => {
      for (slider.value = 30; slider.value < 40; slider.stepUp()) slider.dispatchEvent(new Event("input"));
    }""")
    share = percent(0.66)
    text = page_text("said.line", share=share, model="DCGAN", epoch=1, **{"from": seed_text(3), "to": seed_text(8)})
    expect(live(page, "shown")).to_have_text(text)
    assert [pair for pair in announced(page) if pair[0] == "shown"] == [["shown", text]]


def test_a_digit_picked_by_keys_is_announced_and_a_digit_under_the_mouse_is_not(page, root, show_settled):
    show_settled(**GRID)
    page.evaluate(RECORD)
    film = expected_film(root, **GRID)
    canvas = page.locator(".screen canvas")
    canvas.hover(position=digit_center(page, 9, 4))
    expect(page.locator(".readout")).to_have_text(expected_readout(film, 9))
    canvas.press("ArrowRight")
    expect(live(page, "digit")).to_have_text(expected_readout(film, 0))
    assert [text for _, text in announced(page)] == [expected_readout(film, 0)]


def test_the_result_of_a_button_is_announced(page, show_settled):
    show_settled(**GRID)
    page.locator(".copy-link").click()
    expect(live(page, "done")).to_have_text(page_text("copied"))
    expect(live(page, "done")).to_be_empty()
