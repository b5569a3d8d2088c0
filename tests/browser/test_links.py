"""Links to the page in Chromium: a link restores its state, and the page says which parts it cannot use."""

import random
import re
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from helpers.films import SAVED
from helpers.pages import (
    copied_text,
    expect_link,
    expect_query,
    expect_state,
    open_query,
    open_tab,
    show,
    tabs_of,
    wait_for_first,
)
from helpers.states import ALWAYS_IN_QUERY, BEST, DEFAULTS, ORDERS, page_text, to_query
from playwright.sync_api import expect

from gan.latent import PATHS

README = (Path(__file__).parents[2] / "README.md").read_text()
README_LINKS = sorted(set(re.findall(r"\?(view=[^)`\s|]+)", README)))


def random_state(generator):
    """A random state that a visitor can reach."""
    choices = {
        "view": ["generate", "interpolate", "progression"],
        "model": [*SAVED, "both"],
        "truncation": [1, 0.75, 0.4, 0],
        "sort": list(ORDERS),
        "only": [None, None, 3, 8],
        "shape": ["line", "plane"],
        "path": list(PATHS),
        "count": range(1, 37),
        "at": range(60),
        "x": range(11),
        "y": range(11),
        "slow": [0, 1],
        "reals": [0, 1],
        "nearest": [0, 1],
        "closest": [0, 1],
        "dstep": [None, 0, 1],
        "gstep": [None, 0, 1],
        "moved": range(11),
        "axis": ["epoch", "time"],
        "overlay": [0, 1],
    } | dict.fromkeys(["seed", "to", "third", "fourth", "pick", "real"], range(2**32))
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
        numbers = {n: float(v) if "." in v else int(v) for n, v in query.items() if re.fullmatch(r"[\d.]+", v)}
        open_query(page, link)
        expect_state(page, root, **query | numbers)
        expect_query(page, **query)
        expect(page.locator(".notes")).to_be_empty()
        views.add(query["view"])
    assert views == set(tabs_of(page))


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
    "reals": ["2"],
    "real": ["-1"],
    "nearest": ["yes"],
    "closest": ["2"],
    "push": ["2"],
    "dstep": ["-1"],
    "moved": ["11"],
    "across": ["Slant"],
    "plus": ["1,x", "1;2"],
    "axis": ["age"],
    "overlay": ["2"],
    "gan": ["vae"],
    "lr": ["0", "1e1", "fast"],
    "batch_size": ["7.5", "512"],
    "batch_norm": ["2"],
    "class": ["10"],
    "moves": ["d12", "12d,"],
    "preset": ["none"],
}


@pytest.mark.slow
def test_the_page_ignores_the_parts_of_a_link_that_it_cannot_use_and_says_so(visit, root):
    pairs = [(name, value) for name, values in UNUSABLE.items() for value in values]
    page = visit("&".join(f"{name}={value}" for name, value in pairs) + "&toString=1")
    expect_state(page, root, epoch=1)
    notes = page.locator(".notes p")
    expect(notes).to_have_count(len(pairs))
    for name in UNUSABLE:
        expect(notes.filter(has_text=page_text("link.bad", name=name)).first).to_be_visible()
    expect_query(page, toString=1, **{name: None for name in UNUSABLE if name not in ALWAYS_IN_QUERY})
    page.locator("#seed").fill("5")
    expect_state(page, root, epoch=1, seed=5)
    expect(notes).to_have_count(0)


@pytest.mark.slow
def test_what_only_a_late_view_can_read_is_refused_when_that_is_loaded(visit, root):
    held = []
    page = visit(
        "gan=none", prepare=lambda page: page.route("**/studio/views/train.js", lambda route: held.append(route))
    )
    expect_state(page, root, epoch=1)
    expect_query(page, model=BEST, gan="none")  # the address is that of the state
    wait_for_first(page, held).continue_()
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="gan"))
    expect_query(page, model=BEST, gan=None)


@pytest.mark.slow
def test_a_link_may_write_a_value_in_another_way(visit, root):
    page = visit("view=generate&seed=%205%20&epoch=1%0A&count=4&truncation=1.0&lang=zh-Hans")
    expect_state(page, root, epoch=1, seed=5, count=4, lang="zh")
    expect(page.locator(".notes")).to_be_empty()
    expect_query(page, seed=5, epoch=1, count=4, truncation=None, lang="zh")


@pytest.mark.slow
def test_a_count_above_the_limit_of_a_view_is_limited_with_a_note(page, root):
    state = {"view": "progression", "model": "mlp", "epoch": 1}
    open_query(page, to_query(**state, count=64))
    expect_state(page, root, **state, count=36)
    expect(page.locator(".notes")).to_have_text(page_text("link.count", most=36))
    expect_query(page, count=36)
    open_tab(page, "generate")  # whose limit is 100
    expect_state(page, root, model="mlp", epoch=1, count=64)
    open_tab(page, "progression")
    expect_state(page, root, **state, count=36)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.slow
def test_the_seed_of_an_old_link_to_an_interpolation_is_its_start(page, root):
    """Older links name the start `from` and can have another seed, that of a grid."""
    line = {"view": "interpolate", "epoch": 1, "at": 20}
    for old, state in {
        "from=3&seed=5": {"seed": 3},
        "from=3": {"seed": 3},
        "from=3&shape=plane": {"seed": 3, "shape": "plane"},
    }.items():
        open_query(page, f"view=interpolate&model=dcgan&epoch=1&at=20&{old}")
        expect_state(page, root, **line, **state)
        expect_link(page, **line, **state)
        expect(page.locator(".notes")).to_be_empty()
    open_query(page, "view=generate&model=dcgan&epoch=1&count=4&seed=5&from=3")
    expect_state(page, root, epoch=1, count=4, seed=5)
    expect_query(page, seed=5, **{"from": None})


@pytest.mark.slow
def test_the_seed_box_is_the_start_of_a_path(page, root):
    show(page, root, epoch=1, count=4, seed=5)
    expect(page.get_by_label(page_text("seed"), exact=True)).to_have_value("5")
    open_tab(page, "interpolate")
    expect(page.get_by_label(page_text("end.from"), exact=True)).to_have_value("5")
    page.get_by_label(page_text("end.from"), exact=True).fill("9")
    expect_state(page, root, view="interpolate", epoch=1, seed=9)
    open_tab(page, "generate")
    expect_state(page, root, epoch=1, count=4, seed=9)


@pytest.mark.slow
def test_an_epoch_that_was_not_saved_becomes_the_saved_epoch_before_it(page, root):
    open_query(page, to_query(epoch=7, model="mlp", count=4))
    expect_state(page, root, epoch=2, model="mlp", count=4)
    expect(page.locator(".notes")).to_have_text(page_text("link.epoch", epoch=7, near=2))
    expect_query(page, epoch=2)


@pytest.mark.slow
def test_the_last_of_a_repeated_parameter_counts_and_each_bad_one_is_noted(visit, root):
    page = visit(f"{to_query(epoch=1, count=4)}&seed=-1&seed=5&seed=6")
    expect_state(page, root, epoch=1, count=4, seed=6)
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="seed"))
    expect_link(page, epoch=1, count=4, seed=6)
