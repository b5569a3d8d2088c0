"""The page as a whole in Chromium: its lesson, its width, what it shows while it waits and where something fails."""

import json
from pathlib import Path
from urllib.parse import parse_qsl

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.pages import choose, first_of, held_progression, says, shows
from helpers.states import PICTURE, START, drawn, film_of, link, percent
from playwright.sync_api import expect

import gan.ui
from gan.latent import latents
from gan.ui.catalogue import catalogue

TEXTS = json.loads((Path(gan.ui.__file__).parent / "web" / "text" / "en.json").read_text())


def test_every_card_of_the_lesson_opens_its_state_without_a_reload(visit, root):
    page = visit(link(view="lesson", epoch=1))
    page.evaluate("window.still = true")
    cards = page.locator(".lesson a")
    expect(cards).to_have_count(8)
    for nth in range(8):
        there = state_of(cards.nth(nth))
        cards.nth(nth).click()
        shows(page, drawn(root, **there))
        says(page, **there)
        page.go_back()
        expect(page.locator(".lesson")).to_be_visible()
    assert page.evaluate("window.still")


def state_of(card):
    """The state that a card of the lesson leads to."""
    said = dict(parse_qsl(card.get_attribute("href")[1:]))
    return {n: float(v) if n == "truncation" else int(v) if v.isdigit() else v for n, v in said.items()}


def pictured(root, there):
    """What a card shows of its state: a grid, or frames from the whole way, plane or training."""
    if there["view"] == "generate":
        return drawn(root, **there)
    film = film_of(root, there["model"], START | there)
    frames = frames_of(film)
    if there["view"] == "progression":
        rows = [np.concatenate([frame[:28, 28 * n : 28 * n + 28] for frame in frames], 1) for n in (0, 1, 2)]
    else:
        chosen = [0, 2, 4, 6, 8, 10] if there["shape"] == "plane" else [0, 12, 24, 35, 47, 59]
        first = [11 * y for y in chosen] if there["shape"] == "plane" else [0]
        rows = [np.concatenate(frames[[start + step for step in chosen]], 1) for start in first]
    return [np.concatenate(rows)]


def test_the_lesson_is_in_pictures(visit, root):
    page = visit(link(view="lesson", epoch=1, seed=5))
    cards = page.locator(".lesson a")
    expect(cards).to_have_count(8)
    for nth in range(8):
        shows(
            page, pictured(root, {"shape": "line"} | state_of(cards.nth(nth))), f".steps a:nth-child({nth + 1}) canvas"
        )
    shows(page, drawn(root, epoch=1, seed=5, count=1), ".game .fake")
    greys = np.rint(255 * np.clip((latents([5]).double().numpy() + 3) / 6, 0, 1)).astype(np.uint8)
    shows(page, [greys.reshape(10, 10)], ".game .vector")
    expect(page.locator(".game .seed")).to_contain_text("5")
    (score,) = film_of(root, "dcgan", START | {"epoch": 1, "seed": 5, "count": 1})["scores"][0]
    expect(page.locator(".game .verdict")).to_contain_text(percent(score))
    choose(page, "lang", "zh")
    expect(page.locator(".game .generator")).to_contain_text("生成器")
    shows(page, drawn(root, epoch=0, count=16), ".steps a:first-child canvas")


@pytest.mark.parametrize("model", ["dcgan", "both"])
def test_nothing_scrolls_sideways_on_a_phone(visit, phone, root, model):
    page = visit(link(model=model, epoch=1), phone)
    shows(page, drawn(root, model=model, epoch=1))
    for view in ("Interpolate", "Progression", "How it works", "Generate"):
        page.get_by_role("tab", name=view).tap()
        expect(page.get_by_role("tab", name=view)).to_have_attribute("aria-selected", "true")
        expect(page.locator(".said")).to_contain_text("" if view == "How it works" else "epoch")
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_first_picture_is_there_before_the_server_can_draw(visit, root):
    held = []
    page = visit("__theme=dark", prepare=lambda page: page.route("**/run/catalogue", lambda route: held.append(route)))
    shows(page, [PICTURE])
    expect(page.locator(".screen figcaption")).to_have_text("DCGAN, epoch 1")
    page.locator(".screen canvas").click(position={"x": 50, "y": 50})  # of which nothing is known yet
    expect(page.locator(".readout")).to_contain_text("Point at a digit")
    page.get_by_label("Seed", exact=True).fill("5")
    first_of(page, held).continue_()
    shows(page, drawn(root, seed=5, epoch=1))


def test_a_late_answer_never_covers_a_newer_one(visit, root):
    there = {"epoch": 1, "count": 4}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    held = []
    page.route("**/run/pictures", lambda route: held.append(route))
    with page.expect_request("**/run/pictures"):
        page.get_by_label("Seed", exact=True).fill("5")
    page.get_by_label("Seed", exact=True).fill("9")
    says(page, seed=9)
    with page.expect_request("**/run/pictures"):
        held[0].continue_()
    shows(page, drawn(root, **there, seed=5))
    expect(page.locator(".said")).to_contain_text("seeds 5 to 8")  # what is on the canvas, not what is to come
    held[1].continue_()
    shows(page, drawn(root, **there, seed=9))
    expect(page.locator(".said")).to_contain_text("seeds 9 to 12")
    page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shows(page, drawn(root, **there, seed=9))


def test_a_view_does_not_wait_for_the_answer_of_another(visit, root):
    there = {"epoch": 1, "count": 4}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    held = held_progression(page)
    page.get_by_role("tab", name="Interpolate").click()
    shows(page, drawn(root, **there, view="interpolate"))
    held.continue_()
    page.get_by_role("tab", name="Generate").click()
    shows(page, drawn(root, **there))


def test_what_the_server_says_is_shown_until_something_works(visit, root):
    page = visit(link(epoch=1, count=4))
    shows(page, drawn(root, epoch=1, count=4))
    wrong = {"status": 500, "json": {"error": "epoch-001.safetensors is damaged"}}
    page.route("**/run/pictures", lambda route: route.fulfill(**wrong))
    page.get_by_label("Seed", exact=True).fill("5")
    expect(page.locator(".notes")).to_have_text(wrong["json"]["error"])
    page.unroute("**/run/pictures")
    page.route("**/run/pictures", lambda route: route.abort())
    page.get_by_label("Seed", exact=True).fill("6")
    expect(page.locator(".notes")).to_have_text(TEXTS["error.network"])
    page.unroute("**/run/pictures")
    page.get_by_label("Seed", exact=True).fill("5")
    shows(page, drawn(root, epoch=1, count=4, seed=5))
    expect(page.locator(".notes")).to_be_empty()
    assert [message.split(":")[0] for message in visit.errors] == ["Failed to load resource"] * 2
    visit.errors.clear()


def test_a_page_without_checkpoints_says_how_to_make_them(visit, tmp_path):
    answer = {"data": [catalogue(tmp_path)]}
    page = visit("", prepare=lambda page: page.route("**/run/catalogue", lambda route: route.fulfill(json=answer)))
    expect(page.locator(".notes")).to_contain_text("python train.py")
    for name in ("PNG", "One epoch on", "Play the epochs"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.locator(".notes p")).to_have_count(1)
