"""Whether a page answers as it should: python tests/smoke.py URL asks it for digits; exit code 0, or 1 and a reason.

The address is that of any running page, a Space's https://USER-NAME.hf.space too.
"""

import base64
import io
import sys

import httpx
from PIL import Image

SIDE = 28
SEEDS = list(range(7, 16))


class Wrong(Exception):
    """What is not as it should be."""


def check(client: httpx.Client) -> str:
    """Ask for the catalogue and three films of the last model; in words, what came. Raises Wrong."""
    models = ask(client, "catalogue", [])["models"]
    need(models, "there are no runs")
    model, run = list(models.items())[-1]
    epoch = run["epochs"][-1]
    grid = film(client, "generate", [model, epoch, SEEDS[0], len(SEEDS)], frames=1, digits=len(SEEDS))
    need(grid["seeds"] == SEEDS, "generate: not the digits of the seeds 7 to 15")
    again = ask(client, "generate", [model, epoch, SEEDS[0], len(SEEDS)])
    need(again == grid, "generate: the same question has two answers")
    parts = [
        ask(client, name, ["generate", [model, epoch, SEEDS[0], len(SEEDS)]]) for name in ("pictures", "predictions")
    ]
    need(parts[0] | parts[1] == grid, "pictures, predictions: not the parts of that film")
    film(client, "interpolate", [model, epoch, 7, 8, 5, "slerp"], frames=5, digits=1)
    film(client, "progression", [model, 7, 4], frames=len(run["epochs"]), digits=4)
    return f"{model} answers at {client.base_url}: {len(run['epochs'])} epochs, the last is {epoch}"


def film(client: httpx.Client, name: str, values: list, frames: int, digits: int) -> dict:
    """The film that an endpoint gives. Raises Wrong unless it has so many frames of so many digits, with scores."""
    given = ask(client, name, values)
    need((given["frames"], given["tile"]) == (frames, SIDE), f"{name}: not {frames} frames of digits {SIDE} wide")
    need(len(given["captions"]) == frames, f"{name}: not a caption for each frame")
    kind, _, data = given["sprite"].partition(",")
    need(kind == "data:image/png;base64", f"{name}: the sprite is no PNG")
    with Image.open(io.BytesIO(base64.b64decode(data))) as sprite:
        size = given["columns"] * SIDE, given["rows"] * frames * SIDE
        need(sprite.mode == "L" and sprite.size == size, f"{name}: the sprite is not grey and {size[0]} by {size[1]}")
        dark, light = sprite.getextrema()
    need(light > dark, f"{name}: the sprite is all of one grey")
    scores = given["scores"]
    need([len(line) for line in scores] == [digits] * frames, f"{name}: not a score for each digit")
    need(all(0 <= score <= 1 for line in scores for score in line), f"{name}: a score is not within 0 to 1")
    return given


def ask(client: httpx.Client, name: str, values: list) -> dict:
    """What an endpoint answers."""
    answer = client.post(f"/gradio_api/run/{name}", json={"data": values})
    need(answer.status_code == 200, f"{name}: status {answer.status_code}")
    return answer.json()["data"][0]


def need(truth: object, reason: str) -> None:
    """Raise Wrong where something is not so."""
    if not truth:
        raise Wrong(reason)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("smoke.py: takes one address, as in python tests/smoke.py http://127.0.0.1:7860")
    try:
        with httpx.Client(base_url=sys.argv[1], timeout=120) as client:
            print(f"smoke.py: {check(client)}")
    except (Wrong, httpx.HTTPError, httpx.InvalidURL) as error:
        sys.exit(f"smoke.py: {sys.argv[1]}: {error}")
    except (KeyError, ValueError, OSError) as error:
        sys.exit(f"smoke.py: {sys.argv[1]}: not the page's form of answer ({type(error).__name__}: {error})")
