"""The answers to what a visitor asks: films, their pictures first, and what the networks say of them.

`root` is the folder of the checkpoints. All raise gr.Error with a message for the visitor where an input is wrong or a
checkpoint cannot be used.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from itertools import repeat
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.classifier import classify
from gan.models import GAN, LATENT_DIM
from gan.sampling import generate_with_fakes, scores_of
from gan.ui.catalogue import classifier
from gan.ui.film import film, predictions
from gan.ui.scenes import Scene, scene_of

# Threads that each draw a part with one core: no thread waits for another in the middle of a layer, so that a browser
# on the same cores holds up no more than it takes.
THREADS = torch.get_num_threads()  # as many as OMP_NUM_THREADS says, or as there are cores
POOL = ThreadPoolExecutor(THREADS, "drawing", initializer=torch.set_num_threads, initargs=(1,))
KEPT = 32  # scenes whose digits stay until they are judged: one of each of so many visitors, some 2 MB


def draw_film(root: Path, view: object, arguments: object) -> dict:
    """The whole film that an endpoint gives for its inputs, see film.py, and its `run`."""
    scene = scene_of(root, view, arguments)
    return _pictures(scene) | _predictions(root, scene)


def draw_pictures(root: Path, view: object, arguments: object) -> dict:
    """The same without what the networks say of it, which comes sooner."""
    return _pictures(scene_of(root, view, arguments))


def draw_predictions(root: Path, view: object, arguments: object) -> dict:
    """What the networks say of it, and its `run`."""
    return _predictions(root, scene_of(root, view, arguments))


def _pictures(scene: Scene) -> dict:
    images, _ = _drawn(scene)
    frames = images.unflatten(0, (-1, scene.z.shape[1]))
    return film(frames, scene.captions, scene.seeds, scene.z.norm(dim=-1)) | scene.more | {"run": scene.run}


def _predictions(root: Path, scene: Scene) -> dict:
    network, _ = classifier(root)
    shares = _shares(scene.gans, *_drawn(scene))
    said = POOL.map(_judge, repeat(network), *zip(*shares, strict=True))
    scores, *labels = (torch.cat(each).unflatten(0, (-1, scene.z.shape[1])) for each in zip(*said, strict=True))
    return predictions(scores, labels) | {"run": scene.run}


def _drawn(scene: Scene) -> tuple[Tensor, Tensor]:
    # The digits in order, as pictures and as the discriminator sees them.
    return _drawn_by(scene.gans, scene.z.numpy().tobytes())


@lru_cache(maxsize=KEPT)
def _drawn_by(gans: tuple[GAN, ...], numbers: bytes) -> tuple[Tensor, Tensor]:
    # Of the bytes of a float32 z, which can be looked up.
    z = torch.frombuffer(bytearray(numbers), dtype=torch.float32).view(-1, LATENT_DIM)
    shares = _shares(gans, z if len(gans) == 1 else z.repeat(len(gans), 1))
    drawn = POOL.map(lambda gan, part: generate_with_fakes(gan.generator, part), *zip(*shares, strict=True))
    images, fakes = (torch.cat(each) for each in zip(*drawn, strict=True))
    return images, fakes


def _shares(gans: tuple[GAN, ...], *digits: Tensor) -> Iterator[tuple]:
    # Who draws or judges which digits: each GAN its own, or the only one a part on each thread.
    parts = THREADS if len(gans) == 1 else len(gans)
    owners = gans * THREADS if len(gans) == 1 else gans
    return zip(owners, *(each.chunk(parts) for each in digits), strict=False)  # fewer digits than threads: fewer parts


def _judge(network: nn.Sequential | None, gan: GAN, images: Tensor, fakes: Tensor) -> tuple[Tensor, ...]:
    # The discriminator's scores, and what the classifier reads where there is one.
    return scores_of(gan.discriminator, fakes), *(classify(network, images) if network else ())
