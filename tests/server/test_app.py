"""The page's endpoints over HTTP, and python app.py as a process."""

import json
import shutil
import urllib.request
from urllib.error import HTTPError

import pytest
from fastapi.testclient import TestClient
from gradio.routes import App
from helpers.questions import GOOD
from helpers.serving import FILM, ask, serving

from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation, give_vectors
from gan.ui.page import build
from gan.ui.render import draw_film

FILMS = ["generate", "truncated", "interpolate", "plane", "progression"]


@pytest.fixture(scope="module")
def client(checkpoints):
    return TestClient(App.create_app(build(checkpoints)))


def post(client, name, values):
    body = json.dumps({"data": values})  # NaN goes out as NaN, as a careless client sends it
    return client.post(f"/gradio_api/run/{name}", content=body, headers={"content-type": "application/json"})


def given(client, name, values):
    answer = post(client, name, values)
    assert answer.status_code == 200
    (value,) = answer.json()["data"]
    return value


@pytest.mark.parametrize("name", FILMS)
def test_an_endpoint_answers_with_the_film_that_its_handler_draws(client, checkpoints, name):
    film = given(client, name, GOOD[name])
    assert film.keys() == (FILM | {"paths"} if name == "interpolate" else FILM)
    assert film == draw_film(checkpoints, name, GOOD[name])


@pytest.mark.parametrize("name", FILMS)
def test_pictures_and_opinions_are_the_parts_of_a_film(client, name):
    pictures, predictions = (given(client, part, [name, GOOD[name]]) for part in ("pictures", "predictions"))
    assert pictures | predictions == given(client, name, GOOD[name])
    assert "scores" not in pictures and predictions.keys() == {"scores", "run"}


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_an_animation_comes_as_it_is_made(client, checkpoints, kind):
    values = [kind, *GOOD["animation"][1:]]
    assert given(client, "animation", values) == draw_animation(checkpoints, *values)


def test_vectors_come_as_they_are_given(client):
    assert given(client, "vectors", GOOD["vectors"]) == give_vectors(*GOOD["vectors"])


def test_the_catalogue_comes_as_it_is_made(client, checkpoints):
    assert given(client, "catalogue", []) == catalogue(checkpoints)


def test_the_endpoints_take_the_inputs_of_the_contract_in_order(client):
    info = client.get("/gradio_api/info").json()["named_endpoints"]
    named = {name: [parameter["parameter_name"] for parameter in end["parameters"]] for name, end in info.items()}
    assert named == {
        "/generate": ["model", "epoch", "seed", "count"],
        "/truncated": ["model", "epoch", "seed", "count", "truncation"],
        "/interpolate": ["model", "epoch", "seed_from", "seed_to", "frames", "path"],
        "/plane": ["model", "epoch", "corners"],
        "/progression": ["model", "seed", "count"],
        "/pictures": ["view", "arguments"],
        "/predictions": ["view", "arguments"],
        "/animation": ["kind", "view", "arguments"],
        "/vectors": ["view", "arguments"],
        "/catalogue": [],
    }


NOT_A_SEED = [float("nan"), float("inf"), 1.5, 7.0, True, None, "7", -1, 2**32, 10**400, [7], {"a": 7}]
NOT_A_WORD = ["no-such-model", "<b>", ["mlp"], None, 3, True, {"mlp": 1}]
NOT_A_SHARE = [float("nan"), float("inf"), -0.1, 1.1, True, None, "1", 10**400, [1], {"a": 1}]
NOT_A_LIST = [None, 7, "abcd", "<b>", {"a": 7}, [], [[7, 8, 9, 10]], [None] * 7]
BAD = [
    *(("generate", 0, value) for value in NOT_A_WORD),
    *(("generate", 1, value) for value in [*NOT_A_SEED, 3, 1000, ["2"]]),
    *(("generate", 2, value) for value in NOT_A_SEED),
    *(("generate", 3, value) for value in [0, 101, *NOT_A_SEED]),
    *(("interpolate", 2, value) for value in NOT_A_SEED),
    *(("interpolate", 3, value) for value in NOT_A_SEED),
    *(("interpolate", 4, value) for value in [1, 121, *NOT_A_SEED]),
    *(("interpolate", 5, value) for value in ["cubic", ["slerp"], None, 1]),
    *(("progression", 0, value) for value in NOT_A_WORD),
    *(("progression", 1, value) for value in NOT_A_SEED),
    *(("progression", 2, value) for value in [0, 37, *NOT_A_SEED]),
    *(("truncated", 0, value) for value in NOT_A_WORD),
    *(("truncated", 3, value) for value in [0, 101, None]),
    *(("truncated", 4, value) for value in NOT_A_SHARE),
    *(("plane", 0, value) for value in NOT_A_WORD),
    *(("plane", 1, value) for value in [3, None, True]),
    *(("plane", 2, value) for value in NOT_A_LIST),
    *(("plane", 2, [7, 8, 9, value]) for value in NOT_A_SEED),
    *((name, 0, value) for name in ("pictures", "predictions") for value in [*NOT_A_WORD, "animation", "catalogue"]),
    *((name, 1, value) for name in ("pictures", "predictions") for value in NOT_A_LIST),
    *(("predictions", 1, ["mlp", seed, 2]) for seed in NOT_A_SEED[:-1]),
    *(("animation", 0, value) for value in [*NOT_A_WORD, "png"]),
    *(("animation", 1, value) for value in [*NOT_A_WORD, "generate", "catalogue"]),
    *(("animation", 2, value) for value in NOT_A_LIST),
    *(("animation", 2, [model, 7, 2]) for model in NOT_A_WORD),
    *(("animation", 2, ["mlp", seed, 2]) for seed in NOT_A_SEED[:-1]),
    *(("vectors", 0, value) for value in [*NOT_A_WORD, "animation"]),
    *(("vectors", 1, value) for value in NOT_A_LIST),
    *(("vectors", 1, ["mlp", 2, 7, 8, frames, "slerp"]) for frames in [1, 121, None, "3"]),
]


@pytest.mark.parametrize(("name", "place", "value"), BAD)
def test_a_wrong_input_is_told_what_is_allowed_and_not_repeated(client, capfd, name, place, value):
    values = list(GOOD[name])
    if value == values[place] and type(value) is type(values[place]):
        pytest.skip("this value is right here")
    values[place] = value
    answer = post(client, name, values)
    message = answer.json()["error"]
    assert "must be" in message
    assert "no-such-model" not in message and "<b>" not in message
    printed = capfd.readouterr()
    assert "Traceback" not in printed.out + printed.err
    assert post(client, name, GOOD[name]).status_code == 200


@pytest.mark.parametrize("damage", ["none at all", "one is broken"])
def test_python_app_py_serves_what_is_there(tmp_path, checkpoints, damage):
    root = tmp_path / "checkpoints"
    if damage == "one is broken":
        shutil.copytree(checkpoints, root)
        (root / "dcgan" / "epoch-001.safetensors").write_text("<html>")
    with serving(root) as address:
        with urllib.request.urlopen(address) as page:
            assert page.status == 200
            assert page.headers.get_content_type() == "text/html" and "GAN digits" in page.read().decode()
        if damage == "one is broken":
            assert ask(address, "generate", GOOD["generate"]) == draw_film(root, "generate", GOOD["generate"])
            assert ask(address, "progression", ["dcgan", 0, 1])["captions"] == ["epoch 0"]
            assert ask(address, "catalogue", []) == catalogue(root)
        else:
            with pytest.raises(HTTPError) as user_error:
                ask(address, "generate", GOOD["generate"])
            assert "train.py" in json.load(user_error.value)["error"]
            assert "train.py" in ask(address, "catalogue", [])["notices"][0]
