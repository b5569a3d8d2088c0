"""What a visitor of the view "Train" opens and takes away: recordings of presets, pictures, files."""

import io

import numpy as np
import pytest
from helpers.live import RECIPE, expect_frames, expect_step, film_of, frame_of, step_of
from helpers.pages import (
    download,
    expect_query,
    pause_training,
)
from helpers.states import page_text
from PIL import Image
from playwright.sync_api import expect

from gan.images import PNG_STATE_KEY

PRESET = ["small", [["ema", 0]], 3]


@pytest.mark.slow
def test_a_preset_shows_its_recording_and_can_be_trained(train):
    film = film_of(PRESET, [0, 20, 40]) | dict(zip(("model", "settings", "seed"), PRESET, strict=True))
    page, runs = train(seed=5)
    page.route("**/studio/presets/no-ema.json", lambda route: route.fulfill(json=film))
    expect_step(page, 20)
    page.get_by_role("link", name=page_text("preset.no-ema")).click()
    expect_query(page, preset="no-ema", ema=0, seed=3)
    expect_frames(page, 40, PRESET)
    expect(page.get_by_role("button", name=page_text("train.play"), exact=True)).to_be_visible()  # it has ended
    assert {question[2] for question in runs.asked} == {5}
    expect(page.locator(".lane .again")).to_have_count(0)
    page.reload()
    expect_frames(page, 40, PRESET)
    page.get_by_role("button", name=page_text("presets.train")).click()
    expect_query(page, preset=None, ema=0, seed=3)
    expect(page.locator(".lane")).to_have_count(2)
    expect_step(page, 20)


@pytest.mark.slow
def test_a_link_to_a_preset_sets_its_settings_and_a_change_ends_it(train):
    film = film_of(PRESET, [0, 20]) | dict(zip(("model", "settings", "seed"), PRESET, strict=True))
    page, _ = train(seed=5)
    page.route("**/studio/presets/no-ema.json", lambda route: route.fulfill(json=film))
    page.goto(page.url.partition("?")[0] + "?view=train&preset=no-ema")
    expect_query(page, ema=0, seed=3)
    page.locator("#train-seed").fill("4")
    expect_query(page, preset=None, ema=0, seed=4)
    expect_step(page, 20)


@pytest.mark.slow
def test_a_picture_of_both_lanes_is_saved_and_brings_them_back(train, tmp_path):
    page, _ = train(lr=0.01)
    expect_step(page, 40)
    pause_training(page)
    step, own = step_of(page), ["small", [["lr", 0.01]], 5]
    data = download(page, "png")
    picture = Image.open(io.BytesIO(data))
    pixels = np.asarray(picture.convert("L"))
    scale = (pixels.shape[1] - 8) // (2 * 168)
    for left, question in ((0, RECIPE), (168 * scale + 8, own)):
        part = pixels[::scale, left : left + 168 * scale : scale]
        assert (part == frame_of(question, step)).all()
    link = picture.text[PNG_STATE_KEY]
    page.locator(".reset").click()
    expect_query(page, lr=None)
    (tmp_path / "lanes.png").write_bytes(data)
    page.evaluate(
        "(query) => dispatchEvent(new PopStateEvent('popstate', history.pushState(null, '', query)))", f"?{link}"
    )
    expect_query(page, lr=0.01)
    expect(page.locator(".lane")).to_have_count(2)


@pytest.mark.slow
def test_animations_the_snapshot_and_the_nearest_digits_are_those_of_the_runs(train):
    page, _ = train(lr=0.01)
    own, asked = ["small", [["lr", 0.01]], 5], []

    def answer(route):
        name, data = route.request.url.rpartition("/")[2], route.request.post_data_json["data"]
        asked.append([name, *data])
        route.fulfill(json={"data": [answers[name]]})

    nearest = film_of(RECIPE, [0]) | {"numbers": list(range(36)), "digits": None}
    nearest |= {"distances": [100.0] * 36, "percentiles": [40.0] * 36}
    answers = {
        "animation": {"file": "data:image/gif;base64,R0lG"},
        "live_snapshot": {
            "file": "data:application/octet-stream;base64,QUJD",
            "name": "small.st",
            "command": "train it",
        },
        "live_nearest": nearest,
    }
    for name in answers:
        page.route(f"**/run/{name}", answer)
    expect_step(page, 20)
    assert download(page, "gif") == b"GIF"
    with page.expect_download() as saved:
        page.locator(".snapshot").click()
    assert saved.value.suggested_filename == "small.st"
    expect(page.locator(".keep code")).to_have_text("train it")
    page.locator("button.near").click()
    expect(page.locator(".pairs-of")).to_have_count(2)
    (_, *animation), (_, *snapshot), *compared = asked
    kind, name, inputs, width = animation
    assert (kind, name, [each[:3] for each in inputs], width) == ("gif", "live", [RECIPE, own], 280)
    assert snapshot[:3] == own
    assert min(each[3] for each in [*inputs, snapshot]) >= 20  # the step to which the page has the run
    step = step_of(page)
    assert compared == [["live_nearest", *RECIPE, step], ["live_nearest", *own, step]]
