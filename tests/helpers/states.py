"""States of the page: how an address writes them, and what Python draws and says of them."""

from decimal import ROUND_HALF_UP, Decimal
from urllib.parse import urlencode

import numpy as np

from gan.images import columns_for, grid
from gan.ui.render import draw_film
from helpers.films import SAVED, frames_of

# The state of a page without a link, in the order of its address; None: as the runs and the view give it.
START = {"view": "generate", "model": "dcgan", "epoch": None, "seed": 0, "count": None, "truncation": 1, "sort": "seed"}
START |= {"only": None, "from": None, "to": 7, "shape": "line", "path": "slerp", "at": 0, "third": 2, "fourth": 3}
START |= {"x": 5, "y": 5, "slow": 0, "lang": None}
ALWAYS = "view", "model", "epoch", "seed"
PICTURE = np.random.RandomState(0).randint(0, 256, (8 * 28, 8 * 28), dtype=np.uint8)  # what training left, it seems


def models_of(state):
    return list(SAVED) if state["model"] == "both" else [state["model"]]


def epoch_of(model, state):
    """The last saved epoch of a model up to the state's, which is the last of all where it says none."""
    return max(epoch for epoch in SAVED[model] if state["epoch"] is None or epoch <= state["epoch"])


def count_of(state):
    return state["count"] or {"generate": 64, "progression": 16}[state["view"]]


def film_of(root, model, state):
    """The film that the page asks for."""
    start = state["seed"] if state["from"] is None else state["from"]
    epoch = epoch_of(model, state)
    if state["view"] == "generate":
        return draw_film(root, "truncated", [model, epoch, state["seed"], count_of(state), state["truncation"]])
    if state["view"] == "progression":
        return draw_film(root, "progression", [model, state["seed"], count_of(state)])
    if state["shape"] == "line":
        return draw_film(root, "interpolate", [model, epoch, start, state["to"], 60, state["path"]])
    return draw_film(root, "plane", [model, epoch, [start, state["to"], state["third"], state["fourth"]]])


def drawn(root, **change):
    """What each model's canvas shows of a state that differs from the start by `change`: uint8 (H, W)."""
    state = START | change
    pictures = []
    for model in models_of(state):
        film = film_of(root, model, state)
        frames = frames_of(film)
        if state["view"] == "generate":
            tiles = frames.reshape(film["rows"], 28, film["columns"], 28).swapaxes(1, 2).reshape(-1, 28, 28)
            shown = tiles[arranged(film, state)]
            pictures.append(grid(shown, columns_for(len(shown))) if len(shown) else np.zeros((28, 28), np.uint8))
        elif state["view"] == "progression":
            pictures.append(frames[SAVED[model].index(epoch_of(model, state))])
        else:
            pictures.append(frames[state["at"] if state["shape"] == "line" else 11 * state["y"] + state["x"]])
    return pictures


def arranged(film, state):
    """The numbers of the digits that a grid shows, in order."""
    (scores,), (labels,) = film["scores"], film["labels"]
    numbers = [n for n in range(len(scores)) if state["only"] in (None, labels[n][0])]
    if state["sort"] == "score":
        numbers.sort(key=lambda n: -scores[n])
    if state["sort"] == "digit":
        numbers.sort(key=lambda n: (labels[n][0], -labels[n][1]))
    return numbers


def link(**change):
    """The query of such a state as the page writes it, where it says its epoch."""
    state = START | change
    return urlencode({n: v for n, v in state.items() if v is not None and (n in ALWAYS or v != START[n])})


def fixed(value, digits):
    """A number with so many digits behind the point; ties go up, as JavaScript has it."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def percent(value):
    """A share as the page writes it."""
    left = min(value, 1 - value)
    return f"{fixed(100 * value, 0 if left <= 0 or left > 0.006 else 1 if left > 0.0006 else 2)} %"


def readout(film, number, frame=0, seed=True):
    """What the page says of a digit."""
    digit, sure = film["labels"][frame][number]
    length = film["lengths"][frame if len(film["lengths"]) > 1 else 0][number]
    parts = [f"Seed {film['seeds'][number]}"] if seed else []
    score = percent(film["scores"][frame][number])
    parts += [f"read as {digit}, {percent(sure)} sure", f"D gives it {score} of being real"]
    return " · ".join([*parts, f"|z| {fixed(length, 1)}"])
