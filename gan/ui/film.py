"""Films: everything a visitor can scrub through, in one answer."""

import base64
from collections.abc import Sequence

import torch
from torch import Tensor

from gan.images import columns_for, sprite, to_png
from gan.models import IMAGE_SIZE


def film(frames: Tensor, captions: list[str], seeds: list[int], lengths: Tensor) -> dict:
    """Frames of digits as JSON that a page shows without asking again.

    frames: uint8 (F, N, 28, 28); lengths: (F, N) or (1, N) where they stay, of the latent vectors. The sprite is a
    grey PNG, each frame a grid of `columns` by `rows` tiles, frame under frame.
    """
    count = frames.shape[1]
    columns = columns_for(count)
    return {
        "sprite": data_uri("image/png", to_png(sprite(frames.numpy(), columns))),
        "tile": IMAGE_SIZE,
        "columns": columns,
        "rows": -(-count // columns),
        "frames": len(frames),
        "captions": captions,
        "seeds": seeds,
        "lengths": _rounded(lengths),
    }


def predictions(scores: Tensor, labels: Sequence[Tensor]) -> dict:
    """What the networks say of a film's digits, as the rest of its JSON.

    scores: (F, N), the discriminator's probability of "real"; labels: (F, N) each, the classifier's digit and its
    confidence, or none where there is no classifier.
    """
    said = {"scores": _rounded(scores)}
    if labels:
        digits, confidence = labels
        pairs = torch.stack((digits.double(), confidence.double()), -1).tolist()
        said["labels"] = [[[int(digit), round(sure, 4)] for digit, sure in row] for row in pairs]
    return said


def data_uri(kind: str, data: bytes) -> str:
    """Bytes as an address that holds them."""
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _rounded(values: Tensor) -> list[list[float]]:
    return [[round(value, 4) for value in row] for row in values.tolist()]
