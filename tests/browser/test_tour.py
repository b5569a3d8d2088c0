"""The tour beside the views in Chromium: all of it, links into it, the parts that a link hides, other lessons."""

import json
from urllib.parse import parse_qsl, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.browsing import new_context
from helpers.lessons import LESSONS, TOUR, set_by
from helpers.pages import copied_text, expect_query, expect_state, tab_to
from helpers.states import ALWAYS_IN_QUERY, DEFAULTS, page_text, to_query
from playwright.sync_api import expect

TITLE = "#step-title"
# What finds a part of the page. A predicate that Playwright waits for cannot be async.
IMPORT = "async () => { window.elementOf = (await import(new URL('studio/parts.js', document.baseURI))).elementOf; }"
# Whether some parts of the page are shown and others are not. Those that are shown are in sight beside or above the
# panel, or the first of them if there is no room for all.
PARTS_SHOWN = """([shown, hidden]) => {
  if (!shown.every((name) => elementOf(name)) || hidden.some((name) => elementOf(name))) return false;
  const panel = document.querySelector(".tour").getBoundingClientRect();
  const floor = panel.width > innerWidth / 2 ? panel.top : innerHeight;
  const boxes = shown.map((name) => elementOf(name).getBoundingClientRect());
  const [top, bottom] = [Math.min(...boxes.map(({ top }) => top)), Math.max(...boxes.map(({ bottom }) => bottom))];
  if (bottom - top < floor - 12) return !boxes.length || (top >= 0 && bottom <= floor);
  return boxes[0].top >= 0 && boxes[0].top < floor - 100;
}"""

# The names of what the page cannot read of each query.
NOT_READ = """async (queries) => {
  const { readLink, whenLoaded } = await import(new URL("studio/store.js", document.baseURI));
  return whenLoaded(() => queries.map((query) => readLink(query)[1].map(({ values }) => values.name)));
}"""


def query_of(fields):
    """What the page's link has of some fields. None: the link does not have the field."""
    usual = {name for name, value in fields.items() if value == DEFAULTS[name] and name not in ALWAYS_IN_QUERY}
    chosen_by_the_run = {name for name, value in fields.items() if value is None and name in ALWAYS_IN_QUERY}
    return {name: None if name in usual else value for name, value in fields.items() if name not in chosen_by_the_run}


def expect_step(page, number, language, answered):
    """Wait until the page shows a step with all that it sets, and a part that it marks is in sight above the panel."""
    step = TOUR[number - 1]
    expect(page.locator(".tour .at")).to_have_text(page_text("tour.at", language, n=number, count=len(TOUR)))
    expect(page.locator(TITLE)).to_have_text(step["title"][language])
    expect(page.locator(".tour .answer")).to_contain_text(step["answer"][language] if answered else "")
    assert answered or not page.locator(".tour .answer").text_content().strip()
    expect(page.locator(".notes")).to_be_empty()
    expect(page.locator(".lesson .start")).to_have_count(0)  # the tour is open
    expect_query(page, lesson=number, **query_of(set_by(step, answered)))
    page.evaluate(IMPORT)
    page.wait_for_function(PARTS_SHOWN, arg=[step["marks"], []] if answered else [[], step.get("cover", [])])


def press(page, selector):
    tab_to(page, selector)
    page.keyboard.press("Enter")


def tap(page, selector):
    page.locator(selector).tap()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "use", "options"),
    [
        ("en", press, {"viewport": {"width": 1440, "height": 800}}),
        ("zh", tap, {"viewport": {"width": 360, "height": 800}, "has_touch": True, "locale": "zh-CN"}),
    ],
    ids=["keys", "touch"],
)
def test_the_whole_tour_works_by_keys_in_english_and_by_touch_in_chinese(browser, visit, language, use, options):
    page = visit("", new_context(browser, **options))
    use(page, ".invite a")
    for number in range(1, len(TOUR) + 1):
        expect(page.locator(TITLE)).to_be_focused()
        expect_step(page, number, language, answered=False)
        choice = TOUR[number - 1].get("right", 1)
        use(page, f".tour .choice:nth-of-type({choice})")
        expect_step(page, number, language, answered=True)
        use(page, ".tour .onward")
    expect(page.locator(".lesson .steps a")).to_have_count(len(TOUR))
    expect(page.locator(".tour, .invite")).to_have_count(0)
    expect_query(page, lesson=None, view="lesson")


@pytest.mark.parametrize("steps", LESSONS.values(), ids=LESSONS)
def test_the_page_can_read_every_state_of_a_lesson(grid, steps):
    states = [set_by(step, answered) for step in steps for answered in (False, True)]
    queries = [to_query(**{name: value for name, value in state.items() if value is not None}) for state in states]
    assert grid.evaluate(NOT_READ, queries) == [[]] * len(queries)


def test_back_returns_to_the_step_before_and_a_lesson_that_was_left_goes_on(visit, root):
    page = visit("lesson=4")
    expect_step(page, 4, "en", answered=False)
    page.locator(".tour .onward").click()
    expect_step(page, 5, "en", answered=False)
    page.locator(".tour .again").click()  # without a guess
    expect_step(page, 5, "en", answered=True)
    page.locator("#seed").fill("7")
    expect_state(page, root, epoch=1, count=16, seed=7)
    page.locator(".tour .again").click()
    expect_state(page, root, epoch=1, count=16)
    page.locator(".tour .onward").click()  # to a step of the same view
    expect_step(page, 6, "en", answered=False)
    page.go_back()
    expect_step(page, 5, "en", answered=True)
    page.go_back()
    expect_step(page, 4, "en", answered=False)
    page.go_forward()
    expect_step(page, 5, "en", answered=True)
    page.locator(".tour .close").click()
    expect(page.locator(".tour")).to_have_count(0)
    expect_query(page, lesson=None, guess=None, epoch=1)
    expect(page.locator(".invite a")).to_be_focused()
    page.locator(".invite a").click()
    expect_step(page, 5, "en", answered=False)
    page.locator(".tour .backward").click()
    expect_step(page, 4, "en", answered=False)


@pytest.mark.slow
def test_a_link_into_a_step_sets_its_state_or_keeps_its_own(visit, root):
    page = visit("lesson=5&guess=1&lang=zh")
    expect_step(page, 5, "zh", answered=True)
    expect(page.locator(".tour .choice[aria-pressed=true]")).to_have_text(f"✗ {TOUR[4]['choices'][0]['zh']}")
    page = visit("lesson=5&guess=9&hide=nothing")  # no such choice, no such part
    expect(page.locator(".tour .answer")).to_contain_text(TOUR[4]["answer"]["en"])
    expect(page.locator(".tour .answer")).not_to_contain_text(page_text("tour.other"))
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="hide"))
    own = {"epoch": 1, "seed": 9, "count": 4, "lesson": 5}
    page = visit(to_query(**own))
    expect(page.locator(TITLE)).to_have_text(TOUR[4]["title"]["en"])
    expect_state(page, root, **own)
    page = visit("lesson=99")
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="lesson"))
    expect(page.locator(".tour")).to_have_count(0)
    expect_query(page, lesson=None)


@pytest.mark.slow
def test_only_a_page_without_a_state_invites_and_nothing_of_the_tour_is_loaded_before(visit, root):
    asked = []
    page = visit("lang=en", prepare=lambda page: page.on("request", lambda request: asked.append(request.url)))
    expect(page.locator(".invite a")).to_have_text(page_text("tour.invite"))
    expect_state(page, root, epoch=1)
    assert not [url for url in asked if "/lessons/" in url or "lesson_" in url]
    page.locator(".invite .close").click()
    expect(page.locator(".invite")).to_have_count(0)
    page = visit("view=generate")
    expect_state(page, root, epoch=1)
    expect(page.locator(".invite")).to_have_count(0)


@pytest.mark.slow
def test_a_link_hides_parts_of_the_page_until_the_visitor_shows_them(visit, root):
    page = visit(f"{to_query(epoch=1, count=4)}&hide=export,nothing,settings")
    expect_state(page, root, epoch=1, count=4)
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="hide"))
    expect(page.locator(".take")).to_be_hidden()
    expect(page.locator(".options")).to_be_hidden()
    expect_query(page, hide="export,settings")
    page.locator(".teachers > button").click()
    page.locator("[data-part=settings]").uncheck()
    page.locator("[data-part=epoch]").check()
    expect_query(page, hide="epoch,export")
    expect(page.locator(".options")).to_be_visible()
    expect(page.locator(".epochs")).to_be_hidden()
    page.locator(".unhide button").click()
    expect(page.locator(".take")).to_be_visible()
    expect_query(page, hide=None)


@pytest.mark.slow
def test_the_copied_step_is_a_step_of_another_lesson_in_a_language_of_its_own(visit, root):
    state = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 8, "at": 20}
    page = visit(to_query(**state, lesson=5))
    expect(page.locator(TITLE)).to_have_text(TOUR[4]["title"]["en"])
    page.locator(".teachers > button").click()
    link = copied_text(page, page.locator(".lesson-link").click)
    assert urlsplit(link).query == "lesson=5"
    page.locator(".lesson-step").click()
    expect(page.locator(".lesson-step")).to_have_text(page_text("copied"))
    step = json.loads(page.evaluate("navigator.clipboard.readText()"))
    assert step["state"] == dict(parse_qsl(to_query(**state)))
    step["title"] = {"fr": "Entre deux chiffres"}
    answer = {"status": 200, "content_type": "application/json", "body": json.dumps([step, step])}
    page = visit(
        "lesson=class-2", prepare=lambda page: page.route("**/lessons/class.json", lambda r: r.fulfill(**answer))
    )
    expect_state(page, root, **state)
    expect(page.locator(TITLE)).to_have_text("Entre deux chiffres")
    expect(page.locator(".tour .words")).to_have_attribute("lang", "fr")
    expect(page.locator(".tour .at")).to_have_text(page_text("tour.at", n=2, count=2))
    expect_query(page, lesson="class-2")


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_violation_beside_a_step(visit, theme):
    page = visit(f"lesson=5&__theme={theme}&hide=export")
    expect_step(page, 5, "en", answered=False)
    page.locator(".teachers > button").click()
    assert violations(page) == []
    page.locator(".tour .choice").first.click()
    expect_step(page, 5, "en", answered=True)
    assert violations(page) == []


def violations(page):
    rules = {"target-size": {"enabled": True}, "label-content-name-mismatch": {"enabled": True}}
    found = Axe().run(page, options={"rules": rules}).response["violations"]
    return [(rule["id"], node["target"]) for rule in found for node in rule["nodes"]]
