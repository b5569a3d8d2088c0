"""Films of the discriminator's push: what D wants of each pixel, and where steps along it lead.

`view` and `arguments` are an endpoint and its inputs. All functions raise gr.Error for a wrong value.
"""

from dataclasses import replace
from itertools import repeat
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.images import columns_for, sprite, to_png
from gan.models import GAN, to_images
from gan.push import FRAMES, LATENT_STEP, PIXEL_STEP, follow_in_pixels, follow_in_z, push_in_pixels, push_in_z, to_unit
from gan.ui.limits import MAX_PUSH
from gan.ui.render import POOL, THREADS, data_uri, digits_of, pictures_of, predict, rounded, shares
from gan.ui.scenes import SCENES, Scene, scene_of
from gan.ui.validate import integer, list_of, one_of

VIEWS = [view for view in SCENES if view not in ("reals", "real_progression")]  # films of fakes
TARGETS = {"pixels": PIXEL_STEP, "z": LATENT_STEP}  # what is moved, and the length of a full step


def draw_push(root: Path, view: object, arguments: object) -> dict:
    """The gradient of D's logit with respect to the pixels of each digit of a film, at most MAX_PUSH in a frame.

    push: a grey PNG with the tiles of the film's sprite. A byte is 128 + 127 * gradient / scale, rounded.
    scale: the largest absolute gradient of a pixel in the whole film, to four digits, in logits per unit of a pixel;
    pixels go from -1 (black) to 1 (white). norms: the length of each digit's gradient, frames x digits. A film of one
    frame has `directions`, of the gradient in z, as a vector of the length 1 for each digit, and z_norms, its length.
    """
    scene = _scene(root, view, arguments)
    count = scene.z.shape[1]
    in_z = None
    if len(scene.z) == len(scene.gans) == 1:
        pushes = POOL.map(push_in_z, *zip(*shares(scene.gans, scene.z[0]), strict=True))
        gradients, in_z = (torch.cat(each) for each in zip(*pushes, strict=True))
    else:
        _, fakes = digits_of(scene)
        gradients = torch.cat(list(POOL.map(_push, *zip(*shares(scene.gans, fakes), strict=True))))
    gradients = gradients.squeeze(1)
    scale = float(f"{gradients.abs().max().item():.4g}")
    signed = (128 + (127 * gradients / (scale or 1)).round().clamp(-127, 127)).to(torch.uint8).unflatten(0, (-1, count))
    film = {
        "push": data_uri("image/png", to_png(sprite(signed.numpy(), columns_for(count)))),
        "scale": scale,
        "norms": rounded(gradients.flatten(1).norm(dim=1).view(-1, count)),
    }
    if in_z is not None:
        film |= {"directions": rounded(to_unit(in_z)), "z_norms": rounded(in_z.norm(dim=1)[None])[0]}
    return film | {"run": scene.run}


def draw_pushed(root: Path, view: object, arguments: object, target: object) -> dict:
    """A film of FRAMES frames in which the digits of /generate or /truncated follow D's push, with its predictions.

    target: "pixels" moves the pixels, "z" the latent vectors. The push is measured again before each step.
    sizes: the length of the path to each frame, from 0, through all pixels of an image or through z.
    """
    scene, images, fakes = _follow(root, view, arguments, target)
    count = len(scene.seeds)
    sizes = [round(TARGETS[target] * frame / (FRAMES - 1), 4) for frame in range(FRAMES)]
    return {
        **pictures_of(images.unflatten(0, (FRAMES, count))),
        "captions": [f"a step of {size:g}" for size in sizes],
        "seeds": scene.seeds,
        "lengths": rounded(scene.z.norm(dim=-1)),
        "sizes": sizes,
        **predict(root, scene.gans, images, fakes, count),
        "run": scene.run,
    }


def pushed_frames(root: Path, arguments: object) -> np.ndarray:
    """The frames of a film of `draw_pushed` as grey pictures: uint8 (FRAMES, H, W). arguments: a list of its inputs."""
    scene, images, _ = _follow(root, *list_of("arguments", arguments, 3))
    count = len(scene.seeds)
    stacked = sprite(images.unflatten(0, (FRAMES, count)).numpy(), columns_for(count))
    return stacked.reshape(FRAMES, -1, stacked.shape[1])


def _follow(root: Path, view: object, arguments: object, target: object) -> tuple[Scene, Tensor, Tensor]:
    # The scene of the film, and its digits in order, as `digits_of` has them.
    scene = _scene(root, one_of("view", view, ["generate", "truncated"]), arguments)
    target = one_of("target", target, list(TARGETS))
    (gan,) = scene.gans
    if target == "z":
        paths = POOL.map(follow_in_z, repeat(gan), scene.z[0].chunk(THREADS))
        scene = replace(scene, z=torch.cat(list(paths), 1))
        return scene, *digits_of(scene)
    _, fakes = digits_of(scene)
    paths = POOL.map(follow_in_pixels, repeat(gan.discriminator), fakes.chunk(THREADS))
    moved = torch.cat(list(paths), 1).flatten(0, 1)
    return scene, to_images(moved), moved


def _scene(root: Path, view: object, arguments: object) -> Scene:
    scene = scene_of(root, one_of("view", view, VIEWS), arguments)
    integer("count", scene.z.shape[1], 1, MAX_PUSH)
    return scene


def _push(gan: GAN, fakes: Tensor) -> Tensor:
    return push_in_pixels(gan.discriminator, fakes)
