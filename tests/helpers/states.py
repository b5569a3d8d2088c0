"""States of the page: the link to each, and the pixels and texts that the page must show for it."""

import json
from decimal import ROUND_HALF_UP, Decimal
from functools import reduce
from urllib.parse import urlencode

import numpy as np

from gan.images import columns_for, grid
from gan.ui.quiz import draw_quiz
from gan.ui.render import draw_film
from gan.ui.texts import TABLES
from helpers.films import SAVED, frames_of, tiles_of

# The state of a page opened without a link, in the order of its query. None: the view or the run decides.
DEFAULTS = {"view": "generate", "model": "dcgan", "epoch": None, "seed": 0, "count": None, "truncation": 1}
DEFAULTS |= {"sort": "seed", "only": None, "to": 7, "shape": "line", "path": "slerp", "at": 0, "third": 2, "fourth": 3}
DEFAULTS |= {"x": 5, "y": 5, "slow": 0, "pick": None, "reals": 0, "real": None, "nearest": 0, "closest": 0}
DEFAULTS |= {"push": 0, "dstep": None, "gstep": None, "moved": 10}
DEFAULTS |= {"lang": None, "lesson": None, "guess": None, "hide": ""}
DEFAULTS |= {"across": "", "down": "", "plus": "", "minus": "", "base": ""}
DEFAULTS |= {"axis": "epoch", "overlay": 0}
DEFAULTS |= {"gan": "small", "lr": None, "d_lr": None, "beta1": None, "batch_size": None, "d_steps": None}
DEFAULTS |= {"batch_norm": None, "r1": None, "ema": None, "images": None, "class": None, "moves": "", "preset": None}
DEFAULTS |= {"flash": 0}
TRAYS = "plus", "minus", "base"
ALWAYS_IN_QUERY = "view", "model", "epoch", "seed"
GRID = {"seed": 5, "count": 9, "epoch": 1}  # nine digits of the DCGAN
BEST = "dcgan"  # the best model: its D scores the real digits beside both
FIRST_PICTURE = np.random.RandomState(0).randint(0, 256, (8 * 28, 8 * 28), dtype=np.uint8)  # shown before any answer
TEXTS = {language: json.loads(table) for language, table in TABLES.items()}


def page_text(key, language="en", **values):
    """A text of the page, its {names} filled in."""
    return TEXTS[language][key].format(**values)


def models_of(state):
    """The models that the page shows. The game and the arithmetic have one, of both the best."""
    if state["model"] != "both":
        return [state["model"]]
    single = state["view"] == "quiz" or (state["view"] == "interpolate" and state["shape"] == "arithmetic")
    return [BEST] if single else list(SAVED)


def epoch_of(model, state):
    """The last saved epoch of a model that is not after the state's epoch."""
    return max(epoch for epoch in SAVED[model] if state["epoch"] is None or epoch <= state["epoch"])


def count_of(state):
    return state["count"] or {"generate": 64, "progression": 16}[state["view"]]


def expected_film(root, **changes):
    """The film that the page asks for in the default state with `changes`, of one model."""
    state = DEFAULTS | changes
    model = state["model"]
    epoch = epoch_of(model, state)
    if state["view"] == "generate":
        return draw_film(root, "truncated", [model, epoch, state["seed"], count_of(state), state["truncation"]])
    if state["view"] == "quiz":
        return draw_quiz(root, model, epoch, state["seed"], 20)
    if state["view"] == "progression":
        return draw_film(root, "progression", [model, state["seed"], count_of(state)])
    if state["shape"] == "line":
        return draw_film(root, "interpolate", [model, epoch, state["seed"], state["to"], 60, state["path"]])
    if state["shape"] == "handles":
        return draw_film(root, "handles", [model, epoch, state["seed"], state["across"], state["down"]])
    if state["shape"] == "arithmetic":
        return draw_film(root, "arithmetic", [model, epoch, *(tray_of(state[name]) for name in TRAYS)])
    return draw_film(root, "plane", [model, epoch, [state["seed"], state["to"], state["third"], state["fourth"]]])


def tray_of(text):
    """The seeds in a tray, as they stand in a link."""
    return [int(seed) for seed in str(text).split(",")]  # a single seed of a link is a number by now


def compares(state):
    """Whether a state shows real digits beside the fakes."""
    return state["reals"] == 1 and state["view"] in ("generate", "progression")


def expected_reals(root, **changes):
    """The film of the real digits beside the fakes in the default state with `changes`."""
    state = DEFAULTS | changes
    model = BEST if state["model"] == "both" else state["model"]
    if state["view"] == "generate":
        return draw_film(root, "reals", [model, epoch_of(model, state), state["seed"], count_of(state)])
    return draw_film(root, "real_progression", [model, state["seed"], count_of(state)])


def expected_pixels(root, **changes):
    """The pixels of each canvas in the default state with `changes`: uint8 (H, W) each. The real digits come last."""
    state = DEFAULTS | changes
    pictures = []
    for model in models_of(state):
        film = expected_film(root, **changes | {"model": model})
        frames = frames_of(film)
        if state["view"] == "generate":
            tiles = tiles_of(film)[0, shown_digits(film, state)]
            pictures.append(grid(tiles, columns_for(len(tiles))) if len(tiles) else np.zeros((28, 28), np.uint8))
        elif state["view"] == "quiz":
            pictures.append(frames[0, :28, :28])  # the first digit of the round
        elif state["view"] == "progression":
            pictures.append(frames[SAVED[model].index(epoch_of(model, state))])
        elif state["shape"] == "arithmetic":
            pictures.append(tiles_of(film)[0, 3])  # after the three means
        else:
            pictures.append(frames[state["at"] if state["shape"] == "line" else 11 * state["y"] + state["x"]])
    return pictures + (list(frames_of(expected_reals(root, **changes))) if compares(state) else [])


# What each order sorts by. tests/browser/test_orders.py also tests an order that is not named here.
ORDERS = {
    "seed": lambda score, label, length: 0,
    "length": lambda score, label, length: -length,
    "score": lambda score, label, length: -score,
    "digit": lambda score, label, length: (label[0], -label[1]) if label else (10, 0),
}


def classes_of(film):
    """The class of each digit of a film of one frame. None: it is too unlike a digit."""
    return [label and label[0] for label in film["labels"][0]]


def shown_digits(film, state):
    """The indices into the film's digits that a grid shows, in order."""
    (scores,), (labels,) = film["scores"], film["labels"]
    indices = [n for n in range(len(scores)) if state["only"] is None or state["only"] in (labels[n] or ())[:1]]
    return sorted(indices, key=lambda n: ORDERS[state["sort"]](scores[n], labels[n], film["lengths"][0][n]))


def to_query(**changes):
    """The query string that the page writes for the default state with `changes`."""
    state = DEFAULTS | changes
    return urlencode({n: v for n, v in state.items() if v is not None and (n in ALWAYS_IN_QUERY or v != DEFAULTS[n])})


def to_fixed(value, digits):
    """Format as the page does: ties round up."""
    return str(Decimal(value).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))


def to_significant(value, digits):
    """Format with so many significant digits as the page does: ties of the decimal number round up."""
    number = Decimal(str(value))
    return f"{number.quantize(Decimal(1).scaleb(number.adjusted() - digits + 1), ROUND_HALF_UP).normalize():f}"


def percent(value):
    """A probability as the page writes it in both languages, with more decimals near 0 and 1."""
    distance = min(value, 1 - value)
    decimals = 0 if distance <= 0 or distance > 0.006 else 1 if distance > 0.0006 else 2
    return to_fixed(Decimal(str(value)) * 100, decimals) + "%"


def expected_reading(sentences, language="en"):
    """What the page writes about an epoch, from the sentences of the catalogue."""
    formats = {"real": 2, "fake": 2, "ratio": 3, "before": 3}
    texts = []
    for sentence in sentences:
        values = dict(sentence["values"])
        for name, value in values.items():
            if name in formats:
                values[name] = to_significant(value, formats[name])
            elif name == "share":
                values[name] = to_fixed(Decimal(str(value)) * 100, 0) + "%"
            elif name == "digits":
                values[name] = page_text("list", language).join(map(str, value))
        texts.append(page_text(sentence["key"], language, **values))
    return reduce(lambda one, other: page_text("sentences", language, one=one, other=other), texts)


def expected_real_readout(film, index, scored=0):
    """The same line about a real digit, with its score in a frame of `scores`."""
    parts = [page_text("digit.real"), page_text("digit.number", number=film["numbers"][index])]
    parts.append(page_text("digit.class", digit=film["digits"][index]))
    label = film["labels"][0][index]
    text = page_text("digit.read", digit=label[0], sure=percent(label[1])) if label else page_text("digit.noise")
    return " · ".join([*parts, text, page_text("digit.score", score=percent(film["scores"][scored][index]))])


def seed_text(seed, language="en"):
    """A seed as a part of a sentence."""
    return page_text("place.seed", language, seed=seed)


def expected_readout(film, index, frame=0, seed=True):
    """The line under the pictures about one digit of a film; the interpolate view leaves out the seed."""
    length = film["lengths"][frame if len(film["lengths"]) > 1 else 0][index]
    parts = [page_text("digit.at.seed", seed=film["seeds"][index])] if seed else []
    if "labels" in film:
        label = film["labels"][frame][index]
        text = page_text("digit.read", digit=label[0], sure=percent(label[1])) if label else page_text("digit.noise")
        parts.append(text)
    parts.append(page_text("digit.score", score=percent(film["scores"][frame][index])))
    parts.append(page_text("digit.length", length=to_fixed(str(length), 1)))
    return " · ".join(parts)
