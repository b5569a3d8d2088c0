"""The presets of live runs, and their recorded films."""

import base64
import io
import json
import math

import numpy as np
import pytest
from helpers.coach import usual_diagnosis
from PIL import Image

from gan.config import RECIPES
from gan.live import LiveRun
from gan.models import MODELS
from gan.ui.live import film_of
from gan.ui.live_settings import live_recipe, read_settings, settings_of
from gan.ui.presets import FILMS, PRESETS

MAX_BYTES = 1_000_000  # of all films
FRAMES = 40
EACH_PRESET = pytest.mark.parametrize("name", PRESETS)


def film(name):
    return json.loads((FILMS / f"{name}.json").read_text(encoding="utf-8"))


def test_every_preset_has_a_film_and_all_films_are_below_a_megabyte():
    files = list(FILMS.iterdir())
    assert {path.name for path in files} == {f"{name}.json" for name in PRESETS}
    assert sum(path.stat().st_size for path in files) < MAX_BYTES


@EACH_PRESET
def test_a_film_is_of_the_settings_of_its_preset(name):
    preset, recorded = PRESETS[name], film(name)
    assert (recorded["model"], recorded["settings"], recorded["seed"]) == (preset.model, preset.pairs, 0)
    assert recorded["step"] == recorded["steps"][-1] == preset.steps


@EACH_PRESET
def test_the_settings_of_a_preset_are_valid_and_differ_from_the_recipe(name):
    preset = PRESETS[name]
    config, moves = read_settings(list(MODELS), preset.model, preset.pairs, 0)
    assert config != live_recipe(preset.model) and not moves
    usual = settings_of(live_recipe(preset.model))
    assert all(value != usual[setting] for setting, value in preset.settings.items())


@EACH_PRESET
def test_a_film_has_the_form_of_the_answers_of_live(name, images):
    run = LiveRun(RECIPES["mlp"], images, images[:0])
    answer = film_of(run, run.frames)
    recorded = film(name)
    assert recorded.keys() == answer.keys() | {"step", "seconds", "ended", "model", "settings", "seed"}
    per_frame = [key for key, value in answer.items() if type(value) is list and key != "seeds"]
    assert {len(recorded[key]) for key in per_frame} == {recorded["frames"]} == {FRAMES}


@EACH_PRESET
def test_the_sprite_of_a_film_has_its_frames_of_digits(name):
    recorded = film(name)
    kind, _, data = recorded["sprite"].partition(",")
    assert kind == "data:image/png;base64"
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    height, width = (recorded[side] * recorded["tile"] for side in ("rows", "columns"))
    assert pixels.shape == (height * FRAMES, width, 3)
    assert (pixels == pixels[:, :, :1]).all()  # grey
    assert not (pixels % 17).any() and pixels[-height:].std() > 0  # 16 grey levels
    assert recorded["seeds"] == list(range(recorded["rows"] * recorded["columns"]))


@EACH_PRESET
def test_the_frames_of_a_film_are_evenly_spaced_from_the_start_to_the_end(name):
    steps = film(name)["steps"]
    distances = np.diff(steps)
    assert steps[0] == 0 and distances.max() <= 2 * math.ceil(steps[-1] / FRAMES)
    assert distances.min() > 0


@EACH_PRESET
def test_the_coach_names_the_failure_in_the_last_third_of_a_film(name):
    assert usual_diagnosis(film(name)["diagnoses"]) == PRESETS[name].diagnosis


def test_the_high_rate_is_ten_times_that_of_the_recipe():
    preset = PRESETS["ten-times-rate"]
    assert set(preset.settings.values()) == {10 * RECIPES[preset.model].lr}
