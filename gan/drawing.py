"""From a drawing to a digit as MNIST has them."""

import numpy as np
from PIL import Image

from gan.models import IMAGE_SIZE

INK_SIZE = 20  # pixels of the longer side of a digit's ink
CENTRE = IMAGE_SIZE // 2  # the pixel at which a digit's centre of mass lies
FAINT = 32  # grey levels up to which a pixel counts as background when the ink's place is looked for
LEAST_SHARE = 1 / 8  # of the picture's side: ink that is smaller is a dot
MOST_SHARE = 3 / 4  # of its pixels: a picture with more ink is full; MNIST's digits cover 37 % at most
LEAST_INK = 15  # white pixels, of 784; MNIST's digits have 20 to 312
MOST_INK = 350


class DrawingError(ValueError):
    """A picture that cannot be a digit. `reason`: "blank", "dot", "thin" or "full"."""

    def __init__(self, reason: str):
        super().__init__(f"the picture is {reason}")
        self.reason = reason


def to_digit(picture: np.ndarray) -> np.ndarray:
    """A drawing, uint8 (S, S), bright ink on black -> uint8 (28, 28), made as MNIST was.

    The ink is scaled to fit into 20x20 pixels, with its ratio kept and anti-aliased, and moved by whole pixels so that
    its centre of mass lies at the centre (LeCun et al. 1998, "Gradient-based learning applied to document recognition",
    section III.A). Raises DrawingError for a picture with no ink, a dot, too little ink, or hardly any background.
    """
    rows, columns = (np.flatnonzero((picture > FAINT).any(axis)) for axis in (1, 0))
    if not len(rows):
        raise DrawingError("blank")
    if (picture > FAINT).mean() > MOST_SHARE:
        raise DrawingError("full")
    ink = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    if max(ink.shape) < LEAST_SHARE * len(picture):
        raise DrawingError("dot")
    digit = _centred(_scaled(ink))
    amount = digit.sum() / 255
    if not LEAST_INK <= amount <= MOST_INK:
        raise DrawingError("thin" if amount < LEAST_INK else "full")
    return digit


def _scaled(ink: np.ndarray) -> np.ndarray:
    # Each new pixel is the mean of the area that it covers; a smaller drawing is enlarged smoothly.
    scale = INK_SIZE / max(ink.shape)
    height, width = (max(1, round(side * scale)) for side in ink.shape)
    method = Image.Resampling.BOX if scale < 1 else Image.Resampling.BILINEAR
    return np.asarray(Image.fromarray(ink).resize((width, height), method))


def _centred(ink: np.ndarray) -> np.ndarray:
    digit = np.zeros((IMAGE_SIZE, IMAGE_SIZE), np.uint8)
    places = []
    for axis, side in enumerate(ink.shape):
        mass = ink.sum(1 - axis, dtype=np.float64)
        centre = mass @ np.arange(side) / mass.sum()
        start = min(max(0, int(np.floor(CENTRE - centre + 0.5))), IMAGE_SIZE - side)  # the ink stays inside
        places.append(slice(start, start + side))
    digit[tuple(places)] = ink
    return digit
