"""The page in Chromium while an answer is on its way: what is on the screens is not yet what the state says."""

import io

import numpy as np
import pytest
from helpers.pages import choose, first_of, held_pictures, held_progression, knows, middle, says, shows
from helpers.states import PICTURE, START, drawn, film_of, fixed, link, readout
from PIL import Image
from playwright.sync_api import expect

from gan.ui.texts import text

SMALL = {"seed": 5, "count": 9, "epoch": 1}


@pytest.fixture
def page(visit, root):
    """Nine digits of the DCGAN."""
    page = visit(link(**SMALL))
    shows(page, drawn(root, **SMALL))
    knows(page)
    return page


@pytest.fixture
def faults(visit):
    """Expects that the browser itself reports what the test has the server do wrong."""
    yield
    assert {message.split(":")[0] for message in visit.errors} == {"Failed to load resource"}
    visit.errors.clear()


def test_a_tap_before_the_plane_is_there_leaves_its_place(page, root):
    page.get_by_role("tab", name="Interpolate").click()
    shows(page, drawn(root, **SMALL, view="interpolate"))
    held = held_pictures(page, "plane", lambda: choose(page, "shape", "plane"))
    page.locator(".screen canvas").click(position={"x": 5, "y": 5})
    page.locator(".screen canvas").press("ArrowRight")
    held.continue_()
    plane = SMALL | {"view": "interpolate", "shape": "plane"}
    shows(page, drawn(root, **plane))
    page.locator(".screen canvas").press("ArrowRight")
    shows(page, drawn(root, **plane, x=6))


def test_a_drag_on_a_plane_that_is_on_its_way_out_picks_nothing(visit, root):
    page = visit(link(**SMALL, view="interpolate", shape="plane"))
    shows(page, drawn(root, **SMALL, view="interpolate", shape="plane"))
    held = held_pictures(page, "generate", lambda: page.get_by_role("tab", name="Generate").click())
    page.locator(".screen canvas").click(position={"x": 5, "y": 5})
    held.continue_()
    shows(page, drawn(root, **SMALL))
    expect(page.locator(".mark")).to_be_hidden()
    page.locator(".screen canvas").press("ArrowRight")
    expect(page.locator(".readout")).to_have_text(readout(film_of(root, "dcgan", START | SMALL), 0))


@pytest.mark.parametrize("change", ["view", "model"])
def test_a_digit_that_was_picked_is_let_go_at_once(page, root, change):
    page.locator(".screen canvas").click(position=middle(page, 4, 3))
    expect(page.get_by_role("button", name="Start here")).to_be_enabled()
    held = (
        held_progression(page)
        if change == "view"
        else held_pictures(page, "generate", lambda: choose(page, "model", "mlp"))
    )
    expect(page.get_by_role("button", name="Start here")).to_be_disabled()
    page.locator(".screen canvas").hover(position=middle(page, 7, 3))
    expect(page.locator(".readout")).to_contain_text("Point at a digit")
    held.continue_()
    if change == "model":
        shows(page, drawn(root, **SMALL, model="mlp"))
    else:
        shows(page, drawn(root, **SMALL, view="progression"))
    page.locator(".screen canvas").hover(position=middle(page, 8, 3))
    expect(page.locator(".readout")).to_contain_text("Seed 13")


def test_a_picture_waits_for_what_it_says_that_it_is(page, root):
    held = held_pictures(page, "generate", lambda: page.get_by_label("Seed", exact=True).fill("70"))
    with page.expect_download() as given:
        page.get_by_role("button", name="PNG", exact=True).click()
        held.continue_()
    with Image.open(given.value.path()) as picture:
        assert picture.text["GAN digits"] == link(**SMALL | {"seed": 70})
        (digits,) = drawn(root, **SMALL | {"seed": 70})
        assert (np.asarray(picture)[::4, ::4, 0] == digits).all()


def test_code_waits_for_both_models(page):
    held = held_pictures(page, "generate", lambda: choose(page, "model", "both"))
    page.get_by_role("button", name="Copy Python").click()
    held.continue_()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    assert code.count("load_snapshot(Path") == 2 and code.count("consecutive(5, 9)") == 2


@pytest.mark.usefixtures("faults")
def test_no_picture_is_taken_of_what_the_server_refuses(page):
    given = []
    page.on("download", lambda download: given.append(download))
    held = held_pictures(page, "generate", lambda: page.get_by_label("Seed", exact=True).fill("70"))
    page.get_by_role("button", name="PNG", exact=True).click()
    held.fulfill(status=503, json={"error": "Too many are asking at once. Try again in a few seconds."})
    expect(page.locator(".notes")).to_contain_text("Too many")
    page.get_by_role("button", name="PNG", exact=True).click()
    page.unroute("**/run/pictures")
    with page.expect_download() as png:
        page.get_by_label("Seed", exact=True).fill("71")
        page.get_by_role("button", name="PNG", exact=True).click()
    with Image.open(io.BytesIO(png.value.path().read_bytes())) as picture:
        assert "seed=71" in picture.text["GAN digits"]
    assert len(given) == 1


@pytest.mark.usefixtures("faults")
def test_a_page_that_could_not_ask_what_there_is_asks_again(visit, root):
    def once(route):
        route.fulfill(status=503, json={"error": "Too many are asking at once. Try again in a few seconds."})

    page = visit(
        link(view="progression", model="mlp", epoch=1, count=4),
        prepare=lambda page: page.route("**/run/catalogue", once, times=1),
    )
    expect(page.locator(".notes")).to_contain_text("Too many")
    page.get_by_label("Seed", exact=True).fill("6")
    there = {"view": "progression", "model": "mlp", "epoch": 1, "count": 4, "seed": 6}
    shows(page, drawn(root, **there))
    expect(page.locator(".notes")).to_be_empty()
    expect(page.locator(".run svg")).to_have_count(4)
    says(page, **there)


def test_the_first_picture_comes_with_a_link_to_the_start_too(visit):
    page = visit(link(epoch=1), prepare=lambda page: page.route("**/run/catalogue", lambda route: None))
    shows(page, [PICTURE])


def test_pictures_do_not_wait_for_what_is_said_of_them(page, root):
    page.locator(".screen canvas").click(position=middle(page, 0, 3))
    expect(page.locator("[data-heard=digit]")).to_contain_text("Seed 5 ")
    held = []
    page.route("**/run/predictions", lambda route: held.append(route))
    page.get_by_label("Seed", exact=True).fill("70")
    shows(page, drawn(root, **SMALL | {"seed": 70}))
    film = film_of(root, "dcgan", START | SMALL | {"seed": 70})
    expect(page.locator(".readout[aria-busy=true]")).to_have_text(readout(film_of(root, "dcgan", START | SMALL), 0))
    expect(page.locator("[data-heard=shown]")).to_contain_text("seeds 70 to 78")
    expect(page.locator("[data-heard=digit]")).to_contain_text("Seed 5 ")
    first_of(page, held).continue_()
    expect(page.locator(".readout[aria-busy=false]")).to_have_text(readout(film, 0))
    expect(page.locator("[data-heard=digit]")).to_have_text(readout(film, 0))


@pytest.mark.parametrize("name", ["sort", "only"])
def test_an_order_waits_for_what_it_goes_by(page, root, name):
    film = film_of(root, "dcgan", START | SMALL | {"seed": 70})
    wanted = {name: {"sort": "score", "only": film["labels"][0][0][0]}[name]}
    page.locator(f"#{name}").select_option(str(wanted[name]))
    shows(page, drawn(root, **SMALL | wanted))
    held = []
    page.route("**/run/predictions", lambda route: held.append(route))
    page.get_by_label("Seed", exact=True).fill("70")
    route = first_of(page, held)
    shows(page, drawn(root, **SMALL | wanted))
    route.continue_()
    shows(page, drawn(root, **SMALL | wanted | {"seed": 70}))


@pytest.mark.usefixtures("faults")
def test_what_the_networks_fail_to_say_is_asked_again(page, root):
    page.locator(".screen canvas").click(position=middle(page, 0, 3))
    page.route("**/run/predictions", lambda route: route.abort(), times=1)
    page.get_by_label("Seed", exact=True).fill("70")
    expect(page.locator(".notes")).to_have_text(text("error.network"))
    film = film_of(root, "dcgan", START | SMALL | {"seed": 70})
    expect(page.locator(".readout")).to_have_text(f"Seed 70 · … · |z| {fixed(film['lengths'][0][0], 1)}")
    page.locator("#sort").select_option("score")
    expect(page.locator(".readout")).to_contain_text("D gives it")
    expect(page.locator(".notes")).to_be_empty()


def test_what_is_said_of_another_runs_digits_is_not_taken(page, root):
    page.locator(".screen canvas").click(position=middle(page, 0, 3))

    def of_another_run(route):
        response = route.fetch()
        given = response.json()
        given["data"][0]["run"] = "another"
        route.fulfill(response=response, json=given)

    page.route("**/run/predictions", of_another_run)
    page.get_by_label("Seed", exact=True).fill("70")
    shows(page, drawn(root, **SMALL | {"seed": 70}))
    film = film_of(root, "dcgan", START | SMALL | {"seed": 70})
    expect(page.locator(".notes")).to_have_text(text("run.new"))
    expect(page.locator(".readout")).to_have_text(f"Seed 70 · … · |z| {fixed(film['lengths'][0][0], 1)}")
