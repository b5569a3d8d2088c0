"""An image file as 28x28 grey pixels."""

from pathlib import Path
from warnings import catch_warnings

import numpy as np
from PIL import Image, ImageOps

from gan.errors import DataError
from gan.models import IMAGE_SIZE

FORMATS = {  # by the ending of a file's name
    ".png": "PNG",
    ".jpg": "JPEG",
    ".jpeg": "JPEG",
    ".bmp": "BMP",
    ".gif": "GIF",
    ".webp": "WEBP",
}
SIZE = (IMAGE_SIZE, IMAGE_SIZE)


def read_pixels(path: Path, convert: bool = False) -> np.ndarray:
    """The pixels of an image file, uint8 (28, 28).

    convert: take an image of any size and colours too (see `to_grey` and `fit`). Raises DataError, with a message that
    names the file, if it is damaged, holds several images, or needs `convert`.
    """
    try:
        with catch_warnings(action="error", category=Image.DecompressionBombWarning), _open(path) as image:
            form = f"{image.width}x{image.height} pixels of mode {image.mode}"
            frames = getattr(image, "n_frames", 1)
            if frames == 1 and convert:
                return np.asarray(fit(to_grey(ImageOps.exif_transpose(image))))
            if frames == 1 and image.size == SIZE and is_grey(image):
                return np.asarray(image.convert("L"))
    except DataError as error:
        raise DataError(f"{path} {error}") from error
    except Exception as error:  # a damaged file makes Pillow raise more than OSError: struct.error, IndexError, ...
        reason = " ".join(str(error).split()) or type(error).__name__
        raise DataError(
            f"{path} cannot be read as an image ({reason}). Delete it, or replace it by a good copy"
        ) from error
    if frames > 1:
        raise DataError(f"{path} has {frames} images. Save each one as a file of its own")
    raise DataError(
        f"{path} has {form}, not {IMAGE_SIZE}x{IMAGE_SIZE} grey pixels. Add --convert to convert such images"
    )


def _open(path: Path) -> Image.Image:
    return Image.open(path, formats=sorted(set(FORMATS.values())))


def is_grey(image: Image.Image) -> bool:
    """Whether an image has 8 bits per channel, and only opaque grey pixels: then mode L loses nothing."""
    if image.mode in ("1", "L"):
        return not image.has_transparency_data
    if image.mode not in ("P", "RGB", "RGBA", "LA"):
        return False
    red, green, blue, alpha = np.moveaxis(np.asarray(image.convert("RGBA")), 2, 0)
    return bool((red == green).all() and (green == blue).all() and (alpha == 255).all())


def to_grey(image: Image.Image) -> Image.Image:
    """An image of any mode as one of mode L. Transparent strokes are put on black if they are light, on white if dark.

    Raises DataError if the image is wholly transparent.
    """
    if image.mode.startswith("I"):  # 16 bits: convert("L") would cut off the levels above 255
        levels = np.asarray(image, dtype=np.float64) / 257
        return Image.fromarray(levels.clip(0, 255).round().astype(np.uint8))
    if not image.has_transparency_data:
        return image.convert("L")
    image = image.convert("RGBA")
    grey = np.asarray(image.convert("RGB").convert("L"), dtype=np.float64)
    alpha = np.asarray(image.getchannel("A"), dtype=np.float64) / 255
    if not alpha.any():
        raise DataError("has only transparent pixels. Delete it")
    background = 0 if np.average(grey, weights=alpha) >= 127.5 else 255
    return Image.fromarray((grey * alpha + background * (1 - alpha)).round().astype(np.uint8))


def fit(image: Image.Image) -> Image.Image:
    """An image of mode L, scaled so that it just fits into 28x28 pixels, in their centre.

    The rest gets the grey of the image's border, by its median.
    """
    if image.size == SIZE:
        return image
    levels = np.asarray(image)
    border = np.concatenate([levels[0], levels[-1], levels[:, 0], levels[:, -1]])
    scale = IMAGE_SIZE / max(image.size)
    image = image.resize([max(1, round(side * scale)) for side in image.size], Image.Resampling.LANCZOS)
    return ImageOps.pad(image, SIZE, color=int(np.median(border)))
