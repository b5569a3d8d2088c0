"""Whether a model copies its training data, in Chromium: each fake with the training digit nearest to it."""

import pytest
from helpers.films import SAVED, tiles_of
from helpers.pages import (
    change_answers,
    choose,
    expect_link,
    expect_pixels,
    expect_query,
    expect_state,
    press_keys,
    show,
    wait_for_first,
    wait_for_predictions,
)
from helpers.states import DEFAULTS, GRID, TEXTS, count_of, epoch_of, expected_film, page_text, percent, to_query
from playwright.sync_api import expect

from gan.ui.limits import MAX_NEAREST
from gan.ui.nearest import draw_nearest
from gan.ui.texts import note

PAIRS = GRID | {"nearest": 1}
SWITCH, ORDER = "[name=nearest]", "[name=closest]"
BUSY = ".pairs-of[aria-busy=true]"


def expected_nearest(root, **changes):
    state = DEFAULTS | changes
    count = min(count_of(state), MAX_NEAREST)
    model = state["model"]
    return draw_nearest(root, model, epoch_of(model, state), state["seed"], count, state["truncation"])


def expect_pairs(page, root, **state):
    """Wait until the page shows the pairs of a state of one model, and expect their percentages."""
    found = expected_nearest(root, **state)
    order = list(range(len(found["numbers"])))
    if state.get("closest"):
        order.sort(key=lambda place: found["distances"][place])
    fakes, near = (tiles_of(film)[0] for film in (expected_film(root, **state), found))
    expect_pixels(page, [each[place] for place in order for each in (fakes, near)], ".pairs canvas")
    shares = [percent(found["percentiles"][place] / 100) for place in order]
    expect(page.locator(".pairs .amount")).to_have_text(shares)


@pytest.fixture
def asked(visit):
    """A list that grows with the inputs of each question about the nearest digits; and a page that fills it."""
    questions = []

    def watched(query):
        def watch(page):
            page.on("request", lambda request: request.url.endswith("/nearest") and add(request))

        return visit(query, prepare=watch)

    def add(request):
        questions.append(request.post_data_json["data"])

    watched.questions = questions
    return watched


def test_a_switch_shows_each_fake_with_its_nearest_training_digit(page, root):
    show(page, root, **GRID)
    page.locator(SWITCH).click()
    expect_pairs(page, root, **PAIRS)
    expect_link(page, **PAIRS)
    expect(page.locator(".memory .hint")).to_have_text(page_text("memory.shares", count=9))
    found = expected_nearest(root, **PAIRS)
    names = [page_text("digit.at.seed", seed=5), f"{page_text('memory.digit', number=found['numbers'][0])}: "]
    labels = [each.get_attribute("aria-label") for each in page.locator(".pairs li").first.get_by_role("img").all()]
    assert labels == [names[0], f"{names[1]}{found['digits'][0]}"]
    page.locator(ORDER).click()
    expect_pairs(page, root, **PAIRS, closest=1)
    expect_link(page, **PAIRS, closest=1)
    page.locator(SWITCH).click()
    expect(page.locator(".pairs")).to_have_count(0)
    expect_query(page, nearest=None)


@pytest.mark.slow
def test_only_the_first_digits_of_a_large_grid_have_pairs_in_the_order_of_their_seeds(page, root):
    state = PAIRS | {"count": 40, "sort": "score"}
    show(page, root, **state)
    expect_pairs(page, root, **state)
    expect(page.locator(".pairs li")).to_have_count(MAX_NEAREST)


@pytest.mark.slow
def test_a_link_brings_the_pairs_in_their_order(visit, root):
    page = visit(to_query(**PAIRS, closest=1))
    expect_pairs(page, root, **PAIRS, closest=1)
    expect_link(page, **PAIRS, closest=1)


@pytest.mark.slow
def test_the_switches_work_by_keys(page, root):
    show(page, root, **GRID)
    page.locator(SWITCH).press("Space")
    expect_pairs(page, root, **PAIRS)
    page.locator(SWITCH).press("Tab")
    page.keyboard.press("Space")
    expect_pairs(page, root, **PAIRS, closest=1)
    expect(page.locator(ORDER)).to_be_focused()


@pytest.mark.slow
def test_the_switches_are_large_enough_for_a_finger(browser, visit, root):
    phone = browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True, is_mobile=True)
    page = visit(to_query(**GRID), phone)
    expect_state(page, root, **GRID)
    for name, state in ((SWITCH, PAIRS), (ORDER, PAIRS | {"closest": 1})):
        switch = page.locator(f"label:has({name})")
        assert switch.bounding_box()["height"] >= 44
        switch.tap()
        expect_pairs(page, root, **state)


@pytest.mark.slow
def test_both_models_have_pairs_of_their_own(page, root):
    show(page, root, **PAIRS, model="both")
    expect(page.locator(".pairs-of")).to_have_count(len(SAVED))
    for nth, model in enumerate(SAVED):
        part = page.locator(".pairs-of").nth(nth)
        expect(part.get_by_role("heading")).to_have_text(page_text("screen", model=model.upper(), epoch=1))
        shares = [percent(share / 100) for share in expected_nearest(root, **PAIRS, model=model)["percentiles"]]
        expect(part.locator(".amount")).to_have_text(shares)


# When the server is asked


@pytest.mark.slow
def test_each_state_is_asked_for_once_and_nothing_before_the_switch_is_on(asked, root):
    modules = []
    page = asked(to_query(**GRID))
    page.on("request", lambda request: modules.append(request.url) if "nearest.js" in request.url else None)
    expect_state(page, root, **GRID)
    wait_for_predictions(page)
    assert asked.questions == modules == []
    page.locator(SWITCH).click()
    expect_pairs(page, root, **PAIRS)
    page.locator(ORDER).click()
    page.locator("#sort").select_option("length")
    page.locator(".back").click()
    expect_pairs(page, root, **PAIRS | {"epoch": 0, "closest": 1})
    page.locator(".forward").click()
    expect_pairs(page, root, **PAIRS | {"closest": 1})
    press_keys(page, "#truncation", "ArrowLeft")
    expect_pairs(page, root, **PAIRS | {"closest": 1, "truncation": 0.95})
    assert asked.questions == [["dcgan", 1, 5, 9, 1], ["dcgan", 0, 5, 9, 1], ["dcgan", 1, 5, 9, 0.95]]
    assert len(modules) == 1


@pytest.mark.slow
def test_a_drag_asks_for_its_last_place_only(asked, root):
    page = asked(to_query(**PAIRS))
    expect_pairs(page, root, **PAIRS)
    held = []
    page.route("**/run/pictures", lambda route: route.fallback() if held else held.append(route))
    for seed in (20, 30, 40, 90):
        page.locator("#seed").fill(str(seed))
    expect_query(page, seed=90)
    wait_for_first(page, held).continue_()
    expect_pairs(page, root, **PAIRS | {"seed": 90})
    assert [seed for _, _, seed, *_ in asked.questions] == [5, 90]


@pytest.mark.slow
def test_a_late_answer_is_not_shown(visit, root):
    page = visit(to_query(**GRID))
    expect_state(page, root, **GRID)
    wait_for_predictions(page)
    held = []
    page.route("**/run/nearest", lambda route: route.fallback() if held else held.append(route))
    page.locator(SWITCH).click()
    late = wait_for_first(page, held)
    choose(page, "model", "mlp")
    expect_pairs(page, root, **PAIRS, model="mlp")
    late.continue_()
    page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))")
    expect_pairs(page, root, **PAIRS, model="mlp")


@pytest.mark.slow
def test_the_pairs_stay_until_the_next_are_known(visit, root):
    page = visit(to_query(**PAIRS))
    expect_pairs(page, root, **PAIRS)
    held = []
    page.route("**/run/nearest", lambda route: held.append(route))
    page.locator("#seed").fill("70")
    route = wait_for_first(page, held)
    expect_state(page, root, **PAIRS | {"seed": 70})
    expect(page.locator(BUSY)).to_have_count(1)
    expect(page.locator(".pairs li")).to_have_count(9)
    route.continue_()
    expect_pairs(page, root, **PAIRS | {"seed": 70})
    expect(page.locator(BUSY)).to_have_count(0)


@pytest.mark.slow
def test_pairs_that_cannot_be_found_are_no_longer_shown(visit, root):
    page = visit(to_query(**PAIRS))
    expect_pairs(page, root, **PAIRS)
    error = note("server.bad-reals", command="python train.py")
    page.route("**/run/nearest", lambda route: route.fulfill(status=422, json={"error": error}))
    page.locator("#seed").fill("70")
    expect(page.locator(".notes")).to_have_text(error["text"])
    expect_state(page, root, **PAIRS | {"seed": 70})
    expect(page.locator(".pairs")).to_have_count(0)
    visit.errors.clear()  # the browser logs an answer of status 422


# What is said

FAR, NEAR = [900.0] * 9, [400.0] * 9  # distances
# The percentiles, the distances, the texts with the share that each names, and the truncation.
SAID = {
    "usual": ([40.0] * 8 + [3.0], FAR, [("new", 0.03), ("usual", 323 / 900)], 1),
    "near": ([40.0] * 8 + [0.05], FAR, [("near", 0.0005), ("usual", 320.05 / 900)], 1),
    "copy": ([40.0] * 8 + [0.0], [900.0] * 8 + [0.0], [("copy", 0), ("usual", 320 / 900)], 1),
    "low": ([4.0] * 9, NEAR, [("new", 0.04), ("low", 0.04)], 1),
    "high": ([90.0] * 9, FAR, [("new", 0.9), ("high", 0.9)], 1),
    "truncated": ([40.0] * 9, FAR, [("new", 0.4), ("usual", 0.4), ("truncated", 0)], 0.5),
    "untrained": ([100.0] * 9, FAR, [("far", 0)], 1),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", SAID)
def test_a_text_says_what_the_percentiles_mean(visit, root, case):
    percentiles, distances, texts, truncation = SAID[case]
    answer = {"percentiles": percentiles, "distances": distances}
    query = to_query(**PAIRS, truncation=truncation)
    page = visit(query, prepare=lambda page: change_answers(page, "nearest", **answer))
    said = " ".join(page_text(f"memory.{key}", share=percent(share)) for key, share in texts)
    expect(page.locator(".memory .summary")).to_have_text(said)
    expect(page.locator("[data-heard=reading]")).to_have_text(said)


@pytest.mark.slow
@pytest.mark.parametrize("language", TEXTS)
def test_one_fake_has_no_average(visit, language):
    answer = {"percentiles": [30.0], "distances": [900.0]}
    query = to_query(**PAIRS | {"count": 1, "lang": language})
    page = visit(query, prepare=lambda page: change_answers(page, "nearest", **answer))
    expect(page.locator(".memory .summary")).to_have_text(page_text("memory.new", language, share="30%"))
    expect(page.locator(".memory .hint")).to_have_text(page_text("memory.shares.one", language))


@pytest.mark.slow
def test_without_test_digits_the_distances_are_shown(visit, root):
    def take_away(page):
        change_answers(page, "catalogue", reals=["train"])
        change_answers(page, "nearest", percentiles=None)

    page = visit(to_query(**PAIRS), prepare=take_away)
    distances = [
        f"{round(each, -1 if each >= 1000 else 0):,.0f}" for each in expected_nearest(root, **PAIRS)["distances"]
    ]
    expect(page.locator(".pairs .amount")).to_have_text(distances)
    expect(page.locator(".memory .hint")).to_have_text(page_text("memory.distances", count=9))
    expect(page.locator(".memory .summary")).to_be_empty()
