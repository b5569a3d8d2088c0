"""What the networks make of a visitor's drawing. Nothing of it is kept.

`root` is the folder of the checkpoints, and `picture` the base64 of the grey bytes of a square picture, bright ink on
black. All functions raise gr.Error for wrong values and for a picture that cannot be a digit.
"""

import base64
import binascii
from collections import OrderedDict
from math import isqrt
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from gan.drawing import DrawingError, to_digit
from gan.inversion import Inverter, invert, make_inverter
from gan.latent import encode_vector
from gan.models import GAN, to_real
from gan.sampling import generate_with_fakes, scores_of
from gan.ui.catalogue import gan_of
from gan.ui.limits import PICTURE_SIDES
from gan.ui.render import labels_of, pictures_of
from gan.ui.texts import user_error

MAX_INVERTERS = 8  # that are kept, of 4 to 6 MB each
_inverters: OrderedDict[GAN, Inverter] = OrderedDict()  # the last used at the end


def prepare(root: Path, model: object, epoch: object, picture: object) -> dict:
    """A film of one frame: the drawing as MNIST would have it, D's score of it, and what the classifier reads."""
    gan, epoch, run = gan_of(root, model, epoch)
    return _prepared(root, gan, epoch, run, read_drawing(picture))


def draw_climb(root: Path, model: object, epoch: object, picture: object) -> dict:
    """A film of one digit: from the digit of a seed to the closest digit that G can draw.

    seeds: the text of the vector that was found. steps: of the frames. rmse: of the pixels of each frame, in grey
    levels. z: the 100 numbers of the vector. nearest: the seed whose digit is the nearest one, and nearest_rmse.
    drawing: what /prepare answers.
    """
    torch.set_num_threads(1)  # of this thread: the other core draws films
    gan, epoch, run = gan_of(root, model, epoch)
    digit = read_drawing(picture)
    climb = invert(_inverter_of(gan), digit)
    images, fakes = generate_with_fakes(gan.generator, climb.z)
    vector = encode_vector(climb.z[-1])
    return {
        **pictures_of(images[:, None]),
        "captions": [f"step {step}, epoch {epoch}" for step in climb.steps],
        "seeds": [vector],
        "lengths": [[round(length, 4)] for length in climb.z.norm(dim=1).tolist()],
        "steps": climb.steps,
        "rmse": [round(error, 2) for error in (images.double() - digit).square().mean((1, 2)).sqrt().tolist()],
        "z": climb.z[-1].tolist(),
        "vector": vector,
        "nearest": climb.seed,
        "nearest_rmse": round(climb.seed_rmse, 2),
        "drawing": _prepared(root, gan, epoch, run, digit),
        **_predictions(root, gan, images, fakes),
        "run": run,
    }


def _prepared(root: Path, gan: GAN, epoch: int, run: str, digit: Tensor) -> dict:
    images = digit[None]
    film = pictures_of(images[None]) | {"captions": [f"drawing, epoch {epoch}"], "seeds": [None]}
    return film | _predictions(root, gan, images, to_real(images)) | {"run": run}


def read_drawing(picture: object) -> Tensor:
    """The digit of a drawing, as MNIST would have it: uint8 (28, 28)."""
    least, most = PICTURE_SIDES
    try:
        if type(picture) is not str:
            raise ValueError("not a text")
        data = base64.b64decode(picture.encode("ascii"), validate=True)
    except (ValueError, binascii.Error) as error:
        raise user_error("server.picture", name="picture", least=least, most=most) from error
    side = isqrt(len(data))
    if side**2 != len(data) or not least <= side <= most:
        raise user_error("server.picture", name="picture", least=least, most=most)
    try:
        return torch.from_numpy(to_digit(np.frombuffer(data, np.uint8).reshape(side, side)))
    except DrawingError as error:
        raise user_error(f"server.drawing-{error.reason}") from error


def _inverter_of(gan: GAN) -> Inverter:
    _inverters[gan] = inverter = _inverters.pop(gan, None) or make_inverter(gan.generator)
    if len(_inverters) > MAX_INVERTERS:
        _inverters.popitem(last=False)
    return inverter


def _predictions(root: Path, gan: GAN, images: Tensor, fakes: Tensor) -> dict:
    scores = [[round(score, 4)] for score in scores_of(gan.discriminator, fakes).tolist()]
    labels = labels_of(root, images)
    return {"scores": scores} | ({"labels": [[label] for label in labels]} if labels else {})
