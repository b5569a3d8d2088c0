"""What a request asks to see: from unchecked values to a scene that is ready to be drawn.

A place is a seed, or a vector as a text (`gan.latent.encode_vector`).

`root` is the folder of the checkpoints. All functions raise gr.Error, with a message for the visitor, if a value is
wrong or a checkpoint cannot be used.
"""

from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from gan.config import MAX_SEED
from gan.latent import (
    PATHS,
    arithmetic,
    consecutive,
    decode_vector,
    encode_vector,
    interpolate,
    neighbours,
    plane,
    vectors_of,
)
from gan.models import GAN
from gan.ui.catalogue import gan_of, loadable_gans
from gan.ui.handles import both_ends, directions_of, handle_plane
from gan.ui.limits import HANDLE_RANGE, MAX_DIGITS, MAX_FRAMES, MAX_LENGTH, MAX_PROGRESSION_DIGITS, MAX_TRAY, SIDE
from gan.ui.reals import real_digits
from gan.ui.texts import user_error
from gan.ui.validate import integer, list_of, number, one_of


@dataclass(frozen=True)
class Scene:
    """What to draw.

    Either one GAN draws every frame, z (F, N, 100), or each GAN draws one frame of the same z (1, N, 100). Or nothing
    is drawn: `images` are real, uint8 (N, 28, 28), in one frame, and each GAN's discriminator scores them.
    """

    run: str
    gans: tuple[GAN, ...]
    z: Tensor | None
    captions: list[str]
    seeds: list[int | str | None]  # the places of the digits
    images: Tensor | None = None
    extra: dict = field(default_factory=dict)  # further entries of the film
    epochs: list[int] = field(default_factory=list)  # of the frames, if each has its own


def grid_scene(root: Path, model: object, epoch: object, seed: object, count: object, truncation: object = 1) -> Scene:
    """`count` digits of consecutive seeds at one epoch, with vectors scaled by `truncation`: one frame.

    A vector in place of the seed shows its digit and its neighbours.
    """
    gan, epoch, run = gan_of(root, model, epoch)
    seeds, z = grid_latents(seed, count, truncation)
    return Scene(run, (gan,), z[None], [f"epoch {epoch}"], seeds)


def interpolation_scene(
    root: Path, model: object, epoch: object, seed_from: object, seed_to: object, frames: object, path: object
) -> Scene:
    """One digit from one place to another, in `frames` frames.

    `paths` in its film has the lengths of the vectors along each path.
    """
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = interpolation_latents(seed_from, seed_to, frames, path)
    shares = [f"{100 * frame / (len(z) - 1):.0f} %" for frame in range(len(z))]
    captions = [f"{share} of the way from {_name(seeds[0])} to {_name(seeds[1])}" for share in shares]
    lengths = {name: interpolate(*vectors_of(seeds), len(z), name).norm(dim=1).tolist() for name in PATHS}
    return Scene(run, (gan,), z[:, None], captions, seeds, extra={"paths": lengths})


def progression_scene(root: Path, model: object, seed: object, count: object) -> Scene:
    """The digits of consecutive seeds during training: a frame for each saved epoch."""
    seeds, z = grid_latents(seed, count, max_count=MAX_PROGRESSION_DIGITS)
    gans, run = _all_gans(root, model)
    return Scene(run, tuple(gans.values()), z[None], [f"epoch {epoch}" for epoch in gans], seeds, epochs=list(gans))


def _all_gans(root: Path, model: object) -> tuple[dict[int, GAN], str]:
    gans, _, run = loadable_gans(root, model)
    if not gans:
        raise user_error("server.no-snapshots", model=model)
    return gans, run


def plane_scene(root: Path, model: object, epoch: object, corners: object) -> Scene:
    """One digit at every position of a plane between four corners: SIDE * SIDE frames, row by row."""
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = plane_latents(corners)
    captions = [
        f"{column} of {SIDE - 1} across, {row} of {SIDE - 1} down" for row in range(SIDE) for column in range(SIDE)
    ]
    return Scene(run, (gan,), z[:, None], captions, seeds)


def handles_scene(root: Path, model: object, epoch: object, seed: object, across: object, down: object) -> Scene:
    """One digit at every position of a plane of two handles, with itself in the middle: SIDE * SIDE frames."""
    gan, _, run = gan_of(root, model, epoch)
    start = _z_of("seed", seed)
    z, captions, about = handle_plane(directions_of(root, model, gan), start, across, down)
    return Scene(run, (gan,), z[:, None], captions, [seed], extra=about)


def offered_scene(root: Path, model: object, epoch: object, seed: object) -> Scene:
    """Both ends of each handle that is offered, in one digit: three frames, the middle one without a change."""
    gan, _, run = gan_of(root, model, epoch)
    z, about = both_ends(directions_of(root, model, gan), _z_of("seed", seed))
    captions = [f"{place:g} units" for place in (-HANDLE_RANGE, 0, HANDLE_RANGE)]
    return Scene(run, (gan,), z, captions, [seed] * z.shape[1], extra=about)


def arithmetic_scene(root: Path, model: object, epoch: object, plus: object, minus: object, base: object) -> Scene:
    """The means of three trays of digits, and plus - minus + base: four digits in one frame.

    `z` in its film has their vectors.
    """
    gan, epoch, run = gan_of(root, model, epoch)
    z = arithmetic(*(_tray(name, seeds) for name, seeds in (("plus", plus), ("minus", minus), ("base", base))))
    return Scene(run, (gan,), z[None], [f"epoch {epoch}"], [None] * len(z), extra={"z": z.tolist()})


def _tray(name: str, seeds: object) -> Tensor:
    # The vectors of 1 to MAX_TRAY seeds: (N, 100).
    if type(seeds) is not list or not 1 <= len(seeds) <= MAX_TRAY:
        raise user_error("server.tray", name=name, most=MAX_TRAY)
    return torch.stack([_z_of(name, seed) for seed in seeds])


def _z_of(name: str, seed: object) -> Tensor:
    # The latent vector of a place: (100,).
    return vectors_of([place(name, seed)])[0]


def real_scene(root: Path, model: object, epoch: object, seed: object, count: object) -> Scene:
    """`count` real test digits, those of consecutive seeds, for the discriminator of one epoch."""
    gan, epoch, run = gan_of(root, model, epoch)
    return _real_scene(root, run, (gan,), seed, count, MAX_DIGITS)


def real_progression_scene(root: Path, model: object, seed: object, count: object) -> Scene:
    """The same real test digits for the discriminator of each saved epoch."""
    gans, run = _all_gans(root, model)
    return _real_scene(root, run, tuple(gans.values()), seed, count, MAX_PROGRESSION_DIGITS)


def _real_scene(root: Path, run: str, gans: tuple[GAN, ...], seed: object, count: object, most: int) -> Scene:
    seeds = _seeds(seed, count, most)
    numbers, images, digits = real_digits(root, seeds)
    return Scene(run, gans, None, ["real"], seeds, images, {"numbers": numbers, "digits": digits})


SCENES = {  # endpoint -> function, number of its arguments
    "generate": (grid_scene, 4),
    "truncated": (grid_scene, 5),
    "interpolate": (interpolation_scene, 6),
    "plane": (plane_scene, 3),
    "progression": (progression_scene, 3),
    "handles": (handles_scene, 5),
    "offered": (offered_scene, 3),
    "arithmetic": (arithmetic_scene, 5),
    "reals": (real_scene, 4),
    "real_progression": (real_progression_scene, 3),
}


def scene_of(root: Path, view: object, arguments: object) -> Scene:
    """The scene of an endpoint for its arguments."""
    scene, count = SCENES[one_of("view", view, list(SCENES))]
    return scene(root, *list_of("arguments", arguments, count))


def grid_latents(
    seed: object, count: object, truncation: object = 1, max_count: int = MAX_DIGITS
) -> tuple[list[int], Tensor]:
    """The places of a grid and their scaled vectors: (count, 100)."""
    if type(seed) is str:
        z = neighbours(decode_vector(place("seed", seed)), integer("count", count, 1, max_count))
        seeds = [encode_vector(row) for row in z]
    else:
        seeds = _seeds(seed, count, max_count)
        z = vectors_of(seeds)
    return seeds, z * number("truncation", truncation, 0, 1)


def place(name: str, value: object) -> int | str:
    """A seed, or the text of a vector that is not too long. Raises gr.Error."""
    if type(value) is not str:
        return integer(name, value, 0, MAX_SEED)
    try:
        z = decode_vector(value)
    except ValueError as error:
        raise user_error("server.vector", name=name) from error
    if z.norm() > MAX_LENGTH:
        raise user_error("server.long-vector", name=name, most=MAX_LENGTH)
    return value


def _name(place: int | str) -> str:
    return f"vector {place[:4]}" if type(place) is str else f"seed {place}"


def _seeds(seed: object, count: object, most: int) -> list[int]:
    return consecutive(integer("seed", seed, 0, MAX_SEED), integer("count", count, 1, most))


def interpolation_latents(seed_from: object, seed_to: object, frames: object, path: object) -> tuple[list[int], Tensor]:
    """The two ends of an interpolation and the vectors along it: (frames, 100)."""
    seeds = [place("seed_from", seed_from), place("seed_to", seed_to)]
    frames = integer("frames", frames, 2, MAX_FRAMES)
    return seeds, interpolate(*vectors_of(seeds), frames, one_of("path", path, list(PATHS)))


def plane_latents(corners: object) -> tuple[list[int], Tensor]:
    """The four corners of a plane and the vectors in it, row by row: (SIDE * SIDE, 100)."""
    seeds = [place("corner", corner) for corner in list_of("corners", corners, 4)]
    return seeds, plane(vectors_of(seeds), SIDE)
