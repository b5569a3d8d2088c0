"""Check that a running page answers: `python tests/smoke.py URL`. Exits with 0, or with 1 and one line that says why.

URL is the address of any running page, such as https://USER-NAME.hf.space.
"""

import base64
import io
import sys

import httpx
from PIL import Image

SIDE = 28
SEEDS = list(range(7, 16))


class CheckError(Exception):
    """What is wrong with an answer."""


def check(client: httpx.Client) -> str:
    """Ask for the catalogue and for films of the last model. Returns one line about the page. Raises CheckError."""
    catalogue = ask(client, "catalogue", [])
    usable = {model: run for model, run in catalogue["models"].items() if run["epochs"]}
    notices = " ".join(notice["text"] for notice in catalogue["notices"])
    require(usable, f"there are no snapshots to draw. {notices}".rstrip())
    model, run = list(usable.items())[-1]
    epoch = run["epochs"][-1]
    question = [model, epoch, SEEDS[0], len(SEEDS)]
    grid = film(client, "generate", question, frames=1, digits=len(SEEDS))
    require(grid["seeds"] == SEEDS, f"generate: the seeds are not {SEEDS[0]} to {SEEDS[-1]}")
    require(ask(client, "generate", question) == grid, "generate: two answers to one question")
    parts = [ask(client, name, ["generate", question]) for name in ("pictures", "predictions")]
    require(parts[0] | parts[1] == grid, "pictures, predictions: not the parts of the film")
    film(client, "interpolate", [model, epoch, 7, 8, 5, "slerp"], frames=5, digits=1)
    film(client, "progression", [model, 7, 4], frames=len(run["epochs"]), digits=4)
    return f"{model} answers at {client.base_url}: {len(run['epochs'])} epochs, the last is {epoch}"


def film(client: httpx.Client, name: str, values: list, frames: int, digits: int) -> dict:
    """The film of an endpoint. Raises CheckError unless it has `frames` frames of `digits` digits, with scores."""
    answer = ask(client, name, values)
    size = answer["frames"], answer["tile"]
    require(size == (frames, SIDE), f"{name}: not {frames} frames of digits with {SIDE} pixels a side")
    require(len(answer["captions"]) == frames, f"{name}: not a caption for each frame")
    prefix, _, data = answer["sprite"].partition(",")
    require(prefix == "data:image/png;base64", f"{name}: the sprite is not a PNG")
    with Image.open(io.BytesIO(base64.b64decode(data))) as sprite:
        width, height = answer["columns"] * SIDE, answer["rows"] * frames * SIDE
        grey = sprite.mode == "L" and sprite.size == (width, height)
        require(grey, f"{name}: the sprite is not grey with {width} x {height} pixels")
        darkest, lightest = sprite.getextrema()
    require(lightest > darkest, f"{name}: all pixels of the sprite are equal")
    scores = answer["scores"]
    require([len(row) for row in scores] == [digits] * frames, f"{name}: not a score for each digit")
    require(all(0 <= score <= 1 for row in scores for score in row), f"{name}: a score is not in 0 to 1")
    return answer


def ask(client: httpx.Client, name: str, values: list) -> dict:
    """The answer of an endpoint. Raises CheckError for a status other than 200."""
    response = client.post(f"/gradio_api/run/{name}", json={"data": values})
    require(response.status_code == 200, f"{name}: status {response.status_code}")
    return response.json()["data"][0]


def require(condition: object, message: str) -> None:
    """Raise CheckError unless the condition is true."""
    if not condition:
        raise CheckError(message)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("smoke.py: takes one address, as in python tests/smoke.py http://127.0.0.1:7860")
    try:
        with httpx.Client(base_url=sys.argv[1], timeout=120) as client:
            print(f"smoke.py: {check(client)}")
    except (CheckError, httpx.HTTPError, httpx.InvalidURL) as error:
        sys.exit(f"smoke.py: {sys.argv[1]}: {error}")
    except (KeyError, ValueError, OSError) as error:
        sys.exit(f"smoke.py: {sys.argv[1]}: the answer has another form ({type(error).__name__}: {error})")
