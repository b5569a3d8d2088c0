"""The charts of a training run and of an interpolation in Chromium."""

from math import log

import numpy as np
import pytest
from helpers.films import frames_of
from helpers.pages import choose, expect_pixels, expect_query, expect_state, show
from helpers.states import expected_film, expected_reading, page_text, to_query
from playwright.sync_api import expect

from gan.latent import interpolate, latents
from gan.ui.catalogue import catalogue

pytestmark = pytest.mark.slow

TRAINING = {"view": "progression", "model": "mlp", "count": 4}
POINTS = """(svg) => [...svg.querySelectorAll("polyline, polygon")].map((line) =>
  line.getAttribute("points").split(" ").map((point) => point.split(",").map(Number)))"""
LEVELS = '(svg) => [...svg.querySelectorAll(".level")].map((line) => Number(line.getAttribute("y1")))'


def chart(page, name, model="MLP"):
    """The chart "chart.NAME" of a model, or of some models."""
    return page.get_by_role("slider", name=f"{model}: {page_text(f'chart.{name}')}", exact=True)


def test_the_curves_show_the_metrics_of_the_run(page, root):
    show(page, root, **TRAINING, epoch=1)
    rows = catalogue(root)["models"]["mlp"]["metrics"]
    losses, scores, ratio, classes = (chart(page, name) for name in ("losses", "scores", "ratio", "classes"))

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
    for name, epoch in (("losses", 2), ("ratio", 1), ("classes", 0), ("scores", 2)):
        x = 34 + 260 * epoch / 2
        box = chart(page, name).bounding_box()
        nearby = x + (-50 if epoch == 2 else 50)
        chart(page, name).click(position={"x": nearby * box["width"] / 300, "y": box["height"] / 2})
        expect_state(page, root, **TRAINING, epoch=epoch)
        for marker in page.locator(".run .marker").all():
            expect(marker).to_have_attribute("x1", f"{x:g}")
        expect(page.locator(".comment")).to_have_text(expected_reading(run["comments"][epoch]))
        expect_query(page, epoch=epoch)


BOTH = TRAINING | {"model": "both"}
MARKERS = '(svg) => [...svg.querySelectorAll(".marker")].map((line) => Number(line.getAttribute("x1")))'


def test_the_charts_of_both_models_have_the_same_axes(page, root):
    show(page, root, **BOTH, epoch=1)
    models = catalogue(root)["models"]
    for key, name in (("losses", "g_loss"), ("ratio", "frechet_ratio")):
        scale = log if name == "frechet_ratio" else float
        top = max(scale(row[name]) for run in models.values() for row in run["metrics"] if name in row)
        for model, run in models.items():
            shown = chart(page, key, model.upper())
            rows = [row for row in run["metrics"] if name in row]
            expected = [[34 + 130 * row["epoch"], 8 + 84 * (1 - scale(row[name]) / top)] for row in rows]
            assert shown.evaluate(POINTS)[-1] == [pytest.approx(point) for point in expected]
            assert shown.evaluate(MARKERS) == [34 + 130]


def test_the_charts_go_by_training_time_on_demand(page, root):
    show(page, root, **BOTH, epoch=1)
    choose(page, "axis", "time")
    expect_query(page, axis="time")
    longest = 4  # seconds: two epochs of the MLP with two each
    for model, seconds in {"MLP": 2, "DCGAN": 1}.items():
        scores = chart(page, "scores", model)
        expect(scores.locator("text").last).to_have_text(page_text("chart.seconds", value=longest))
        assert scores.evaluate(MARKERS) == [34 + 260 * seconds / longest]
        assert scores.evaluate(POINTS)[0][0][0] == 34 + 260 * seconds / longest
    losses = chart(page, "losses")
    box = losses.bounding_box()
    losses.click(position={"x": 280 * box["width"] / 300, "y": box["height"] / 2})
    expect_state(page, root, **BOTH, epoch=2)


def test_the_charts_of_both_models_are_overlaid_on_demand(page, root):
    show(page, root, **BOTH, epoch=2)
    apart = [chart(page, "losses", model).evaluate(POINTS) for model in ("MLP", "DCGAN")]
    page.locator(".overlay").check()
    expect_query(page, overlay=1)
    losses = chart(page, "losses", "MLP, DCGAN")
    assert losses.evaluate(POINTS) == apart[0] + apart[1]
    assert losses.evaluate(MARKERS) == [34 + 260, 34 + 130]  # the last epochs of both
    dashes = losses.evaluate(
        "(svg) => [...svg.querySelectorAll('.line')].map((line) => getComputedStyle(line).strokeDasharray)"
    )
    assert dashes[0] == dashes[1] != dashes[2] == dashes[3]
    expect(page.locator(".legend")).to_contain_text("MLP")
    losses.press("Home")
    expect_state(page, root, **BOTH, epoch=0)
    for model in ("MLP", "DCGAN"):
        expect(chart(page, "classes", model)).to_be_visible()


def test_the_labels_of_the_classes_stand_in_their_bands_at_the_epoch_that_is_shown(page, root):
    labels = """(svg) => [...svg.querySelectorAll(".class")].map((text) =>
      [Number(text.textContent), Number(text.getAttribute("y")) - 2.5])"""
    classes = chart(page, "classes")
    show(page, root, **TRAINING, epoch=1)
    assert classes.evaluate(labels) == [[digit, pytest.approx(8 + 84 * (digit + 0.5) / 10)] for digit in range(10)]
    show(page, root, **TRAINING, epoch=0)
    assert classes.evaluate(labels) == [[0, pytest.approx(8 + 84 * 0.91 / 2)]]  # the other bands are too thin


def test_without_times_there_is_no_axis_of_time(visit, root):
    def remove_times(route):
        response = route.fetch()
        answer = response.json()
        for row in answer["data"][0]["models"]["mlp"]["metrics"]:
            row.pop("seconds", None)
        route.fulfill(response=response, json=answer)

    page = visit(
        to_query(**TRAINING, epoch=1, axis="time"), prepare=lambda page: page.route("**/run/catalogue", remove_times)
    )
    expect_state(page, root, **TRAINING, epoch=1)
    assert chart(page, "losses").evaluate(MARKERS) == [34 + 130]
    expect(page.locator("[name=axis]")).to_have_count(0)


def test_a_drag_along_a_chart_stops_the_playing(page, root):
    show(page, root, **TRAINING, epoch=2, slow=1)
    page.get_by_role("button", name=page_text("epoch.play")).click()
    expect_state(page, root, **TRAINING, epoch=0)
    losses = chart(page, "losses")
    losses.scroll_into_view_if_needed()
    box = losses.bounding_box()
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
