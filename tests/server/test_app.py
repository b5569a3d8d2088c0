"""The endpoints of app.py over HTTP."""

import json
import shutil
import urllib.request
from urllib.error import HTTPError

import pytest
from helpers.questions import FILMS, VALID
from helpers.raw_http import post
from helpers.serving import ask, serving

from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation, export_latents
from gan.ui.render import draw_film
from gan.ui.texts import note

FILM_KEYS = {"sprite", "tile", "columns", "rows", "frames", "captions", "seeds", "scores", "lengths", "run"}

INPUTS = {  # the public contract
    "/generate": ["model", "epoch", "seed", "count"],
    "/truncated": ["model", "epoch", "seed", "count", "truncation"],
    "/interpolate": ["model", "epoch", "seed_from", "seed_to", "frames", "path"],
    "/plane": ["model", "epoch", "corners"],
    "/progression": ["model", "seed", "count"],
    "/pictures": ["view", "arguments"],
    "/predictions": ["view", "arguments"],
    "/animation": ["kind", "view", "arguments", "width"],
    "/vectors": ["view", "arguments"],
    "/catalogue": [],
}

# For each input of each endpoint a wrong value, and the name in the message.
WRONG = {
    "generate": [("<b>mlp</b>", "model"), (3, "epoch"), (2**32, "seed"), (101, "count")],
    "truncated": [("<b>mlp</b>", "model"), (True, "epoch"), (-1, "seed"), (0, "count"), (1.01, "truncation")],
    "interpolate": [
        (["mlp"], "model"),
        (None, "epoch"),
        (2**32, "seed_from"),
        (-1, "seed_to"),
        (121, "frames"),
        ("cubic", "path"),
    ],
    "plane": [("../mlp", "model"), ("1", "epoch"), ([7, 8, 9, 2**32], "corner")],
    "progression": [("", "model"), (float("nan"), "seed"), (37, "count")],
    "pictures": [("animation", "view"), (["mlp", 2], "arguments")],
    "predictions": [("catalogue", "view"), (["mlp", True, 2], "seed")],
    "animation": [("png", "kind"), ("generate", "view"), (["mlp", 7, 37], "count"), (300, "width")],
    "vectors": [("animation", "view"), (["mlp", 2, 7, 8, 121, "slerp"], "frames")],
}


@pytest.mark.parametrize("name", FILMS)
def test_an_endpoint_answers_with_its_film(address, checkpoints, name):
    film = ask(address, name, VALID[name])
    assert film.keys() == (FILM_KEYS | {"paths"} if name == "interpolate" else FILM_KEYS)
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


def test_vectors_answers_with_the_latents(address):
    assert ask(address, "vectors", VALID["vectors"]) == export_latents(*VALID["vectors"])


def test_catalogue_answers_with_the_catalogue(address, checkpoints):
    assert ask(address, "catalogue", []) == catalogue(checkpoints)


def test_the_endpoints_have_the_inputs_of_the_contract_in_order(address):
    with urllib.request.urlopen(f"{address}/gradio_api/info") as response:
        endpoints = json.load(response)["named_endpoints"]
    names = {name: [each["parameter_name"] for each in endpoint["parameters"]] for name, endpoint in endpoints.items()}
    assert names == INPUTS


@pytest.mark.parametrize(
    ("name", "index", "value", "parameter"),
    [(name, index, *row) for name, rows in WRONG.items() for index, row in enumerate(rows)],
)
def test_a_wrong_value_is_refused_with_what_is_allowed_and_not_repeated(address, name, index, value, parameter):
    status, answer = post(address, name, [*VALID[name][:index], value, *VALID[name][index + 1 :]])
    assert status == 422 and answer["error"]["values"]["name"] == parameter
    assert "<b>" not in str(answer) and "../" not in str(answer)


@pytest.mark.slow
@pytest.mark.parametrize("damage", ["no checkpoints", "a damaged snapshot"])
def test_python_app_py_serves_what_is_there(tmp_path, checkpoints, damage):
    root = tmp_path / "checkpoints"
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
