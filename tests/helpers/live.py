"""Live runs for the browser tests without a training: the same answers as /live, of frames that anyone can draw."""

import numpy as np
import pytest
from playwright.sync_api import Page, Route

from gan.images import to_png
from gan.ui.limits import MAX_LIVE_FRAMES
from gan.ui.render import data_uri
from helpers.pages import expect_pixels
from helpers.states import to_query

STATE = {"view": "train", "seed": 5}
RECIPE = ["small", [], 5]
CANVASES = ".lane canvas"
SPACING = 20  # steps between two frames
DIGITS = 36
COLUMNS = 6


def frame_of(question: list, step: int) -> np.ndarray:
    """The picture that a run shows after a step: uint8 (168, 168), another one for each question and step."""
    seed = [*str(question).encode(), step]
    return np.random.RandomState(seed).randint(0, 256, (COLUMNS * 28, COLUMNS * 28), dtype=np.uint8)


def film_of(question: list, steps: list[int], diagnosis: str = "learning") -> dict:
    """The film of a run's frames at some steps."""
    frames = len(steps)
    picture = np.vstack([frame_of(question, step) for step in steps]) if steps else None
    metrics = {
        name: [None if step == 0 else 0.25 for step in steps] for name in ("d_loss", "g_loss", "d_real", "d_fake")
    }
    return metrics | {
        "sprite": data_uri("image/png", to_png(picture)) if steps else "",
        **{"tile": 28, "columns": COLUMNS, "rows": COLUMNS, "frames": frames},
        "captions": [f"step {step}" for step in steps],
        "seeds": list(range(question[2], question[2] + DIGITS)),
        "steps": steps,
        "images": [64 * step for step in steps],
        "times": [step / 100 for step in steps],
        "d_test": [0.5] * frames,
        "variety": [0.5] * frames,
        "classes": [[6] * 10] * frames,
        "readable": [0.5] * frames,
        "diagnoses": [diagnosis] * frames,
    }


class Runs:
    """Answers a page's questions to /live. `asked`: the questions so far. `answers`: the answer of one of them."""

    def __init__(self, page: Page):
        self.asked = []
        self.diagnosis = "learning"
        self.error = None
        self.step = None  # that the server says it has come to, with no new frame, if it trains a run again
        self.lead = 0  # steps that the server takes after a frame, in a run with settings
        self.others = 0  # the step to which other visitors have trained every run, and its frames are recorded
        self.reached = {}  # the step to which a run is trained
        page.route("**/run/live", self.answer)

    def answer(self, route: Route) -> None:
        model, settings, seed, have, until = route.request.post_data_json["data"]
        self.asked.append([model, settings, seed, have, until])
        if self.error and settings:
            return route.fulfill(status=422, json={"error": self.error})
        run = str([model, settings, seed])
        reached = max(self.others, self.reached.get(run, 0))
        step = 0 if have < 0 else max(until, reached) if until else (have // SPACING + 1) * SPACING
        steps = [step] if step > have and not self.step else []
        if self.others and have >= 0:
            steps = list(range(have // SPACING * SPACING + SPACING, self.others, SPACING))[:MAX_LIVE_FRAMES]
        self.reached[run] = max(reached, have, *steps) + (self.lead if settings and not until else 0)
        film = film_of([model, settings, seed], steps, self.diagnosis)
        stands = {"step": self.step or self.reached[run], "seconds": step / 100, "ended": ""}
        return route.fulfill(json={"data": [film | stands]})


@pytest.fixture
def train(visit, context):
    """Open a state of the view, whose questions are answered by `Runs`."""

    def train(context=context, theme="light", **changes):
        runs = []
        query = f"{to_query(**STATE | changes)}&__theme={theme}"
        page = visit(query, context, prepare=lambda page: runs.append(Runs(page)))
        return page, runs[0]

    return train


def expect_step(page, step):
    """Wait until all lanes show a step or a later one."""
    page.wait_for_function(
        """(least) => {
          const steps = [...document.querySelectorAll(".numbers dd:first-of-type")].filter((_, i) => i % 4 === 0);
          return steps.length > 0 && steps.every((each) => Number(each.textContent.replace(",", "")) >= least);
        }""",
        arg=step,
    )


def step_of(page):
    """The step that the first lane shows."""
    return int(page.locator(".numbers dd").first.text_content())


def expect_frames(page, step, *questions):
    """Wait until the lanes show the frames of questions after a step."""
    expect_pixels(page, [frame_of(question, step) for question in questions], CANVASES)
