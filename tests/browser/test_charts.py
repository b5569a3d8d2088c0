"""The charts of a training run and of an interpolation in Chromium."""

from math import log

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.pages import expect_pixels, expect_query, expect_state, show
from helpers.states import expected_film, page_text, to_significant
from playwright.sync_api import expect

from gan.latent import interpolate, latents
from gan.ui.catalogue import catalogue

pytestmark = pytest.mark.slow

TRAINING = {"view": "progression", "model": "mlp", "count": 4}
POINTS = """(svg) => [...svg.querySelectorAll("polyline, polygon")].map((line) =>
  line.getAttribute("points").split(" ").map((point) => point.split(",").map(Number)))"""
LEVELS = '(svg) => [...svg.querySelectorAll(".level")].map((line) => Number(line.getAttribute("y1")))'


def test_the_curves_show_the_metrics_of_the_run(page, root):
    show(page, root, **TRAINING, epoch=1)
    rows = catalogue(root)["models"]["mlp"]["metrics"]
    losses, scores, ratio, classes = (page.locator(".run svg").nth(nth) for nth in range(4))

    def curve(name, y):
        return [pytest.approx([34 + 130 * row["epoch"], y(row[name])]) for row in rows if name in row]

    def height(top, value):
        """The y coordinate of a value on an axis from 0 to `top`."""
        return 8 + 84 * (1 - value / top)

    top = max(row["g_loss"] for row in rows if "g_loss" in row)
    assert losses.evaluate(POINTS) == [curve(name, lambda loss: height(top, loss)) for name in ("d_loss", "g_loss")]
    assert losses.evaluate(LEVELS) == pytest.approx([height(top, 2 * log(2)), height(top, log(2))])
    assert scores.evaluate(POINTS) == [curve(name, lambda score: height(1, score)) for name in ("d_real", "d_fake")]
    assert scores.evaluate(LEVELS) == [height(1, 0.5)]
    top = log(max(row["frechet_ratio"] for row in rows))
    assert ratio.evaluate(POINTS) == [curve("frechet_ratio", lambda value: height(top, log(value)))]
    assert ratio.evaluate(LEVELS) == [height(top, 0)]
    for digit, band in enumerate(classes.evaluate(POINTS)):
        above, below = ([8 + 84 * sum(row["class_shares"][:end]) for row in rows] for end in (digit, digit + 1))
        corners = [*enumerate(above), *reversed([*enumerate(below)])]
        assert band == [pytest.approx([34 + 130 * epoch, y]) for epoch, y in corners]


def test_a_click_on_a_chart_moves_the_epoch_and_explains_it(page, root):
    show(page, root, **TRAINING, epoch=0)
    run = catalogue(root)["models"]["mlp"]
    charts = page.locator(".run svg")
    for nth, epoch in ((0, 2), (2, 1), (3, 0), (1, 2)):
        x = 34 + 260 * epoch / 2
        box = charts.nth(nth).bounding_box()
        nearby = x + (-50 if epoch == 2 else 50)
        charts.nth(nth).click(position={"x": nearby * box["width"] / 300, "y": box["height"] / 2})
        expect_state(page, root, **TRAINING, epoch=epoch)
        for marker in page.locator(".run .marker").all():
            expect(marker).to_have_attribute("x1", f"{x:g}")
        reading = run["comments"][epoch]
        digits = {"real": 2, "fake": 2, "ratio": 3, "before": 3}
        values = {name: to_significant(value, digits[name]) for name, value in reading["values"].items()}
        expect(page.locator(".comment")).to_have_text(page_text(reading["key"], **values))
        expect_query(page, epoch=epoch)


def test_a_drag_along_a_chart_stops_the_playing(page, root):
    show(page, root, **TRAINING, epoch=2, slow=1)
    page.get_by_role("button", name=page_text("epoch.play")).click()
    expect_state(page, root, **TRAINING, epoch=0)
    chart = page.locator(".run svg").first
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 20, steps=4)
    expect_state(page, root, **TRAINING, epoch=2)
    page.mouse.move(box["x"] + 0.55 * box["width"], box["y"] + 20, steps=4)
    page.mouse.up()
    expect_state(page, root, **TRAINING, epoch=1)
    expect(page.get_by_role("button", name=page_text("epoch.play"))).to_be_visible()


def test_an_interpolation_shows_its_frames_and_the_lengths_of_its_vectors(page, root):
    state = {"view": "interpolate", "epoch": 1, "seed": 3, "to": 9, "path": "lerp", "at": 30}
    show(page, root, **state)
    frames = frames_of(expected_film(root, **state))
    expect_pixels(page, [np.concatenate(frames[[round(59 * n / 11) for n in range(12)]], 1)], ".strips canvas")
    paths = [interpolate(*latents([3, 9]), 60, path).norm(dim=1).numpy() for path in ("slerp", "lerp")]
    top = max(10, *(path.max() for path in paths))
    curves = page.locator(".lengths").evaluate(POINTS)  # the chosen path last, in front
    for curve, path in zip(curves, paths, strict=True):
        assert [y for _, y in curve] == pytest.approx([6 + 64 * (1 - length / top) for length in path])
    dot = page.locator(".lengths .dot")
    assert [float(dot.get_attribute(name)) for name in ("cx", "cy")] == pytest.approx(curves[1][30])
