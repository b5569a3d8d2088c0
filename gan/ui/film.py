"""Films: everything a visitor can scrub through, in one answer."""

import base64
from collections.abc import Sequence

import torch
from torch import Tensor

from gan.images import columns_for, sprite, to_png
from gan.models import IMAGE_SIZE


def film(
    frames: Tensor,
    captions: list[str],
    seeds: list[int],
    scores: Tensor,
    lengths: Tensor,
    labels: Sequence[Tensor],
) -> dict:
    """Frames of digits as JSON that a page shows without asking again.

    frames: uint8 (F, N, 28, 28); scores: (F, N), the discriminator's probability of "real"; lengths: (F, N) or
    (1, N) where they stay, of the latent vectors; labels: (F, N) each, the classifier's digit and its confidence,
    or none where there is no classifier. The sprite is a grey PNG, each frame a grid of `columns` by `rows` tiles,
    frame under frame.
    """
    count = frames.shape[1]
    columns = columns_for(count)
    made = {
        "sprite": data_uri("image/png", to_png(sprite(frames.numpy(), columns))),
        "tile": IMAGE_SIZE,
        "columns": columns,
        "rows": -(-count // columns),
        "frames": len(frames),
        "captions": captions,
        "seeds": seeds,
        "scores": _rounded(scores),
        "lengths": _rounded(lengths),
    }
    if labels:
        digits, confidence = labels
        pairs = torch.stack((digits.double(), confidence.double()), -1).tolist()
        made["labels"] = [[[int(digit), round(sure, 4)] for digit, sure in row] for row in pairs]
    return made


def data_uri(kind: str, data: bytes) -> str:
    """Bytes as an address that holds them."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _rounded(values: Tensor) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in values.tolist()]
