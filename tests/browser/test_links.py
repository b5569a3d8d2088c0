"""Links to the page in Chromium: what they bring back, and what they cannot say."""

import random
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from helpers.pages import says, shows
from helpers.states import START, drawn, link
from playwright.sync_api import expect

README = (Path(__file__).parents[2] / "README.md").read_text()
LINKS = set(re.findall(r"https?://(?:127\.0\.0\.1:7860|[A-Z-]+\.hf\.space)/\?([^)`\s]+)", README))


def random_state(chance):
    """A state that a visitor can reach, all of it chosen by chance."""
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
    state = {name: chance.choice(allowed) for name, allowed in choices.items()}
    return state | {"epoch": chance.choice([0, 1] if state["model"] == "dcgan" else [0, 1, 2])}


@pytest.mark.parametrize("number", range(8))
def test_a_link_brings_back_what_it_was_copied_from(visit, root, number):
    chance = random.Random(number)
    state = random_state(chance)
    parts = link(**state).split("&")
    chance.shuffle(parts)
    page = visit("&".join(parts))
    shows(page, drawn(root, **state))
    says(page, **{name: state[name] for name in ("view", "seed", "to")})
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.partition("?")[2] == link(**state)
    page.wait_for_function("(query) => location.search === `?${query}`", arg=link(**state))
    page.goto("about:blank")
    page.goto(copied)
    shows(page, drawn(root, **state))
    assert page.evaluate("location.search") == f"?{link(**state)}"
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.parametrize("query", sorted(LINKS))
def test_a_link_in_the_readme_opens_what_it_says(visit, root, query):
    said = dict(parse_qsl(query, strict_parsing=True))
    assert said.keys() <= START.keys()
    page = visit(query)
    says(page, **said)
    if said["view"] == "lesson":
        expect(page.locator(".lesson")).to_be_visible()
    else:
        numbers = {
            name: float(text) if "." in text else int(text) for name, text in said.items() if text[0].isdecimal()
        }
        shows(page, drawn(root, **said | numbers))
    expect(page.locator(".notes")).to_be_empty()


def test_the_readme_links_to_every_view():
    assert {dict(parse_qsl(query))["view"] for query in LINKS} == {"generate", "interpolate", "progression", "lesson"}


BAD = {
    "seed=4294967296": "seed",
    "seed=-1": "seed",
    "model=vae": "model",
    "view=%3Cb%3E": "view",
    "epoch=1e1": "epoch",
    "count=0": "count",
    "truncation=1.5": "truncation",
    "sort=random": "sort",
    "only=10": "only",
    "at=60": "at",
}


def test_what_a_link_cannot_say_is_passed_over_with_a_note(visit, root):
    page = visit("&".join(BAD) + "&toString=1&unknown=%3Cimg%3E")
    shows(page, drawn(root, epoch=1))
    notes = page.locator(".notes p")
    expect(notes).to_have_count(len(BAD) + 2)
    for name in BAD.values():
        expect(notes.filter(has_text=f"The link's {name} cannot be used here").first).to_be_visible()
    page.wait_for_function("(query) => location.search === `?${query}`", arg=link(epoch=1))
    page.get_by_label("Seed", exact=True).fill("5")
    shows(page, drawn(root, epoch=1, seed=5))
    expect(notes).to_have_count(0)


def test_more_digits_than_a_view_shows_are_told(visit, root):
    there = {"view": "progression", "model": "mlp", "epoch": 1}
    page = visit(link(**there, count=64))
    shows(page, drawn(root, **there, count=36))
    expect(page.locator(".notes")).to_have_text("The link's count cannot be used here; the usual one is shown.")
    says(page, count=36)
    page.get_by_role("tab", name="Generate").click()  # which shows as many
    shows(page, drawn(root, model="mlp", epoch=1, count=64))
    page.get_by_role("tab", name="Progression").click()
    shows(page, drawn(root, **there, count=36))
    expect(page.locator(".notes")).to_be_empty()


def test_an_epoch_that_was_not_saved_is_the_one_before(visit, root):
    page = visit("epoch=7&model=mlp&count=4")
    shows(page, drawn(root, epoch=2, model="mlp", count=4))
    expect(page.locator(".notes")).to_have_text("Epoch 7 was not saved; epoch 2 is shown.")
