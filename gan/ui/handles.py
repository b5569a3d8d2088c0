"""Handles: directions in latent space that a visitor moves a digit along, and what is known about each.

All functions raise gr.Error for a wrong value, or while the directions of an epoch are not known yet.
"""

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Lock
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from gan.directions import Directions, add_steps, measure_directions
from gan.directions_file import load_directions
from gan.models import GAN
from gan.shape import SHAPES
from gan.ui.catalogue import classifier
from gan.ui.limits import HANDLE_RANGE, SIDE
from gan.ui.texts import user_error
from gan.ui.validate import one_of

LEAST_MOVE = 0.1  # standard deviations: what moves less is not listed

MEASURING = ThreadPoolExecutor(1, "measuring", initializer=torch.set_num_threads, initargs=(1,))
_known: WeakKeyDictionary[GAN, Directions] = WeakKeyDictionary()  # of the networks that the catalogue keeps
_lock = Lock()
_job: Future | None = None


def directions_of(root: Path, model: str, gan: GAN) -> Directions:
    """The directions of a GAN: those stored beside its run, or those measured since the server started.

    If there are none, a thread with one core begins to measure them, and gr.Error asks to try again. It measures one
    GAN at a time.
    """
    global _job
    with _lock:
        if gan not in _known:
            stored = load_directions(root / model, gan.generator)
            if stored is None:
                job, _job = _job, None
                if job is None or job.done():
                    if job and job.exception():
                        raise job.exception()
                    job = MEASURING.submit(_measure, root, gan)
                _job = job
                raise user_error("server.measuring")
            _known[gan] = stored
        return _known[gan]


def _measure(root: Path, gan: GAN) -> None:
    _known[gan] = measure_directions(gan.generator, classifier(root)[0])


def handle_plane(directions: Directions, z: Tensor, across: object, down: object) -> tuple[Tensor, list[str], dict]:
    """Move z (100,) along two handles: (SIDE * SIDE, 100), row by row; the captions, and entries of the film.

    across, down: names of handles; empty for the best one, and for the best other one. The positions go from
    -HANDLE_RANGE to HANDLE_RANGE units. In the middle is z itself.
    """
    names = directions.offered()
    across = one_of("across", names[0] if across == "" else across, names)
    other = next(name for name in names if name != across)
    down = one_of("down", other if down == "" else down, names)
    places = [round(HANDLE_RANGE * (2 * index / (SIDE - 1) - 1), 4) for index in range(SIDE)]  # 0 in the middle
    positions = torch.tensor(places)[:, None]
    right, below = (positions * _vector(directions, name) for name in (across, down))  # (SIDE, 100)
    moved = add_steps(z, (below[:, None] + right).flatten(0, 1))
    captions = [f"{across} {column:g}, {down} {row:g}" for row in places for column in places]
    about = {"across": across, "down": down, "positions": places, "handles": describe(directions)}
    return moved, captions, about


def both_ends(directions: Directions, z: Tensor) -> tuple[Tensor, dict]:
    """Move z (100,) to both ends of each of N offered handles: (3, N, 100), with z itself between, and entries."""
    names = directions.offered()
    steps = torch.stack([_vector(directions, name) for name in names])
    ends = torch.stack([add_steps(z, place * steps) for place in (-HANDLE_RANGE, 0, HANDLE_RANGE)])
    left_out = [
        {"name": name, "r2": round(r2, 2)}
        for name, r2 in zip(directions.measures, directions.r2.tolist(), strict=True)
        if name not in names
    ]
    return ends, {"handles": describe(directions), "left_out": left_out}


def describe(directions: Directions) -> list[dict]:
    """What is known about each offered handle.

    name. kind: "shape", "class" or "unnamed". r2: how much of its measure the direction explains, 0..1; None for an
    unnamed one. moves: what two units along it move, as pairs of a measure and its change in standard deviations, the
    largest first; its own measure is among them.
    """
    return [_describe(directions, name) for name in directions.offered()]


def _describe(directions: Directions, name: str) -> dict:
    index = directions.names.index(name)
    measured = name in directions.measures
    moves = zip(directions.measures, directions.moves[index].tolist(), strict=True)
    listed = [[other, round(change, 2)] for other, change in moves if abs(change) >= LEAST_MOVE]
    return {
        "name": name,
        "kind": "shape" if name in SHAPES else "class" if measured else "unnamed",
        "r2": round(directions.r2[index].item(), 2) if measured else None,
        "moves": sorted(listed, key=lambda move: -abs(move[1])),
    }


def _vector(directions: Directions, name: str) -> Tensor:
    return directions.vectors[directions.names.index(name)]
