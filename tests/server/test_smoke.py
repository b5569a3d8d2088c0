"""tests/smoke.py against a served page, and against wrong answers."""

import base64
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest
from helpers.raw_http import JSON
from helpers.serving import free_port
from smoke import CheckError, check

from gan.images import to_png

COMMAND = Path(__file__).parents[1] / "smoke.py"


def run_smoke(*arguments):
    return subprocess.run([sys.executable, str(COMMAND), *arguments], capture_output=True, text=True)


def changing_client(address, endpoint, change):
    """A client of a page, with `change` applied to the answers of one endpoint."""

    def answer(request):
        response = httpx.post(f"{address}{request.url.path}", content=request.read(), headers=JSON)
        answer = response.json()
        if request.url.path.endswith(endpoint):
            change(answer["data"][0])
        return httpx.Response(200, json=answer)

    return httpx.Client(base_url="http://page", transport=httpx.MockTransport(answer))


def test_a_served_page_passes_and_a_stopped_one_fails_in_one_line(address):
    done = run_smoke(address)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"smoke.py: dcgan answers at {address}: 2 epochs, the last is 1\n"
    stopped = f"http://127.0.0.1:{free_port()}"
    done = run_smoke(stopped)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"smoke.py: {stopped}: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["no address"], []])
def test_a_wrong_argument_fails_in_one_line(arguments):
    done = run_smoke(*arguments)
    assert done.returncode == 1 and done.stderr.count("\n") == 1


def sprite(picture, kind="png"):
    return f"data:image/{kind};base64,{base64.b64encode(to_png(picture)).decode()}"


SMALL, BLANK = np.zeros((28, 28), np.uint8), np.zeros((84, 84), np.uint8)
WRONG = {
    "generate: not 1 frames": {"frames": 2},
    "generate: not a caption": {"captions": []},
    "generate: the sprite is not a PNG": {"sprite": sprite(BLANK, "webp")},
    "generate: the sprite is not grey": {"sprite": sprite(SMALL)},
    "generate: all pixels of the sprite are equal": {"sprite": sprite(BLANK)},
    "generate: not a score": {"scores": [[0.5] * 8]},
    "generate: a score is not in 0 to 1": {"scores": [[1.5] * 9]},
    "generate: the seeds are not": {"seeds": list(range(9))},
}


@pytest.mark.parametrize("reason", WRONG)
def test_a_wrong_film_is_an_error_that_says_why(address, reason):
    with pytest.raises(CheckError, match=reason):
        check(changing_client(address, "generate", lambda film: film.update(WRONG[reason])))


def test_two_answers_to_one_question_are_an_error(address):
    answers = []

    def change(film):
        answers.append(film)
        film["lengths"] = len(answers)

    with pytest.raises(CheckError, match="two answers"):
        check(changing_client(address, "generate", change))


def test_parts_that_are_not_those_of_the_film_are_an_error(address):
    def change(predictions):
        predictions["scores"][0][0] = 0.123

    with pytest.raises(CheckError, match="pictures, predictions"):
        check(changing_client(address, "predictions", change))


def test_a_run_without_usable_snapshots_is_passed_over(address):
    change = lambda catalogue: catalogue["models"]["dcgan"].update(epochs=[])  # noqa: E731
    assert check(changing_client(address, "catalogue", change)).startswith("mlp answers")


@pytest.mark.parametrize("models", [{}, {"mlp": {"epochs": []}}])
def test_no_snapshots_to_draw_is_an_error_with_the_page_s_notices(address, models):
    def change(catalogue):
        catalogue.update(models=models, notices=[{"text": "3 are damaged."}])

    with pytest.raises(CheckError, match=r"there are no snapshots to draw. 3 are damaged\.$"):
        check(changing_client(address, "catalogue", change))


def test_another_status_is_an_error():
    not_found = httpx.MockTransport(lambda request: httpx.Response(404))
    with pytest.raises(CheckError, match="catalogue: status 404"):
        check(httpx.Client(base_url="http://page", transport=not_found))
