"""The smoke command against a served page, and against pages that are not as they should be."""

import base64
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
from fastapi.testclient import TestClient
from gradio.routes import App
from helpers.serving import serving
from smoke import Wrong, check

from gan.images import to_png
from gan.ui.page import build

COMMAND = Path(__file__).parents[1] / "smoke.py"
JSON = {"content-type": "application/json"}


def smoke(*words):
    return subprocess.run([sys.executable, str(COMMAND), *words], capture_output=True, text=True)


def test_a_served_page_passes_and_a_stopped_one_fails_in_one_line(checkpoints):
    with serving(checkpoints) as address:
        done = smoke(address)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == f"smoke.py: dcgan answers at {address}: 2 epochs, the last is 1\n"
    done = smoke(address)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"smoke.py: {address}: ") and done.stderr.count("\n") == 1


def test_another_program_at_the_address_fails_in_one_line():
    done = smoke("no address")
    assert done.returncode == 1 and done.stderr.count("\n") == 1
    assert smoke().returncode == 1


@pytest.fixture(scope="module")
def page(checkpoints):
    return TestClient(App.create_app(build(checkpoints)))


def sprite(picture, kind="png"):
    return f"data:image/{kind};base64,{base64.b64encode(to_png(picture)).decode()}"


SMALL, BLANK = np.zeros((28, 28), np.uint8), np.zeros((84, 84), np.uint8)
WRONG = {
    "generate: not 1 frames": {"frames": 2},
    "generate: not a caption": {"captions": []},
    "generate: the sprite is no PNG": {"sprite": sprite(BLANK, "webp")},
    "generate: the sprite is not grey": {"sprite": sprite(SMALL)},
    "generate: the sprite is all of one grey": {"sprite": sprite(BLANK)},
    "generate: not a score": {"scores": [[0.5] * 8]},
    "generate: a score is not within": {"scores": [[1.5] * 9]},
    "generate: not the digits": {"seeds": list(range(9))},
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_with_a_film_is_said(page, reason):
    def answer(request):
        given = page.post(request.url.path, content=request.read(), headers=JSON).json()
        if request.url.path.endswith("generate"):
            given["data"][0] |= WRONG[reason]
        return httpx.Response(200, json=given)

    client = httpx.Client(base_url="http://page", transport=httpx.MockTransport(answer))
    with pytest.raises(Wrong, match=reason):
        check(client)


def test_two_answers_to_one_question_are_not_passed_over(page):
    times = []

    def answer(request):
        times.append(request)
        given = page.post(request.url.path, content=request.read(), headers=JSON).json()
        if request.url.path.endswith("generate"):
            given["data"][0]["lengths"] = len(times)
        return httpx.Response(200, json=given)

    with pytest.raises(Wrong, match="two answers"):
        check(httpx.Client(base_url="http://page", transport=httpx.MockTransport(answer)))


def test_parts_that_are_not_those_of_the_film_are_not_passed_over(page):
    def answer(request):
        given = page.post(request.url.path, content=request.read(), headers=JSON).json()
        if request.url.path.endswith("predictions"):
            given["data"][0]["scores"][0][0] = 0.123
        return httpx.Response(200, json=given)

    with pytest.raises(Wrong, match="pictures, predictions"):
        check(httpx.Client(base_url="http://page", transport=httpx.MockTransport(answer)))


def test_no_runs_and_a_refusal_are_said(page, tmp_path):
    with pytest.raises(Wrong, match="no runs"):
        check(TestClient(App.create_app(build(tmp_path))))
    user_error = httpx.MockTransport(lambda request: httpx.Response(404))
    with pytest.raises(Wrong, match="catalogue: status 404"):
        check(httpx.Client(base_url="http://page", transport=user_error))
