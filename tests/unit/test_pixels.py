"""One image file as 28x28 grey pixels."""

import io
import random
import zlib

import numpy as np
import pytest
from helpers.digits import draw_digits
from PIL import Image

from gan.datasets.pixels import FORMATS, fit, read_pixels, to_grey
from gan.errors import DataError

DIGIT = draw_digits(1, 0)[0][0]  # uint8 (28, 28), white on black
GREYS = np.arange(28 * 28, dtype=np.uint16).reshape(28, 28) * 83  # 784 levels of 16 bits


def saved(folder, image, name="a.png", **options):
    image.save(folder / name, **options)
    return folder / name


def with_alpha(ink, strokes=DIGIT):
    """Strokes of one grey level on a transparent background."""
    grey = np.full_like(strokes, ink)
    return Image.fromarray(np.stack([grey, grey, grey, strokes], axis=2))


# Without --convert


GREY_FORMS = {"1": "1", "L": "L", "RGB": "RGB", "RGBA": "RGBA", "LA": "LA", "P": "P"}


@pytest.mark.parametrize("mode", GREY_FORMS)
def test_grey_opaque_pixels_are_taken_in_any_mode(tmp_path, mode):
    image = Image.fromarray(DIGIT).convert(mode)
    assert (read_pixels(saved(tmp_path, image)) == np.asarray(image.convert("L"))).all()


WRONG = {
    "too large": (Image.new("L", (32, 32)), "32x32 pixels of mode L"),
    "not square": (Image.new("L", (28, 27)), "28x27 pixels of mode L"),
    "colour": (Image.new("RGB", (28, 28), "red"), "28x28 pixels of mode RGB"),
    "transparent": (with_alpha(255), "28x28 pixels of mode RGBA"),
    "a coloured palette": (Image.new("RGB", (28, 28), "red").convert("P"), "28x28 pixels of mode P"),
    "sixteen bits": (Image.fromarray(GREYS), "28x28 pixels of mode I;16"),
}


@pytest.mark.parametrize(("image", "form"), WRONG.values(), ids=WRONG)
def test_the_error_of_another_form_names_the_file_and_the_flag_that_converts_it(tmp_path, image, form):
    path = saved(tmp_path, image)
    with pytest.raises(DataError, match=f"^{path} has {form}, not 28x28 grey pixels.*--convert"):
        read_pixels(path)
    assert read_pixels(path, convert=True).shape == (28, 28)


@pytest.mark.parametrize("convert", [False, True])
def test_a_file_with_several_images_is_refused_by_name(tmp_path, convert):
    frames = [Image.fromarray(DIGIT), Image.fromarray(255 - DIGIT)]
    path = saved(tmp_path, frames[0], "a.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(DataError, match=f"^{path} has 2 images"):
        read_pixels(path, convert)


@pytest.mark.parametrize("damage", [lambda data: data[:-40], lambda data: b"<html>", lambda data: b""], ids=range(3))
def test_the_error_of_a_damaged_file_names_it(tmp_path, damage):
    path = saved(tmp_path, Image.fromarray(DIGIT))
    path.write_bytes(damage(path.read_bytes()))
    with pytest.raises(DataError, match=f"^{path} cannot be read as an image ") as error_info:
        read_pixels(path)
    assert "\n" not in str(error_info.value)


# With --convert


def test_an_image_that_needs_no_conversion_stays_the_same(tmp_path):
    assert (read_pixels(saved(tmp_path, Image.fromarray(DIGIT)), convert=True) == DIGIT).all()


def test_sixteen_bits_are_scaled_to_eight():
    levels = np.asarray(to_grey(Image.fromarray(GREYS)))
    assert (levels == np.round(GREYS / 257)).all()
    assert len(np.unique(levels)) > 250


@pytest.mark.parametrize("form", ["RGBA", "LA", "a palette with a transparent colour"])
@pytest.mark.parametrize(("ink", "expected"), [(0, 255 - DIGIT), (255, DIGIT)], ids=["dark", "light"])
def test_transparent_strokes_are_put_on_the_opposite_background(tmp_path, form, ink, expected):
    image, strokes = with_alpha(ink), DIGIT
    if form == "LA":
        image = image.convert("LA")
    elif form != "RGBA":
        strokes = np.where(DIGIT > 127, 255, 0).astype(np.uint8)
        image = Image.fromarray((strokes > 0).astype(np.uint8)).convert("P")
        image.putpalette([ink] * 6)
        image.info["transparency"] = 0
        expected = strokes if ink else 255 - strokes
    path = saved(tmp_path, image)
    assert (read_pixels(path, convert=True) == expected).all()


def test_a_transparent_image_without_strokes_is_refused_by_name(tmp_path):
    path = saved(tmp_path, with_alpha(0, np.zeros_like(DIGIT)))
    with pytest.raises(DataError, match=f"^{path} has only transparent pixels"):
        read_pixels(path, convert=True)


def test_colours_become_their_luma():
    red = to_grey(Image.new("RGB", (28, 28), (255, 0, 0)))
    assert (np.asarray(red) == round(255 * 0.299)).all()  # ITU-R 601-2


@pytest.mark.parametrize("size", [(280, 280), (14, 14), (280, 140), (140, 280), (1000, 1), (1, 1)])
@pytest.mark.parametrize("background", [0, 255])
def test_an_image_of_any_size_fits_in_the_centre_with_its_aspect_ratio(size, background):
    inside = np.asarray(fit(Image.new("L", size, 255 - background)))
    assert (inside == 255 - background).all()  # the border's grey fills what is left
    width, height = size
    image = np.full((height, width), background, dtype=np.uint8)
    if min(size) >= 140:
        image[height // 4 : height * 3 // 4, width // 4 : width * 3 // 4] = 255 - background
        strokes = np.abs(np.asarray(fit(Image.fromarray(image)), dtype=float) - background)
        rows, columns = strokes.sum(1), strokes.sum(0)
        scale = 28 / max(size)
        assert strokes.sum() / 255 == pytest.approx(width * height / 4 * scale**2, rel=0.02)
        for sums in (rows, columns):
            assert (sums * np.arange(28)).sum() / sums.sum() == pytest.approx(13.5, abs=0.1)
        assert (columns > 500).sum() / (rows > 500).sum() == pytest.approx(width / height, rel=0.2)


def test_the_orientation_that_a_camera_writes_is_applied(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 3  # the picture is upside down
    path = saved(tmp_path, Image.fromarray(DIGIT), exif=exif)
    assert (read_pixels(path, convert=True) == DIGIT[::-1, ::-1]).all()


# Damage of any kind


def encoded(ending):
    """Small files of a format, with the chunks in which damage was found: cHRM, gAMA, tRNS, iCCP, eXIf and text."""
    file = io.BytesIO()
    form = FORMATS[ending]
    image = Image.fromarray(DIGIT)
    options = {"icc_profile": b"a profile"} if form in ("PNG", "JPEG", "WEBP") else {}
    image.save(file, form, **options)
    files = [file.getvalue()]
    if form == "PNG":
        for each in (with_alpha(0), Image.fromarray(GREYS), image.convert("P")):
            file = io.BytesIO()
            each.save(file, form)
            files.append(file.getvalue())
        end = files[0].index(b"IEND") - 4
        for kind in (b"cHRM", b"gAMA", b"tRNS", b"iCCP", b"pHYs", b"sRGB", b"eXIf", b"acTL", b"fcTL", b"fdAT", b"zTXt"):
            for place in (33, end):  # after IHDR, and after IDAT
                for data in (b"", b"\0", b"\0" * 3 + b"\x09"):
                    chunk = len(data).to_bytes(4) + kind + data
                    chunk += zlib.crc32(kind + data).to_bytes(4)
                    files.append(files[0][:place] + chunk + files[0][place:])
    return files


def mutated(data, rng):
    """The file with some bytes changed, cut out or repeated."""
    data = bytearray(data)
    for _ in range(rng.choice([1, 1, 2, 8])):
        place = rng.randrange(len(data))
        kind = rng.randrange(4)
        if kind == 0:
            data[place] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[place] = rng.randrange(256)
        elif kind == 2:
            del data[place : place + rng.randrange(1, 16)]
        else:
            data[place:place] = data[place : place + rng.randrange(1, 16)]
        data = data or bytearray(1)
    return bytes(data)


def read_or_refuse(path, convert):
    try:
        pixels = read_pixels(path, convert)
    except DataError as error:
        assert str(error).startswith(f"{path} ") and "\n" not in str(error)
        return 0
    assert pixels.dtype == np.uint8 and pixels.shape == (28, 28)
    return 1


@pytest.mark.parametrize("count", [3, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("ending", FORMATS)
def test_a_damaged_file_is_read_or_refused_by_name(tmp_path, ending, count):
    rng = random.Random(0)
    path, read = tmp_path / f"a{ending}", []
    for original in encoded(ending) * (1 if ending == ".png" else 20):
        for number in range(count):
            path.write_bytes(mutated(original, rng) if number else original)
            read.append(read_or_refuse(path, convert=bool(number % 2)))
    assert 0 < sum(read) < len(read)
