"""The page's views in Chromium: journeys, planes, training replayed with its curves."""

import json
from math import log
from pathlib import Path

import numpy as np
import pytest
from helpers.films import SAVED, frames_of
from helpers.pages import calls, choose, drag, says, shows, slide
from helpers.states import START, drawn, film_of, link, readout
from playwright.sync_api import expect

import gan.ui
from gan.latent import interpolate, latents
from gan.ui.catalogue import catalogue

TEXTS = json.loads((Path(gan.ui.__file__).parent / "web" / "text" / "en.json").read_text())
LINE = {"view": "interpolate", "epoch": 1, "from": 3, "to": 9}
PLANE = LINE | {"shape": "plane"}


def test_a_journey_is_travelled_without_a_request(visit, root):
    page = visit(link(**LINE))
    shows(page, drawn(root, **LINE))
    film = film_of(root, "dcgan", START | LINE)
    seen = calls(page)
    for share in (1, 0.5, 0):
        drag(page, ".place", share)
        at = int(page.locator(".place").input_value())
        assert abs(at - 59 * share) <= 1
        shows(page, drawn(root, **LINE, at=at))
        expect(page.locator(".readout")).to_have_text(readout(film, 0, at, seed=False))
    slide(page, ".place", "Home", "ArrowRight")
    shows(page, drawn(root, **LINE, at=1))
    strip = page.locator(".strips canvas")
    strip.click(position={"x": strip.bounding_box()["width"] / 2, "y": 5})
    at = int(page.locator(".place").input_value())
    assert at in (29, 30)
    shows(page, drawn(root, **LINE, at=at))
    expect(page.locator(".said")).to_have_text(
        f"{round(100 * at / 59)} % of the way from seed 3 to seed 9, DCGAN, epoch 1"
    )
    assert seen == []


def test_a_journey_plays_round_or_stops_at_its_end(visit, root):
    page = visit(link(**LINE, at=50))
    shows(page, drawn(root, **LINE, at=50))
    seen = calls(page)
    page.get_by_role("button", name="Play the journey").click()
    page.wait_for_function("() => !location.search.includes('at=50')")  # the address is kept current meanwhile
    expect(page.locator(".travel")).to_have_text("❚❚")
    shows(page, drawn(root, **LINE, at=20))
    page.get_by_label("loop").uncheck()
    shows(page, drawn(root, **LINE, at=59))
    expect(page.get_by_role("button", name="Play the journey")).to_be_visible()
    assert seen == []


def test_the_ends_the_path_and_the_shape_of_a_journey(visit, root):
    page = visit(link(**LINE, at=30))
    page.get_by_label("To seed", exact=True).fill("20")
    shows(page, drawn(root, **LINE | {"to": 20}, at=30))
    choose(page, "path", "lerp")
    shows(page, drawn(root, **LINE | {"to": 20}, at=30, path="lerp"))
    choose(page, "shape", "plane")
    for name, label in {
        "from": "Upper left",
        "to": "Upper right",
        "third": "Lower left",
        "fourth": "Lower right",
    }.items():
        expect(page.get_by_label(f"{label} seed", exact=True)).to_have_attribute("id", name)
    for name in ("from", "third", "fourth", "to"):
        page.locator(f"#{name} + button").click()
    corners = {name: int(page.locator(f"#{name}").input_value()) for name in ("from", "to", "third", "fourth")}
    assert not set(corners.values()) & {3, 20, 2}
    shows(page, drawn(root, **LINE | corners, shape="plane"))
    page.get_by_label("Upper left seed", exact=True).fill("8")
    shows(page, drawn(root, **LINE | corners | {"from": 8}, shape="plane"))


def test_both_models_travel_together(visit, root):
    there = LINE | {"model": "both", "epoch": 2, "at": 20}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    expect(page.locator(".strips canvas")).to_have_count(2)
    slide(page, ".place", "ArrowRight")
    shows(page, drawn(root, **there | {"at": 21}))


@pytest.mark.parametrize("model", SAVED)
def test_a_plane_is_crossed_by_mouse_and_keys_without_a_request(visit, root, model):
    page = visit(link(**PLANE, model=model))
    shows(page, drawn(root, **PLANE, model=model))
    seen = calls(page)
    box = page.locator(".screen canvas").bounding_box()
    page.mouse.move(box["x"] + 2, box["y"] + 2)
    page.mouse.down()
    shows(page, drawn(root, **PLANE, model=model, x=0, y=0))
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.3, steps=5)
    shows(page, drawn(root, **PLANE, model=model, x=5, y=3))
    page.mouse.move(box["x"] + box["width"] + 50, box["y"] + box["height"] * 0.99)  # past its edge
    shows(page, drawn(root, **PLANE, model=model, x=10, y=10))
    page.mouse.up()
    page.locator(".screen canvas").focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "ArrowLeft"):
        page.keyboard.press(key)
    shows(page, drawn(root, **PLANE, model=model, x=9, y=8))
    film = film_of(root, model, START | PLANE)
    expect(page.locator(".readout")).to_have_text(readout(film, 0, 8 * 11 + 9, seed=False))
    says(page, x=9, y=8)
    assert seen == []


def test_a_finger_crosses_a_plane(visit, phone, root):
    page = visit(link(**PLANE), phone)
    shows(page, drawn(root, **PLANE))
    canvas = page.locator(".screen canvas")
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    finger = page.context.new_cdp_session(page)
    for kind, x, y in (("touchStart", 0.05, 0.05), ("touchMove", 0.4, 0.6), ("touchMove", 0.95, 0.5)):
        point = {"x": box["x"] + x * box["width"], "y": box["y"] + y * box["height"]}
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [point]})
        shows(page, drawn(root, **PLANE, x=int(11 * x), y=int(11 * y)))
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


@pytest.mark.parametrize("model", [*SAVED, "both"])
def test_training_is_replayed_without_a_request(visit, root, model):
    there = {"view": "progression", "model": model, "seed": 3, "count": 5, "epoch": 1}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    seen = calls(page)
    for key, epoch in {"Home": 0, "End": max(SAVED["dcgan" if model == "dcgan" else "mlp"])}.items():
        slide(page, "#epoch", key)
        shows(page, drawn(root, **there | {"epoch": epoch}))
    page.get_by_role("button", name="Play the epochs").click()
    shows(page, drawn(root, **there | {"epoch": 0}))
    shows(page, drawn(root, **there))
    page.get_by_role("button", name="Pause").click()
    assert seen == []


POINTS = """(svg) => [...svg.querySelectorAll("polyline, polygon")].map((line) =>
  line.getAttribute("points").split(" ").map((point) => point.split(",").map(Number)))"""
LEVELS = '(svg) => [...svg.querySelectorAll(".level")].map((line) => Number(line.getAttribute("y1")))'


def test_the_curves_are_those_of_the_figures(visit, root):
    page = visit(link(view="progression", model="mlp", epoch=1, count=1))
    figures = catalogue(root)["models"]["mlp"]["figures"]
    losses, scores, ratio, classes = (page.locator(".run svg").nth(nth) for nth in range(4))

    def line(name, down):
        return [pytest.approx([34 + 130 * each["epoch"], down(each[name])]) for each in figures if name in each]

    def falling(high, value):  # from 0 at the bottom to `high` at the top
        return 8 + 84 * (1 - value / high)

    expect(losses.locator("polyline")).to_have_count(2)
    most = max(each["g_loss"] for each in figures if "g_loss" in each)
    assert losses.evaluate(POINTS) == [line(name, lambda loss: falling(most, loss)) for name in ("d_loss", "g_loss")]
    assert losses.evaluate(LEVELS) == pytest.approx([falling(most, 2 * log(2)), falling(most, log(2))])
    assert scores.evaluate(POINTS) == [line(name, lambda score: falling(1, score)) for name in ("d_real", "d_fake")]
    assert scores.evaluate(LEVELS) == [50]
    (points,) = ratio.evaluate(POINTS)
    assert points == line("frechet_ratio", lambda value: falling(log(300), log(value)))
    assert ratio.evaluate(LEVELS) == [92]  # 1, as far as real digits are
    for digit, band in enumerate(classes.evaluate(POINTS)):
        sums = [[8 + 84 * sum(each["class_shares"][: digit + more]) for each in figures] for more in (0, 1)]
        assert band == [pytest.approx([34 + 130 * n, y]) for n, y in enumerate(sums[0])] + [
            pytest.approx([34 + 130 * n, y]) for n, y in reversed(list(enumerate(sums[1])))
        ]


def test_the_lengths_and_the_pictures_along_the_way(visit, root):
    there = LINE | {"path": "lerp", "at": 30}
    page = visit(link(**there))
    shows(page, drawn(root, **there))
    frames = frames_of(film_of(root, "dcgan", START | there))
    shows(page, [np.concatenate(frames[[round(59 * n / 11) for n in range(12)]], 1)], ".strips canvas")
    paths = [interpolate(*latents([3, 9]), 60, name).norm(dim=1).numpy() for name in ("slerp", "lerp")]
    top = max(10, *(path.max() for path in paths))
    lines = page.locator(".lengths").evaluate(POINTS)  # the one that is taken in front
    for line, path in zip(lines, paths, strict=True):
        assert [y for _, y in line] == pytest.approx([6 + 64 * (1 - length / top) for length in path])
    dot = page.locator(".lengths .dot")
    assert [float(dot.get_attribute(name)) for name in ("cx", "cy")] == pytest.approx(lines[1][30])


def test_a_curve_moves_the_epoch_and_says_what_it_means(visit, root):
    there = {"view": "progression", "model": "mlp", "count": 4}
    page = visit(link(**there, epoch=0))
    run = catalogue(root)["models"]["mlp"]
    curves = page.locator(".run svg")
    expect(curves).to_have_count(4)
    for nth, epoch in ((0, 2), (2, 1), (3, 0), (1, 2)):
        across = 34 + 260 * epoch / 2
        box = curves.nth(nth).bounding_box()
        curves.nth(nth).click(
            position={"x": (across + (-50 if epoch == 2 else 50)) * box["width"] / 300, "y": box["height"] / 2}
        )
        shows(page, drawn(root, **there, epoch=epoch))
        for marker in page.locator(".run .marker").all():
            expect(marker).to_have_attribute("x1", f"{across:g}")
        reading = run["reading"][epoch]
        figures = {"real": 2, "fake": 2, "ratio": 3, "before": 3}
        rounded = {name: f"{value:.{figures[name]}g}" for name, value in reading["values"].items()}
        expect(page.locator(".reading")).to_have_text(TEXTS[reading["key"]].format(**rounded))
        says(page, epoch=epoch)


def test_a_curve_that_is_clicked_or_dragged_along_ends_the_playing(visit, root):
    there = {"view": "progression", "model": "mlp", "count": 4}
    page = visit(link(**there, epoch=2, slow=1))
    shows(page, drawn(root, **there, epoch=2))
    page.get_by_role("button", name="Play the epochs").click()
    shows(page, drawn(root, **there, epoch=0))
    curve = page.locator(".run svg").first
    curve.scroll_into_view_if_needed()
    box = curve.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 20, steps=4)
    shows(page, drawn(root, **there, epoch=2))
    page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 20, steps=4)
    page.mouse.up()
    shows(page, drawn(root, **there, epoch=1))
    expect(page.get_by_role("button", name="Play the epochs")).to_be_visible()
