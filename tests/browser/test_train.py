"""The view "Train" in Chromium. All but one of the tests answer the page's questions themselves."""

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.films import tiles_of
from helpers.live import CANVASES, RECIPE, STATE, expect_frames, expect_step, step_of
from helpers.pages import (
    change_answers,
    choose,
    expect_pixels,
    expect_query,
    expect_shown,
    open_tab,
    pause_training,
    press_keys,
    record_requests,
)
from helpers.serving import ask
from helpers.states import TEXTS, page_text, to_query
from playwright.sync_api import expect

from gan.ui.texts import note

TEN_FRAMES = """async () => {
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
}"""

PAUSE = """async () => {
  const step = () => document.querySelector(".numbers dd").textContent;
  document.querySelector(".transport .play").click();
  const atOnce = step();
  for (let frame = 0; frame < 10; frame++) await new Promise(requestAnimationFrame);
  return [atOnce, step()];
}"""


def test_the_recipe_and_the_visitors_settings_train_side_by_side(visit, address):
    page = visit(to_query(**STATE, lr=0.02))
    expect(page.locator(".lane")).to_have_count(2)
    expect_step(page, 20)
    pause_training(page)
    films = [ask(address, "live", ["small", settings, 5, -1, 1]) for settings in ([], [["lr", 0.02]])]
    for place in range(2):
        page.locator("#recorded").fill(str(place))
        step = step_of(page)
        frames = [tiles_of(film)[film["steps"].index(step)] for film in films]
        grids = [np.vstack([np.hstack(tiles[row : row + 6]) for row in range(0, 36, 6)]) for tiles in frames]
        expect_pixels(page, grids, CANVASES)


@pytest.mark.slow
def test_a_pause_asks_nothing_and_what_is_recorded_needs_no_request(train):
    page, runs = train()
    expect_step(page, 60)
    pause_training(page)
    last, asked = step_of(page), len(runs.asked)
    requests = record_requests(page)
    for place in (0, 2, 1):
        page.locator("#recorded").fill(str(place))
        expect_frames(page, 20 * place, RECIPE)
    page.locator("#recorded").press("End")
    expect_frames(page, last, RECIPE)
    page.evaluate(TEN_FRAMES)
    assert requests == [] and len(runs.asked) == asked
    page.locator(".transport .live").click()
    expect_step(page, last + 20)


@pytest.mark.slow
def test_what_is_recorded_is_replayed_and_a_pause_stops_it_at_once(train):
    page, _ = train()
    expect_step(page, 200)
    pause_training(page)
    page.locator("#recorded").fill("0")
    page.locator(".transport .play").click()
    expect_step(page, 20)
    at_once, later = page.evaluate(PAUSE)
    assert at_once == later and step_of(page) < 200


@pytest.mark.slow
def test_a_change_of_a_setting_starts_another_run_that_the_recipe_waits_for(train):
    page, runs = train()
    expect_step(page, 60)
    page.locator("#set-d_steps").select_option("5")
    page.locator("#set-r1").select_option("0")
    expect_query(page, d_steps=5, r1=0)
    own = ["small", [["d_steps", 5], ["r1", 0]], 5]
    expect(page.locator(".lane")).to_have_count(2)
    expect_step(page, 40)
    pause_training(page)
    expect_frames(page, step_of(page), RECIPE, own)
    assert {len(question[1]) for question in runs.asked} == {0, 2}  # none with one of the two changes
    page.locator(".reset").click()
    expect_query(page, d_steps=None, r1=None)
    expect(page.locator(".lane")).to_have_count(1)


@pytest.mark.slow
def test_single_steps_of_both_networks_or_of_one(train):
    page, runs = train()
    expect_step(page, 20)
    pause_training(page)
    last = step_of(page)
    page.locator("[data-step=both]").click()
    expect_frames(page, last + 1, RECIPE)
    page.locator("[data-step=d]").click()
    expect_query(page, moves=f"{last + 1}d")
    moves = [[last + 1, "d"]]
    expect_frames(page, last + 2, RECIPE, ["small", [["moves", moves]], 5])
    page.locator("[data-step=g]").click()
    moves = [*moves, [last + 2, "g"]]
    expect_frames(page, last + 3, RECIPE, ["small", [["moves", moves]], 5])
    assert runs.asked[-1][3:] == [last + 2, last + 3]  # what is recorded before is not asked again


@pytest.mark.slow
def test_lanes_that_are_out_of_step_take_a_single_step_together(train):
    page, runs = train(lr=0.01)
    runs.lead = 77  # more than the other lane can be ahead
    expect_step(page, 40)
    pause_training(page)
    start = max(runs.reached.values())
    page.locator("[data-step=d]").click()
    expect_query(page, moves=f"{start}d")
    own = ["small", [["lr", 0.01], ["moves", [[start, "d"]]]], 5]
    expect_frames(page, start + 1, RECIPE, own)
    page.locator("[data-step=both]").click()
    expect_frames(page, start + 2, RECIPE, own)
    press_keys(page, f"{CANVASES} >> nth=0", "ArrowLeft", "ArrowLeft")
    expect_frames(page, start, RECIPE, ["small", [["lr", 0.01]], 5])  # before the step of D


@pytest.mark.slow
def test_a_single_step_of_a_run_that_others_have_trained_on_does_not_jump_to_its_end(train):
    page, runs = train()
    runs.others = 100_000
    expect_step(page, 40)
    pause_training(page)
    asked, step = len(runs.asked), page.locator(".numbers dd").first
    shown = step.text_content()
    page.locator("[data-step=both]").click()
    expect(step).not_to_have_text(shown)
    have, until = runs.asked[asked][3:]
    assert until == have + 1


@pytest.mark.slow
def test_a_link_restores_the_settings_and_the_single_steps(train):
    link = {"gan": "dcgan", "lr": 0.0003, "batch_norm": 0, "images": 100, "class": 7, "moves": "20d,21g"}
    page, runs = train(**link)
    expect_step(page, 20)
    settings = [["lr", 0.0003], ["batch_norm", False], ["images", 100], ["only", 7]]
    settings.append(["moves", [[20, "d"], [21, "g"]]])
    assert {str(question[:3]) for question in runs.asked} == {str(["dcgan", [], 5]), str(["dcgan", settings, 5])}
    expect_query(page, **{name: value for name, value in link.items()})
    expect(page.locator("#set-class")).to_have_value("7")


@pytest.mark.slow
def test_the_mlp_has_no_batch_norm_to_switch(train):
    page, runs = train(gan="mlp", batch_norm=0)
    expect_step(page, 20)
    expect(page.locator("#set-batch_norm")).to_be_disabled()
    expect(page.locator("#set-batch_norm-text")).to_have_text(page_text("set.batch_norm.none"))
    assert {str(question[:3]) for question in runs.asked} == {str(["mlp", [], 5])}


@pytest.mark.slow
def test_keys_on_the_digits_pause_and_move_through_what_is_recorded(train):
    page, _ = train()
    expect_step(page, 60)
    press_keys(page, CANVASES, "Space")
    expect(page.get_by_role("button", name=page_text("train.play"), exact=True)).to_be_visible()
    press_keys(page, CANVASES, "Home")
    expect_frames(page, 0, RECIPE)
    press_keys(page, CANVASES, "ArrowRight", "ArrowRight", "ArrowLeft")
    expect_frames(page, 20, RECIPE)
    said = page_text("train.said", name=page_text("train.recipe"), gan=page_text("gan.small"), count=36, step=20)
    expect(page.locator(CANVASES)).to_have_attribute("aria-label", said)


@pytest.mark.slow
def test_a_view_or_a_page_that_is_hidden_stops_asking(train):
    page, runs = train()
    expect_step(page, 20)

    def stops():
        asked = len(runs.asked)
        page.evaluate(TEN_FRAMES)
        return len(runs.asked) <= asked + 1  # one was on its way

    open_tab(page, "generate")
    expect_shown(page, "generate")
    assert stops()
    open_tab(page, "train")
    expect_step(page, runs.asked[-1][3] + 20)
    page.evaluate("""() => {
      Object.defineProperty(document, "hidden", { value: true, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    assert stops()
    page.evaluate("""() => {
      delete document.hidden;
      document.dispatchEvent(new Event("visibilitychange"));
    }""")
    expect_step(page, runs.asked[-1][3] + 20)


@pytest.mark.slow
def test_a_busy_server_leads_to_a_run_that_can_be_watched(train, visit):
    page, runs = train()
    runs.error = note("server.live-busy", most=8, link="view=train&seed=9&gan=mlp")
    page.locator("#set-lr").select_option("0.01")
    expect(page.locator(".problem-text")).to_contain_text(page_text("train.busy", most=8))
    visit.errors.clear()  # the browser logs an answer of status 422
    page.locator(".problem-text a").click()
    expect_query(page, gan="mlp", seed=9, lr=None)
    expect_step(page, 20)
    assert runs.asked[-1][:3] == ["mlp", [], 9]


@pytest.mark.slow
def test_a_run_that_the_server_trains_again_is_announced_until_it_has_caught_up(train):
    page, runs = train()
    expect_step(page, 60)
    runs.step = 7
    again = page.locator(".lane .again")
    expect(again).to_be_visible()
    expect(again).to_have_text(page_text("train.again", step=7, last=runs.asked[-1][3]))
    runs.step = None
    expect(again).to_have_count(0)


@pytest.mark.slow
def test_a_screen_reader_says_what_the_coach_says_when_that_changes(train):
    page, runs = train()
    heard = page.locator("[data-heard=reading]")
    expect(heard).to_have_text(page.locator(".comment p").text_content())
    runs.diagnosis = "collapse"
    expect(heard).to_contain_text(page_text("coach.collapse"))


@pytest.mark.slow
def test_a_folder_without_real_digits_says_how_to_get_them(visit):
    page = visit(to_query(**STATE), prepare=lambda page: change_answers(page, "catalogue", reals=False))
    expect(page.locator(".train .missing")).to_have_text(page_text("train.no-reals"))
    expect(page.locator(".trainer")).to_be_hidden()


@pytest.mark.slow
@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("device", ["desktop", "phone"])
def test_axe_finds_no_violation_in_two_lanes(train, context, phone, theme, device):
    page, _ = train(phone if device == "phone" else context, theme, lr=0.01)
    expect_step(page, 20)
    pause_training(page)
    for language in TEXTS:
        choose(page, "lang", language)
        result = Axe().run(page).response
        assert [(rule["id"], rule["nodes"][0]["target"]) for rule in result["violations"]] == []
