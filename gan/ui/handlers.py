"""The answers to what a visitor asks: plain functions from unchecked values to films.

`root` is the folder of the checkpoints, one run in it for each model. All raise gr.Error with a message for
the visitor where an input is wrong or a checkpoint cannot be used.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import repeat
from pathlib import Path

import torch
from torch import Tensor, nn

from gan.classifier import read_digits
from gan.config import LAST_SEED
from gan.latent import PATHS, consecutive, interpolate, latents, plane
from gan.models import GAN
from gan.sampling import generate_scored
from gan.ui.film import film
from gan.ui.inputs import list_of, number, one_of, whole
from gan.ui.runs import classifier, gan_of, run_of, sound_gans
from gan.ui.words import refusal

# Threads that each draw a part with one core: no thread waits for another in the middle of a layer, so that a browser
# on the same cores holds up no more than it takes.
THREADS = torch.get_num_threads()  # as many as OMP_NUM_THREADS says, or as there are cores
POOL = ThreadPoolExecutor(THREADS, "drawing", initializer=torch.set_num_threads, initargs=(1,))

MOST_DIGITS = 100
MOST_FRAMES = 120
MOST_IN_PROGRESSION = 36
SIDE = 11  # places along each side of a plane


def draw_grid(root: Path, model: object, epoch: object, seed: object, count: object, truncation: object = 1) -> dict:
    """`count` digits of consecutive seeds at one epoch, their vectors scaled by `truncation`: a film of one frame."""
    gan, epoch, run = gan_of(root, model, epoch)
    seeds, z = grid_latents(seed, count, truncation)
    return _film(root, run, [gan], z[None], [f"epoch {epoch}"], seeds)


def draw_journey(
    root: Path, model: object, epoch: object, seed_from: object, seed_to: object, frames: object, path: object
) -> dict:
    """One digit on its way from one seed's vector to another's: a film of `frames` frames.

    `paths` in it are the lengths of the vectors along each path there is.
    """
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = journey_latents(seed_from, seed_to, frames, path)
    shares = [f"{100 * frame / (len(z) - 1):.0f} %" for frame in range(len(z))]
    captions = [f"{share} of the way from seed {seeds[0]} to seed {seeds[1]}" for share in shares]
    ways = {name: interpolate(*latents(seeds), len(z), name).norm(dim=1).tolist() for name in PATHS}
    return _film(root, run, [gan], z[:, None], captions, seeds) | {"paths": ways}


def draw_progression(root: Path, model: object, seed: object, count: object) -> dict:
    """The digits of consecutive seeds as training went on: a frame for each saved epoch."""
    directory = run_of(root, model)
    seeds, z = grid_latents(seed, count, most=MOST_IN_PROGRESSION)
    gans, _, run = sound_gans(directory)
    if not gans:
        raise refusal("server.no-snapshots", model=model)
    return _film(root, run, list(gans.values()), z[None], [f"epoch {epoch}" for epoch in gans], seeds)


def draw_plane(root: Path, model: object, epoch: object, corners: object) -> dict:
    """One digit at every place of a plane between four seeds: a film of SIDE * SIDE frames, row by row."""
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = plane_latents(corners)
    places = [
        f"{column} of {SIDE - 1} across, {row} of {SIDE - 1} down" for row in range(SIDE) for column in range(SIDE)
    ]
    return _film(root, run, [gan], z[:, None], places, seeds)


def grid_latents(
    seed: object, count: object, truncation: object = 1, most: int = MOST_DIGITS
) -> tuple[list[int], Tensor]:
    """The seeds of a grid and their vectors, scaled: (count, 100)."""
    seeds = consecutive(whole("seed", seed, 0, LAST_SEED), whole("count", count, 1, most))
    return seeds, latents(seeds) * number("truncation", truncation, 0, 1)


def journey_latents(seed_from: object, seed_to: object, frames: object, path: object) -> tuple[list[int], Tensor]:
    """The two seeds of a journey and the vectors along it: (frames, 100)."""
    seeds = [whole("seed_from", seed_from, 0, LAST_SEED), whole("seed_to", seed_to, 0, LAST_SEED)]
    frames = whole("frames", frames, 2, MOST_FRAMES)
    return seeds, interpolate(*latents(seeds), frames, one_of("path", path, list(PATHS)))


def plane_latents(corners: object) -> tuple[list[int], Tensor]:
    """The four seeds of a plane and the vectors in it, row by row: (SIDE * SIDE, 100)."""
    seeds = [whole("corner", seed, 0, LAST_SEED) for seed in list_of("corners", corners, 4)]
    return seeds, plane(latents(seeds), SIDE)


def _film(root: Path, run: str, gans: list[GAN], z: Tensor, captions: list[str], seeds: list[int]) -> dict:
    # Either one GAN draws every frame's z (F, N, 100), or each GAN draws a frame of the same z (1, N, 100).
    digits = z.flatten(0, 1)
    parts = digits.chunk(THREADS) if len(gans) == 1 else [digits]
    network, _ = classifier(root)
    drawn = POOL.map(_draw, repeat(network), *zip(*((gan, part) for gan in gans for part in parts), strict=True))
    frames, scores, *labels = (torch.cat(each).unflatten(0, (-1, z.shape[1])) for each in zip(*drawn, strict=True))
    return film(frames, captions, seeds, scores, z.norm(dim=-1), labels) | {"run": run}


def _draw(network: nn.Sequential | None, gan: GAN, z: Tensor) -> tuple[Tensor, ...]:
    # The digits, the discriminator's scores, and what the classifier reads where there is one.
    images, scores = generate_scored(gan, z)
    return images, scores, *(read_digits(network, images) if network else ())
