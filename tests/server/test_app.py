"""The endpoints of app.py over HTTP."""

import json
import os
import re
import shutil
import urllib.request
from urllib.error import HTTPError

import pytest
from helpers.films import picture_of
from helpers.questions import FILMS, INPUTS, VALID
from helpers.raw_http import post
from helpers.readme import section
from helpers.serving import ask, serving

from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation, export_latents
from gan.ui.nearest import draw_nearest
from gan.ui.push import draw_push, draw_pushed
from gan.ui.quiz import draw_quiz
from gan.ui.render import draw_film
from gan.ui.texts import note

FILM_KEYS = {"sprite", "tile", "columns", "rows", "frames", "captions", "seeds", "scores", "lengths", "run"}
REAL_KEYS = FILM_KEYS - {"lengths"} | {"numbers", "digits"}
KEYS = {
    "interpolate": FILM_KEYS | {"paths"},
    "handles": FILM_KEYS | {"across", "down", "positions", "handles"},
    "offered": FILM_KEYS | {"handles", "left_out"},
    "arithmetic": FILM_KEYS | {"z"},
    "reals": REAL_KEYS,
    "real_progression": REAL_KEYS,
}

# Wrong values of an input, by its name, and the name in the message if that differs. Other names get an object.
SEEDS = [2**32, -1, float("nan"), "<b>", "A" * 266]
HANDLES = ["<b>slant</b>", "like 10", {}]
TRAYS = [[], [7] * 13, [2**32], 7]
WRONG = {
    "model": ["<b>mlp</b>", ["mlp"], "../mlp", ""],
    "epoch": [3, True, None, "1"],
    **dict.fromkeys(["seed", "seed_from", "seed_to"], SEEDS),
    "count": [101, 0],
    "truncation": [1.01],
    "frames": [121],
    "path": ["cubic"],
    "corners": [[7, 8, 9, 2**32]],
    "picture": ["<b>", 7, "A" * 1000],
    **dict.fromkeys(["across", "down"], HANDLES),
    **dict.fromkeys(["plus", "minus", "base"], TRAYS),
    "target": ["<b>z</b>", ""],
    "view": ["animation", "catalogue", "nearest", "quiz"],
    "arguments": [["mlp"]],
    "kind": ["png"],
    "width": [300],
}
NAMES = {"corners": "corner"}
# Wrong values that depend on another input: endpoint, number of the input, value, name in the message.
TOGETHER = [
    ("progression", 2, 37, "count"),
    ("predictions", 1, ["mlp", True, 2], "seed"),
    ("real_progression", 2, 37, "count"),
    ("nearest", 3, 37, "count"),
    ("quiz", 3, 7, "count"),
    ("quiz", 3, 102, "count"),
    ("push", 1, ["mlp", 2, 7, 37], "count"),
    ("push", 0, "reals", "view"),
    ("pushed", 0, "plane", "view"),
    ("pushed", 1, ["mlp", 2, 7, 37, 1], "count"),
    ("animation", 1, "generate", "view"),
    ("animation", 1, "reals", "view"),
    ("animation", 1, "real_progression", "view"),
    ("vectors", 0, "reals", "view"),
    ("vectors", 0, "real_progression", "view"),
    ("animation", 2, ["mlp", 7, 37], "count"),
    ("vectors", 1, ["mlp", 2, 7, 8, 121, "slerp"], "frames"),
]


def wrong_values():
    for endpoint, names in INPUTS.items():
        for index, name in enumerate(names):
            for value in WRONG.get(name, [{}]):
                yield endpoint, index, value, NAMES.get(name, name)
    yield from TOGETHER


def documented_inputs():
    """The inputs of each endpoint in the table of gan/README.md, where "the same" are those of the row before."""
    found, inputs = {}, []
    for names, text in re.findall(r"^\| (`/.*?) \| (.*?) ?\|", section("gan/README.md", "Contracts"), re.MULTILINE):
        parts = [part.strip() for part in re.sub(r" \(.*?\)", "", text).split(",") if part.strip()]
        inputs = [*inputs, *parts[1:]] if parts[:1] == ["the same"] else parts
        found |= dict.fromkeys(re.findall(r"`(.*?)`", names), inputs)
    return found


@pytest.mark.parametrize("name", FILMS)
def test_an_endpoint_answers_with_its_film(address, checkpoints, name):
    film = ask(address, name, VALID[name])
    assert film.keys() == KEYS.get(name, FILM_KEYS)
    assert film == draw_film(checkpoints, name, VALID[name])


@pytest.mark.parametrize("name", FILMS)
def test_pictures_and_predictions_are_the_two_parts_of_a_film(address, name):
    pictures, predictions = (ask(address, part, [name, VALID[name]]) for part in ("pictures", "predictions"))
    assert pictures | predictions == ask(address, name, VALID[name])
    assert "scores" not in pictures and predictions.keys() == {"scores", "run"}


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_animation_answers_with_the_file(address, checkpoints, kind):
    values = [kind, *VALID["animation"][1:]]
    assert ask(address, "animation", values) == draw_animation(checkpoints, *values)


def test_a_call_of_animation_may_leave_out_the_width_and_nothing_else(address):
    assert ask(address, "animation", VALID["animation"][:3]) == ask(address, "animation", VALID["animation"])
    with pytest.raises(HTTPError):
        ask(address, "animation", VALID["animation"][:2])


def test_nearest_answers_with_the_nearest_training_digits(address, checkpoints):
    film = ask(address, "nearest", VALID["nearest"])
    assert film.keys() == REAL_KEYS - {"scores"} | {"distances", "percentiles"}
    assert film == draw_nearest(checkpoints, *VALID["nearest"])


def test_a_call_of_nearest_may_leave_out_the_truncation_and_nothing_else(address):
    *inputs, _ = VALID["nearest"]
    assert ask(address, "nearest", inputs) == ask(address, "nearest", [*inputs, 1])
    with pytest.raises(HTTPError):
        ask(address, "nearest", inputs[:-1])


def test_quiz_answers_with_the_round(address, checkpoints):
    film = ask(address, "quiz", VALID["quiz"])
    assert film.keys() == REAL_KEYS - {"digits"} | {"real"}
    assert film == draw_quiz(checkpoints, *VALID["quiz"])


def test_vectors_answers_with_the_latents(address, checkpoints):
    assert ask(address, "vectors", VALID["vectors"]) == export_latents(checkpoints, *VALID["vectors"])


def test_push_answers_with_the_gradients(address, checkpoints):
    served, drawn = ask(address, "push", VALID["push"]), draw_push(checkpoints, *VALID["push"])
    # float32 gradients depend on the number of threads, by enough to change a byte by 1.
    first, second = (picture_of(film.pop("push")).astype(int) for film in (served, drawn))
    assert abs(first - second).max() <= 1
    assert served == drawn


@pytest.mark.parametrize("target", ["pixels", "z"])
def test_pushed_answers_with_its_film(address, checkpoints, target):
    values = [*VALID["pushed"][:2], target]
    film = ask(address, "pushed", values)
    assert film.keys() == FILM_KEYS | {"sizes"}
    assert film == draw_pushed(checkpoints, *values)


def test_catalogue_answers_with_the_catalogue(address, checkpoints):
    assert ask(address, "catalogue", []) == catalogue(checkpoints)


def test_the_endpoints_have_the_inputs_of_the_contract_in_order(address):
    with urllib.request.urlopen(f"{address}/gradio_api/info") as response:
        endpoints = json.load(response)["named_endpoints"]
    names = {name: [each["parameter_name"] for each in endpoint["parameters"]] for name, endpoint in endpoints.items()}
    assert names == documented_inputs() == {f"/{name}": inputs for name, inputs in INPUTS.items()}


@pytest.mark.parametrize(("name", "index", "value", "parameter"), list(wrong_values()))
def test_a_wrong_value_is_refused_with_what_is_allowed_and_not_repeated(address, name, index, value, parameter):
    status, answer = post(address, name, [*VALID[name][:index], value, *VALID[name][index + 1 :]])
    assert status == 422 and answer["error"]["values"]["name"] == parameter
    assert "<b>" not in str(answer) and "../" not in str(answer)


@pytest.mark.slow
def test_a_page_starts_though_the_terminal_lacks_letters(tmp_path, checkpoints):
    root = shutil.copytree(checkpoints, tmp_path / "目录")
    with serving(root, os.environ | {"PYTHONIOENCODING": "cp1252"}) as address:
        assert ask(address, "catalogue", [])["models"]


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["no checkpoints", "a damaged snapshot"])
def test_python_app_py_serves_what_is_there(tmp_path, checkpoints, damage):
    root = tmp_path / "checkpoints"
    if damage == "no checkpoints":
        root.mkdir()
    if damage == "a damaged snapshot":
        shutil.copytree(checkpoints, root)
        (root / "dcgan" / "epoch-001.safetensors").write_text("<html>")
    with serving(root) as address:
        with urllib.request.urlopen(address) as page:
            assert page.status == 200
            assert page.headers.get_content_type() == "text/html" and "GAN digits" in page.read().decode()
        if damage == "a damaged snapshot":
            assert ask(address, "generate", VALID["generate"]) == draw_film(root, "generate", VALID["generate"])
            assert ask(address, "progression", ["dcgan", 0, 1])["captions"] == ["epoch 0"]
            assert ask(address, "catalogue", []) == catalogue(root)
        else:
            with pytest.raises(HTTPError) as error:
                ask(address, "generate", VALID["generate"])
            assert json.load(error.value)["error"] == note("server.no-runs")
            assert ask(address, "catalogue", [])["notices"] == [note("server.no-runs")]
