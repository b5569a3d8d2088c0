"""The training digit that is nearest to each fake, and how near that is."""

from pathlib import Path

import torch

from gan.datasets.reals import REALS, has_reals
from gan.nearest import nearest
from gan.real_distances import load_distances
from gan.ui.limits import MAX_NEAREST
from gan.ui.reals import load_part
from gan.ui.render import digits_of, pictures_of
from gan.ui.scenes import grid_scene
from gan.ui.validate import integer


def draw_nearest(root: Path, model: object, epoch: object, seed: object, count: object, truncation: object = 1) -> dict:
    """A film of one frame: the training digits nearest to the fakes of /generate or, with a truncation, /truncated.

    numbers: of these digits in the data set. digits: their classes, or None. distances: Euclidean, in grey levels, 0
    for a copy. percentiles: the share of real test digits, 0..100, that are nearer to their own nearest training digit;
    None if there are no test digits.
    """
    scene = grid_scene(root, model, epoch, seed, integer("count", count, 1, MAX_NEAREST), truncation)
    train = load_part(root, "train")
    images, _ = digits_of(scene)
    index, distance = nearest(images, torch.from_numpy(train.images))
    film = pictures_of(torch.from_numpy(train.images[index.numpy()])[None])
    percentiles = None
    if has_reals(root / REALS, "test"):
        load_part(root, "test")  # raises an error for the visitor if it is damaged
        real = load_distances(root / REALS)
        percentiles = [round(100 * nearer / len(real), 2) for nearer in torch.searchsorted(real, distance).tolist()]
    return film | {
        "captions": scene.captions,
        "seeds": scene.seeds,
        "numbers": index.tolist(),
        "digits": None if train.labels is None else train.labels[index.numpy()].tolist(),
        "distances": [round(value, 1) for value in distance.tolist()],
        "percentiles": percentiles,
        "run": scene.run,
    }
