"""From a scene to a film: its pictures first, then its predictions, which are D's scores and the classifier's labels.

A film is JSON that a page can scrub through without another request. `view` and `arguments` are an endpoint and its
inputs. All functions raise gr.Error with a message for the visitor if a value is wrong or a checkpoint is unusable.
"""

import base64
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gan.classifier import classify
from gan.images import columns_for, sprite, to_png
from gan.models import GAN, IMAGE_SIZE, to_real
from gan.noise import is_noise
from gan.sampling import generate_with_fakes, scores_of
from gan.ui.catalogue import classifier
from gan.ui.scenes import Scene, scene_of

# Each thread draws a part on one core. Threads that share a layer would wait for each other whenever a browser on the
# same cores interrupts one of them.
THREADS = torch.get_num_threads()  # OMP_NUM_THREADS, or the number of cores
POOL = ThreadPoolExecutor(THREADS, "drawing", initializer=torch.set_num_threads, initargs=(1,))
# Digits are kept until their predictions are asked for: those of 128 visitors who look at different views at once.
MAX_DRAWN_BYTES = 80_000_000
_drawn: OrderedDict[tuple, tuple[Tensor, Tensor]] = OrderedDict()  # by GANs and vectors, the last used at the end


def draw_film(root: Path, view: object, arguments: object) -> dict:
    """A complete film: its pictures and its predictions."""
    scene = scene_of(root, view, arguments)
    return _pictures(scene) | _predictions(root, scene)


def draw_pictures(root: Path, view: object, arguments: object) -> dict:
    """A film without its predictions, which takes less time.

    `sprite` is a grey PNG of all frames, stacked downward; each frame is a grid of `columns` by `rows` tiles.
    """
    return _pictures(scene_of(root, view, arguments))


def draw_predictions(root: Path, view: object, arguments: object) -> dict:
    """The predictions of a film, and its `run`.

    `scores`: D's probability of "real", frames x digits. `labels`, if there is a classifier: [digit, confidence] for
    each digit of each frame, or None if the image is noise.
    """
    return _predictions(root, scene_of(root, view, arguments))


def draw_frames(scene: Scene) -> np.ndarray:
    """The frames of a film as grey pictures: uint8 (F, H, W)."""
    tiles = _tiles(scene)
    stacked = sprite(tiles.numpy(), columns_for(tiles.shape[1]))
    return stacked.reshape(len(tiles), -1, stacked.shape[1])


def data_uri(kind: str, data: bytes) -> str:
    """Bytes as a data URI."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def pictures_of(tiles: Tensor) -> dict:
    """The entries of a film that hold its pictures. tiles: uint8 (F, N, 28, 28), N digits in each of F frames."""
    count = tiles.shape[1]
    columns = columns_for(count)
    return {
        "sprite": data_uri("image/png", to_png(sprite(tiles.numpy(), columns))),
        "tile": IMAGE_SIZE,
        "columns": columns,
        "rows": -(-count // columns),
        "frames": len(tiles),
    }


def digits_of(scene: Scene) -> tuple[Tensor, Tensor]:
    """The digits of a scene in order, as images uint8 (N, 28, 28) and as fakes float32 (N, 1, 28, 28) in [-1, 1]."""
    key = scene.gans, scene.z.numpy().tobytes()
    _drawn[key] = drawn = _drawn.pop(key, None) or _draw(scene.gans, scene.z.flatten(0, 1))
    while sum(images.nbytes + fakes.nbytes for images, fakes in list(_drawn.values())) > MAX_DRAWN_BYTES:
        _drawn.popitem(last=False)
    return drawn


def labels_of(root: Path, images: Tensor) -> list | None:
    """What the classifier reads in images uint8 (N, 28, 28): [digit, confidence] or None for noise, for each image.

    None if there is no classifier.
    """
    network, _ = classifier(root)
    return _labels(*classify(network, images), is_noise(images)) if network else None


def predict(root: Path, gans: tuple[GAN, ...], images: Tensor, fakes: Tensor, count: int) -> dict:
    """The `scores` and `labels` of digits in frames of `count`, see `draw_predictions`.

    images, fakes: as those of `digits_of`.
    """
    network, _ = classifier(root)
    results = POOL.map(_predict, repeat(network), *zip(*shares(gans, images, fakes), strict=True))
    noise = is_noise(images) if network else None  # of all at once, while the threads work
    scores, *labels = (torch.cat(each) for each in zip(*results, strict=True))
    film = {"scores": rounded(scores.view(-1, count))}
    if labels:
        labels = _labels(*labels, noise)
        film["labels"] = [labels[start : start + count] for start in range(0, len(labels), count)]
    return film


def shares(gans: tuple[GAN, ...], *digits: Tensor) -> Iterator[tuple]:
    """The work of each thread of POOL: a GAN, and its part of each tensor of digits.

    With several GANs, each its own digits; with one GAN, an equal part of the digits.
    """
    parts = THREADS if len(gans) == 1 else len(gans)
    owners = gans * THREADS if len(gans) == 1 else gans
    return zip(owners, *(each.chunk(parts) for each in digits), strict=False)  # few digits make fewer chunks


def rounded(values: Tensor) -> list[list[float]]:
    """The rows of a film's numbers, to four decimals."""
    return [[round(value, 4) for value in row] for row in values.tolist()]


def _tiles(scene: Scene) -> Tensor:
    if scene.images is not None:
        return scene.images[None]
    images, _ = digits_of(scene)
    return images.unflatten(0, (-1, scene.z.shape[1]))  # (F, N, 28, 28)


def _pictures(scene: Scene) -> dict:
    # `lengths`: of the latent vectors, (F, N), or (1, N) if all frames share them.
    lengths = {} if scene.z is None else {"lengths": rounded(scene.z.norm(dim=-1))}
    film = pictures_of(_tiles(scene)) | {"captions": scene.captions, "seeds": scene.seeds}
    return film | lengths | scene.extra | {"run": scene.run}


def _predictions(root: Path, scene: Scene) -> dict:
    if scene.images is not None:
        return _real_predictions(root, scene)
    return predict(root, scene.gans, *digits_of(scene), scene.z.shape[1]) | {"run": scene.run}


def _real_predictions(root: Path, scene: Scene) -> dict:
    # The labels are of one frame, because all discriminators score the same images.
    reals = to_real(scene.images)
    scores = POOL.map(lambda gan: scores_of(gan.discriminator, reals), scene.gans)
    film = {"scores": rounded(torch.stack(list(scores)))}
    labels = labels_of(root, scene.images)
    return film | ({"labels": [labels]} if labels else {}) | {"run": scene.run}


def _predict(network: nn.Sequential | None, gan: GAN, images: Tensor, fakes: Tensor) -> tuple[Tensor, ...]:
    labels = classify(network, images) if network else ()
    return scores_of(gan.discriminator, fakes), *labels


def _labels(digits: Tensor, confidence: Tensor, noise: Tensor) -> list:
    rows = zip(digits.tolist(), confidence.tolist(), noise.tolist(), strict=True)
    return [None if empty else [digit, round(sure, 4)] for digit, sure, empty in rows]


def _draw(gans: tuple[GAN, ...], z: Tensor) -> tuple[Tensor, Tensor]:
    parts = shares(gans, z if len(gans) == 1 else z.repeat(len(gans), 1))
    drawn = POOL.map(lambda gan, part: generate_with_fakes(gan.generator, part), *zip(*parts, strict=True))
    images, fakes = (torch.cat(each) for each in zip(*drawn, strict=True))
    return images, fakes
