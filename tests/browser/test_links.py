"""Links to the page in Chromium: a link restores its state, and the page says which parts it cannot use."""

import random
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from helpers.pages import copied_text, expect_link, expect_query, expect_state, open_query, open_tab, show
from helpers.states import DEFAULTS, page_text, to_query
from playwright.sync_api import expect

README = (Path(__file__).parents[2] / "README.md").read_text()
README_LINKS = sorted(set(re.findall(r"\?(view=[^)`\s|]+)", README)))


def random_state(generator):
    """A random state that a visitor can reach."""
    choices = {
        "view": ["generate", "interpolate", "progression"],
        "model": ["mlp", "dcgan", "both"],
        "truncation": [1, 0.75, 0.4, 0],
        "sort": ["seed", "score", "digit"],
        "only": [None, None, 3, 8],
        "shape": ["line", "plane"],
        "path": ["slerp", "lerp"],
        "count": range(1, 37),
        "at": range(60),
        "x": range(11),
        "y": range(11),
        "slow": [0, 1],
    } | dict.fromkeys(["seed", "from", "to", "third", "fourth"], range(2**32))
    state = {name: generator.choice(values) for name, values in choices.items()}
    return state | {"epoch": generator.choice([0, 1] if state["model"] == "dcgan" else [0, 1, 2])}


def test_a_copied_link_restores_its_state(visit, root):
    state = random_state(random.Random(0))
    parts = to_query(**state).split("&")
    random.Random(0).shuffle(parts)
    page = visit("&".join(parts))
    expect_state(page, root, **state)
    link = copied_text(page, page.locator(".copy-link").click)
    assert link.partition("?")[2] == to_query(**state)
    page.goto("about:blank")
    page.goto(link)
    expect_state(page, root, **state)
    expect_link(page, **state)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 11))
def test_any_state_is_shown_and_written_into_the_address_again(page, root, seed):
    state = random_state(random.Random(seed))
    show(page, root, **state)
    assert copied_text(page, page.locator(".copy-link").click).partition("?")[2] == to_query(**state)
    expect_link(page, **state)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_the_links_of_the_readme_open_every_view(visit, root):
    page = visit()
    views = set()
    for link in README_LINKS:
        query = dict(parse_qsl(link, strict_parsing=True))
        assert query.keys() <= DEFAULTS.keys()
        numbers = {n: float(v) if "." in v else int(v) for n, v in query.items() if v[0].isdecimal()}
        open_query(page, link)
        expect_state(page, root, **query | numbers)
        expect_query(page, **query)
        expect(page.locator(".notes")).to_be_empty()
        views.add(query["view"])
    assert views == {"generate", "interpolate", "progression", "lesson"}


UNUSABLE = {
    "seed": ["4294967296", "-1"],
    "model": ["vae"],
    "view": ["%3Cb%3E"],
    "epoch": ["1e1"],
    "count": ["0"],
    "truncation": ["1.5"],
    "sort": ["random"],
    "only": ["10"],
    "at": ["60"],
    "lang": ["toString"],
}


@pytest.mark.slow
def test_the_page_ignores_the_parts_of_a_link_that_it_cannot_use_and_says_so(visit, root):
    pairs = [(name, value) for name, values in UNUSABLE.items() for value in values]
    page = visit("&".join(f"{name}={value}" for name, value in pairs) + "&toString=1&unknown=%3Cimg%3E")
    expect_state(page, root, epoch=1)
    notes = page.locator(".notes p")
    expect(notes).to_have_count(len(pairs) + 2)
    for name in UNUSABLE:
        expect(notes.filter(has_text=page_text("link.bad", name=name)).first).to_be_visible()
    expect(notes.filter(has_text=page_text("link.unknown"))).to_have_count(2)
    expect_link(page, epoch=1)
    page.locator("#seed").fill("5")
    expect_state(page, root, epoch=1, seed=5)
    expect(notes).to_have_count(0)


@pytest.mark.slow
def test_a_count_above_the_limit_of_a_view_is_limited_with_a_note(page, root):
    state = {"view": "progression", "model": "mlp", "epoch": 1}
    open_query(page, to_query(**state, count=64))
    expect_state(page, root, **state, count=36)
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="count"))
    expect_query(page, count=36)
    open_tab(page, "generate")  # whose limit is 100
    expect_state(page, root, model="mlp", epoch=1, count=64)
    open_tab(page, "progression")
    expect_state(page, root, **state, count=36)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_an_epoch_that_was_not_saved_becomes_the_saved_epoch_before_it(page, root):
    open_query(page, to_query(epoch=7, model="mlp", count=4))
    expect_state(page, root, epoch=2, model="mlp", count=4)
    expect(page.locator(".notes")).to_have_text(page_text("link.epoch", epoch=7, near=2))
    expect_query(page, epoch=2)
