"""What there is to see: plain functions from a visitor's unchecked values to scenes, ready to be drawn.

`root` is the folder of the checkpoints, one run in it for each model. All raise gr.Error with a message for
the visitor where an input is wrong or a checkpoint cannot be used.
"""

from dataclasses import dataclass, field
from pathlib import Path

from torch import Tensor

from gan.config import MAX_SEED
from gan.latent import PATHS, consecutive, interpolate, latents, plane
from gan.models import GAN
from gan.ui.catalogue import gan_of, run_of, sound_gans
from gan.ui.limits import MOST_DIGITS, MOST_FRAMES, MOST_IN_PROGRESSION, SIDE
from gan.ui.texts import user_error
from gan.ui.validate import integer, list_of, number, one_of


@dataclass(frozen=True)
class Scene:
    """What a visitor asks to see.

    Either one GAN draws every frame's z (F, N, 100), or each GAN draws a frame of the same z (1, N, 100).
    """

    run: str
    gans: tuple[GAN, ...]
    z: Tensor
    captions: list[str]
    seeds: list[int]
    more: dict = field(default_factory=dict)  # what else its film holds


def grid_scene(root: Path, model: object, epoch: object, seed: object, count: object, truncation: object = 1) -> Scene:
    """`count` digits of consecutive seeds at one epoch, their vectors scaled by `truncation`: one frame."""
    gan, epoch, run = gan_of(root, model, epoch)
    seeds, z = grid_latents(seed, count, truncation)
    return Scene(run, (gan,), z[None], [f"epoch {epoch}"], seeds)


def interpolation_scene(
    root: Path, model: object, epoch: object, seed_from: object, seed_to: object, frames: object, path: object
) -> Scene:
    """One digit on its way from one seed's vector to another's: `frames` frames.

    `paths` in its film are the lengths of the vectors along each path there is.
    """
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = interpolation_latents(seed_from, seed_to, frames, path)
    shares = [f"{100 * frame / (len(z) - 1):.0f} %" for frame in range(len(z))]
    captions = [f"{share} of the way from seed {seeds[0]} to seed {seeds[1]}" for share in shares]
    ways = {name: interpolate(*latents(seeds), len(z), name).norm(dim=1).tolist() for name in PATHS}
    return Scene(run, (gan,), z[:, None], captions, seeds, {"paths": ways})


def progression_scene(root: Path, model: object, seed: object, count: object) -> Scene:
    """The digits of consecutive seeds as training went on: a frame for each saved epoch."""
    directory = run_of(root, model)
    seeds, z = grid_latents(seed, count, most=MOST_IN_PROGRESSION)
    gans, _, run = sound_gans(directory)
    if not gans:
        raise user_error("server.no-snapshots", model=model)
    return Scene(run, tuple(gans.values()), z[None], [f"epoch {epoch}" for epoch in gans], seeds)


def plane_scene(root: Path, model: object, epoch: object, corners: object) -> Scene:
    """One digit at every place of a plane between four seeds: SIDE * SIDE frames, row by row."""
    gan, _, run = gan_of(root, model, epoch)
    seeds, z = plane_latents(corners)
    places = [
        f"{column} of {SIDE - 1} across, {row} of {SIDE - 1} down" for row in range(SIDE) for column in range(SIDE)
    ]
    return Scene(run, (gan,), z[:, None], places, seeds)


SCENES = {  # by endpoint, and how many values each takes
    "generate": (grid_scene, 4),
    "truncated": (grid_scene, 5),
    "interpolate": (interpolation_scene, 6),
    "plane": (plane_scene, 3),
    "progression": (progression_scene, 3),
}


def scene_of(root: Path, view: object, arguments: object) -> Scene:
    """What an endpoint shows for its inputs."""
    scene, count = SCENES[one_of("view", view, list(SCENES))]
    return scene(root, *list_of("arguments", arguments, count))


def grid_latents(
    seed: object, count: object, truncation: object = 1, most: int = MOST_DIGITS
) -> tuple[list[int], Tensor]:
    """The seeds of a grid and their vectors, scaled: (count, 100)."""
    seeds = consecutive(integer("seed", seed, 0, MAX_SEED), integer("count", count, 1, most))
    return seeds, latents(seeds) * number("truncation", truncation, 0, 1)


def interpolation_latents(seed_from: object, seed_to: object, frames: object, path: object) -> tuple[list[int], Tensor]:
    """The two seeds of a journey and the vectors along it: (frames, 100)."""
    seeds = [integer("seed_from", seed_from, 0, MAX_SEED), integer("seed_to", seed_to, 0, MAX_SEED)]
    frames = integer("frames", frames, 2, MOST_FRAMES)
    return seeds, interpolate(*latents(seeds), frames, one_of("path", path, list(PATHS)))


def plane_latents(corners: object) -> tuple[list[int], Tensor]:
    """The four seeds of a plane and the vectors in it, row by row: (SIDE * SIDE, 100)."""
    seeds = [integer("corner", seed, 0, MAX_SEED) for seed in list_of("corners", corners, 4)]
    return seeds, plane(latents(seeds), SIDE)
