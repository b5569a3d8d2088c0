"""The shapes "Handles" and "Arithmetic" in Chromium: a digit that is moved by named directions, and sums of digits."""

import io
import os
import subprocess
import sys

import numpy as np
import pytest
from helpers.films import frames_of, tiles_of
from helpers.pages import (
    change_answers,
    choose,
    copied_text,
    digit_center,
    download,
    expect_link,
    expect_pixels,
    expect_query,
    expect_state,
    open_query,
    press_keys,
    record_requests,
    show,
)
from helpers.serving import ROOT
from helpers.states import expected_film, expected_pixels, page_text, to_query
from PIL import Image
from playwright.sync_api import expect

from gan.checkpoint import load_snapshot
from gan.directions_file import load_directions
from gan.latent import arithmetic, encode_vector, latents
from gan.ui.handles import handle_plane
from gan.ui.limits import MAX_LENGTH
from gan.ui.texts import note

HANDLES = {"view": "interpolate", "shape": "handles", "model": "mlp", "epoch": 2, "seed": 3}
BEST, SECOND, THIRD = "slant", "ink", "width"  # the handles of that MLP, as measured
SUM = {"view": "interpolate", "shape": "arithmetic", "epoch": 1}
FILLED = SUM | {"plus": "6,40", "minus": "8", "base": "2,3,4"}


def names(page, *ways):
    """The handles that are chosen across and down."""
    return [page.locator(f"[name={way}]:checked").get_attribute("value") for way in ways or ("across", "down")]


def plane_of(root, **state):
    """The vectors of the plane that a state shows: (121, 100)."""
    film = expected_film(root, **state)
    generator = load_snapshot(root / state["model"], state["epoch"]).generator
    directions = load_directions(root / state["model"], generator)
    return handle_plane(directions, latents([state["seed"]])[0], film["across"], film["down"])[0]


def test_a_digit_is_moved_along_two_handles_without_a_request(page, root):
    show(page, root, **HANDLES)
    expect(page.locator(".handles li")).to_have_count(5)
    assert names(page) == [BEST, SECOND]
    expect(page.locator(".facts canvas")).to_have_count(10)
    requests = record_requests(page)
    page.locator(".screen canvas").hover(position=digit_center(page, 0, 11))
    page.mouse.down()
    box, to = page.locator(".screen canvas").bounding_box(), digit_center(page, 8, 11)
    page.mouse.move(box["x"] + to["x"], box["y"] + to["y"], steps=5)
    page.mouse.up()
    expect_state(page, root, **HANDLES, x=8, y=0)
    press_keys(page, ".screen canvas", "ArrowLeft", "ArrowDown", "ArrowDown")
    expect_state(page, root, **HANDLES, x=7, y=2)
    page.get_by_role("slider", name=page_text(f"handle.{BEST}")).fill("0")
    expect_state(page, root, **HANDLES, x=0, y=2)
    expect(page.locator(".reach-now").first).to_have_text("\N{MINUS SIGN}3.0")
    page.locator(".home").click()
    expect_pixels(page, expected_pixels(root, **HANDLES | {"view": "generate", "count": 1}))
    assert requests == []


@pytest.mark.slow
def test_each_handle_is_shown_at_both_ends_of_this_digit(page, root):
    show(page, root, **HANDLES)
    expect(page.locator(".facts canvas")).to_have_count(10)
    shown = [each.get_attribute("value") for each in page.locator(".handles [name=across]").all()]
    for index, name in enumerate(shown):
        other = next(each for each in shown if each != name)
        frames = frames_of(expected_film(root, **HANDLES, across=name, down=other)).reshape(11, 11, 28, 28)
        expect_pixels(page, frames[5, [0, 10]], f".handles li:nth-child({index + 1}) canvas")


@pytest.mark.slow
def test_a_handle_that_moves_no_measure_says_so_and_measures_with_a_low_r2_are_named(visit, root):
    unnamed = [{"name": f"unnamed {number}", "kind": "unnamed", "r2": None, "moves": []} for number in (1, 2)]

    def prepare(page):
        change_answers(page, "pictures", handles=unnamed, left_out=[{"name": "slant", "r2": 0.12}])

    page = visit(to_query(**HANDLES), prepare=prepare)
    expect(page.locator(".facts .hint")).to_have_text([page_text("handles.none")] * 2)
    low = page_text("handles.low", name=page_text("handle.slant"), share="12%")
    expect(page.get_by_text(page_text("handles.left-out", names=low))).to_be_visible()


@pytest.mark.slow
def test_handles_are_chosen_by_keyboard_and_one_of_the_other_way_changes_places(page, root):
    show(page, root, **HANDLES)
    press_keys(page, f"[name=across][value={BEST}]", "ArrowDown")
    expect_query(page, across=SECOND, down=BEST)
    expect_state(page, root, **HANDLES, across=SECOND, down=BEST)
    page.keyboard.press("ArrowDown")
    expect_state(page, root, **HANDLES, across=THIRD, down=BEST)
    page.get_by_label(page_text("handles.like")).select_option("like 1")
    expect_state(page, root, **HANDLES, across="like 1", down=BEST)
    assert names(page) == ["like 1", BEST]
    expect(page.locator(".handles li")).to_have_count(5)


@pytest.mark.slow
def test_a_link_restores_handles_and_names_one_that_is_not_offered(visit, root):
    state = HANDLES | {"across": "like 1", "down": THIRD, "x": 9, "y": 1}
    page = visit(to_query(**state))
    expect_state(page, root, **state)
    link = copied_text(page, page.locator(".copy-link").click)
    assert link.partition("?")[2] == to_query(**state)
    expect(page.locator(".notes")).to_be_empty()
    page = visit(f"{to_query(**HANDLES)}&across=height&down=%3Cb%3E")
    expect_state(page, root, **HANDLES)
    absent = page_text("handles.absent", name=page_text("handle.height"), used=page_text(f"handle.{BEST}"))
    expect(page.locator(".absent")).to_have_text(absent)
    expect(page.locator(".notes")).to_have_text(page_text("link.bad", name="down"))
    expect_link(page, **HANDLES, across="height")


@pytest.mark.slow
def test_both_models_are_moved_along_the_handles_that_both_offer(page, root):
    both = HANDLES | {"model": "both"}
    show(page, root, **both, across=SECOND, down=THIRD, x=2)
    shown = [each.get_attribute("value") for each in page.locator(".handles [name=across]").all()]
    offered = [
        {handle["name"] for handle in expected_film(root, **HANDLES | {"model": model})["handles"]}
        for model in ("mlp", "dcgan")
    ]
    both_offer = offered[0] & offered[1]
    assert offered[0] != offered[1] and set(shown) <= both_offer
    options = page.get_by_label(page_text("handles.like")).locator("option").all()
    likes = [option.get_attribute("value") for option in options]
    assert likes[1:] == sorted(name for name in both_offer if name.startswith("like "))  # the first one is none
    expect(page.locator(".handles li").first.locator("canvas")).to_have_count(4)
    with page.expect_download(lambda file: file.suggested_filename.endswith("-dcgan.npy")) as saved:
        page.locator("[data-take=npy]").click()  # a file for each model
    z = plane_of(root, **both | {"model": "dcgan", "epoch": 1, "across": SECOND, "down": THIRD})
    assert (np.load(saved.value.path()) == z.numpy()).all()


@pytest.mark.slow
def test_the_moved_digit_goes_on_as_a_place(page, root):
    show(page, root, **HANDLES, x=8, y=3)
    vector = encode_vector(plane_of(root, **HANDLES)[3 * 11 + 8])
    page.locator("[data-go='handles.here']").click()
    expect_query(page, vector=vector, x=None, y=None)
    expect_pixels(page, expected_pixels(root, **HANDLES, x=8, y=3))
    page.locator("[data-go='draw.near']").click()  # a place that was not moved
    expect_state(page, root, view="generate", model="mlp", epoch=2, seed=vector, count=25)
    corner = plane_of(root, **HANDLES)[-1] - latents([3])[0]
    far = 0.999 * MAX_LENGTH * corner / corner.norm()  # from there the corner is too far away
    query = to_query(**HANDLES | {"seed": encode_vector(far), "x": 10, "y": 10}).replace("seed=", "vector=")
    open_query(page, query)
    page.locator("[data-go='handles.here']").click()
    expect(page.locator(".notes")).to_have_text(page_text("place.long", most=MAX_LENGTH))
    expect_query(page, vector=encode_vector(far), x=10, y=10)


@pytest.mark.slow
def test_the_page_waits_for_handles_that_are_being_measured(visit, root):
    refused = []

    def is_offered(request):
        return request.method == "POST" and request.post_data_json["data"][:1] == ["offered"]

    def answer(route):
        if len(refused) == 2 or not is_offered(route.request):
            return route.fallback()
        refused.append(route)
        route.fulfill(status=503, json={"error": note("server.measuring")})

    def prepare(page):
        page.clock.install()
        page.route("**/run/pictures", answer)

    page = visit(to_query(**HANDLES), prepare=prepare)
    for _ in range(2):
        expect(page.locator(".notes")).to_have_text(page_text("server.measuring"))
        with page.expect_request(is_offered):
            page.clock.run_for(2000)
    expect_state(page, root, **HANDLES)
    expect(page.locator(".notes")).to_be_empty()
    visit.errors.clear()  # the browser logs answers of status 503


def pick(page, tray, *seeds):
    choose(page, "tray", tray)
    for seed in seeds:
        page.locator(".cell").nth(seed).click()


@pytest.mark.slow
def test_digits_are_picked_into_trays_and_summed(page, root):
    open_query(page, to_query(**SUM))
    pick(page, "plus", 6, 7)
    pick(page, "minus", 8)
    expect(page.locator(".missing")).to_contain_text(page_text("tray.base"))
    choose(page, "tray", "base")
    page.locator(".cell[tabindex='0']").focus()
    for key in ("ArrowRight", "ArrowDown", "Space"):
        page.keyboard.press(key)
    state = SUM | {"plus": "6,7", "minus": "8", "base": "15"}
    expect_state(page, root, **state)
    tiles = tiles_of(expected_film(root, **state))[0]
    expect_pixels(page, tiles[:3], ".mean canvas")
    digits = tiles_of(expected_film(root, epoch=1, count=36))[0]
    expect_pixels(page, digits[[6, 7]], "[data-tray=plus] .held canvas")
    page.locator("[data-tray=plus] .held button").first.click()
    expect_state(page, root, **state | {"plus": "7"})
    page.locator("[data-tray=base] .held button").press("Enter")
    expect(page.locator(".missing")).to_contain_text(page_text("tray.base"))
    expect(page.locator(".cell[tabindex='0']")).to_be_focused()
    expect(page.locator("[data-take=png]")).to_be_disabled()


@pytest.mark.slow
def test_a_link_restores_the_trays_and_refuses_what_is_no_place(visit, root):
    page = visit(to_query(**FILLED, model="both"))
    expect_state(page, root, **FILLED, model="both")  # of both the best
    far = tiles_of(expected_film(root, epoch=1, seed=40, count=1))[0]  # not in the grid
    expect_pixels(page, far, "[data-tray=plus] button + button canvas")
    expect(page.locator(".notes")).to_be_empty()
    full = ",".join(map(str, range(12)))
    open_query(page, to_query(**FILLED | {"plus": full}))
    page.locator(".cell").nth(20).click()  # no room
    expect_state(page, root, **FILLED | {"plus": full})
    page.locator(".cell").nth(11).click()
    expect_state(page, root, **FILLED | {"plus": full.removesuffix(",11")})
    page = visit(f"{to_query(**SUM)}&plus=1,x&minus={','.join(map(str, range(13)))}&base=4,4")
    expect(page.locator(".notes p")).to_have_text([page_text("link.bad", name=name) for name in ("plus", "minus")])
    expect_link(page, **SUM, base="4")


@pytest.mark.slow
def test_what_is_saved_is_what_python_draws(page, root, tmp_path):
    states = HANDLES | {"x": 8, "y": 3}, HANDLES | {"x": 8}, FILLED
    codes = []
    for number, state in enumerate(states):
        show(page, root, **state)
        code = copied_text(page, page.locator("[data-take=python]").click)
        codes.append(code.replace('Path("digits', f'Path("{number}-digits'))
        vectors = np.load(io.BytesIO(download(page, "npy")))
        trays = [latents([6, 40]), latents([8]), latents([2, 3, 4])]
        z = arithmetic(*trays) if state is FILLED else plane_of(root, **HANDLES)
        assert (vectors == z.numpy()).all()
    (tmp_path / "checkpoints").symlink_to(root)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", "\n".join(codes)], cwd=tmp_path, env=environment, check=True)
    for number, state in enumerate(states):
        (picture,) = expected_pixels(root, **state)
        assert (np.asarray(Image.open(tmp_path / f"{number}-digits.png")) == picture).all()


@pytest.mark.slow
def test_both_shapes_speak_chinese(page, root):
    show(page, root, **HANDLES, lang="zh")
    expect(page.locator(".handle-name").first).to_have_text(page_text(f"handle.{BEST}", "zh"))
    values = {"place": page_text("place.seed", "zh", seed=3), "x": "0.0", "y": "0.0", "model": "MLP", "epoch": 2}
    values |= {"across": page_text(f"handle.{BEST}", "zh"), "down": page_text(f"handle.{SECOND}", "zh")}
    expect(page.locator(".said")).to_have_text(page_text("said.handles", "zh", **values))
    show(page, root, **FILLED, lang="zh")
    said = page_text("said.arithmetic", "zh", plus=2, minus=1, base=3, model="DCGAN", epoch=1)
    expect(page.locator(".said")).to_have_text(said)
    choose(page, "lang", "en")
