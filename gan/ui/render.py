"""From a scene to a film: its pictures first, then its predictions, which are D's scores and the classifier's labels.

A film is JSON that a page can scrub through without another request. `view` and `arguments` are an endpoint and its
inputs. All functions raise gr.Error with a message for the visitor if a value is wrong or a checkpoint is unusable.
"""

import base64
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from gan.classifier import classify
from gan.images import columns_for, sprite, to_png
from gan.models import GAN, IMAGE_SIZE, LATENT_DIM
from gan.noise import is_noise
from gan.sampling import generate_with_fakes, scores_of
from gan.ui.catalogue import classifier
from gan.ui.scenes import Scene, scene_of

# Each thread draws a part on one core. Threads that share a layer would wait for each other whenever a browser on the
# same cores interrupts one of them.
THREADS = torch.get_num_threads()  # OMP_NUM_THREADS, or the number of cores
POOL = ThreadPoolExecutor(THREADS, "drawing", initializer=torch.set_num_threads, initargs=(1,))
MAX_CACHED_SCENES = 32  # digits kept until their predictions are asked for, some 2 MB


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


def _tiles(scene: Scene) -> Tensor:
    images, _ = _draw(scene)
    return images.unflatten(0, (-1, scene.z.shape[1]))  # (F, N, 28, 28)


def _pictures(scene: Scene) -> dict:
    tiles = _tiles(scene)
    count = tiles.shape[1]
    columns = columns_for(count)
    return {
        "sprite": data_uri("image/png", to_png(sprite(tiles.numpy(), columns))),
        "tile": IMAGE_SIZE,
        "columns": columns,
        "rows": -(-count // columns),
        "frames": len(tiles),
        "captions": scene.captions,
        "seeds": scene.seeds,
        "lengths": _round(scene.z.norm(dim=-1)),  # of the latent vectors: (F, N), or (1, N) if all frames share them
        **scene.extra,
        "run": scene.run,
    }


def _predictions(root: Path, scene: Scene) -> dict:
    network, _ = classifier(root)
    images, fakes = _draw(scene)
    parts = _split(scene.gans, images, fakes)
    results = POOL.map(_predict, repeat(network), *zip(*parts, strict=True))
    noise = is_noise(images) if network else None  # of all at once, while the threads work
    scores, *labels = (torch.cat(each).unflatten(0, (-1, scene.z.shape[1])) for each in zip(*results, strict=True))
    film = {"scores": _round(scores)}
    if labels:
        rows = zip(*(each.tolist() for each in [*labels, noise.view_as(scores)]), strict=True)
        film["labels"] = [[_label(*each) for each in zip(*row, strict=True)] for row in rows]
    return film | {"run": scene.run}


def _predict(network: nn.Sequential | None, gan: GAN, images: Tensor, fakes: Tensor) -> tuple[Tensor, ...]:
    labels = classify(network, images) if network else ()
    return scores_of(gan.discriminator, fakes), *labels


def _label(digit: int, confidence: float, noise: bool) -> list | None:
    return None if noise else [digit, round(confidence, 4)]


def _draw(scene: Scene) -> tuple[Tensor, Tensor]:
    # The digits in order, as uint8 images and as fakes in [-1, 1].
    return _draw_cached(scene.gans, scene.z.numpy().tobytes())


@lru_cache(maxsize=MAX_CACHED_SCENES)
def _draw_cached(gans: tuple[GAN, ...], z_bytes: bytes) -> tuple[Tensor, Tensor]:
    # Takes the bytes of a float32 z, because tensors are not hashable by value.
    z = torch.frombuffer(bytearray(z_bytes), dtype=torch.float32).view(-1, LATENT_DIM)
    parts = _split(gans, z if len(gans) == 1 else z.repeat(len(gans), 1))
    drawn = POOL.map(lambda gan, part: generate_with_fakes(gan.generator, part), *zip(*parts, strict=True))
    images, fakes = (torch.cat(each) for each in zip(*drawn, strict=True))
    return images, fakes


def _split(gans: tuple[GAN, ...], *digits: Tensor) -> Iterator[tuple]:
    # The work of each thread: with several GANs, each its own digits; with one GAN, an equal part of the digits.
    parts = THREADS if len(gans) == 1 else len(gans)
    owners = gans * THREADS if len(gans) == 1 else gans
    return zip(owners, *(each.chunk(parts) for each in digits), strict=False)  # few digits make fewer chunks


def _round(values: Tensor) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in values.tolist()]
