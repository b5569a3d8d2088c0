"""What a visitor saves from the page in Chromium, and drops on it again: pictures, animations, vectors, code."""

import base64
import io
import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.films import SAVED
from helpers.pages import copied_text, expect_link, expect_query, expect_state, show
from helpers.serving import ROOT
from helpers.states import DEFAULTS, classes_of, expected_film, expected_pixels, page_text, shown_digits, to_query
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import expect

from gan.images import PNG_STATE_KEY
from gan.latent import consecutive, interpolate, latents, plane
from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation
from gan.ui.limits import ANIMATION_WIDTHS

BOTH = {"model": "both", "epoch": 2, "seed": 4, "count": 6, "pick": 5}
GRID = {"model": "mlp", "epoch": 1, "seed": 4294967294, "count": 6, "truncation": 0.6}
# The state of each moving view at epoch 1, the arguments of its endpoint, and its latents.
MOVING = {
    "interpolate": (
        {"view": "interpolate", "seed": 3, "to": 9, "path": "lerp", "at": 21},
        ["dcgan", 1, 3, 9, 60, "lerp"],
        interpolate(*latents([3, 9]), 60, "lerp"),
    ),
    "plane": (
        {"view": "interpolate", "shape": "plane", "model": "mlp", "seed": 3, "third": 8, "x": 2, "y": 9},
        ["mlp", 1, [3, 7, 8, 3]],
        plane(latents([3, 7, 8, 3]), 11),
    ),
    "progression": (
        {"view": "progression", "seed": 3, "count": 5},
        ["dcgan", 3, 5],
        latents(consecutive(3, 5)),
    ),
}


def download(page, kind):
    """Save a kind of file, and return its content."""
    with page.expect_download() as download:
        page.locator(f"[data-take={kind}]").click()
    return Path(download.value.path()).read_bytes()


def saved_picture(pictures):
    """Canvases side by side as saved: each pixel four wide, and eight black pixels between them."""
    parts = [picture.repeat(4, 0).repeat(4, 1) for picture in pictures]
    gap = np.zeros((len(parts[0]), 8), np.uint8)
    return np.concatenate([part for picture in parts for part in (gap, picture)][1:], 1)


def drop(page, data):
    """Drop a file on the page."""
    page.evaluate(
        """(base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([bytes], "digits.png"));
          const event = new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true });
          document.querySelector("h1").dispatchEvent(event);
          if (!event.defaultPrevented) throw new Error("the browser would leave the page");
        }""",
        base64.b64encode(data).decode(),
    )


def test_a_saved_picture_restores_its_state_when_dropped_on_the_page(page, root):
    show(page, root, **BOTH)
    data = download(page, "png")
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
    assert (np.asarray(picture)[..., 0] == saved_picture(expected_pixels(root, **BOTH))).all()
    assert picture.text[PNG_STATE_KEY] == to_query(**BOTH)
    runs = " ".join(run["run"] for run in catalogue(root)["models"].values())
    assert picture.text["run"] == runs

    show(page, root, view="lesson", epoch=0)
    drop(page, data)
    expect_state(page, root, **BOTH)
    expect_query(page, **BOTH)
    expect(page.locator(".notes")).to_be_empty()
    drop(page, data.replace(runs.encode(), b"0" * len(runs)))
    expect(page.locator(".notes")).to_have_text(page_text("drop.run"))
    drop(page, b"GIF89a")
    expect(page.locator(".notes")).to_contain_text(page_text("drop.unknown"))


def with_texts(*texts):
    """A PNG with texts. Each is a function of its PngInfo."""
    info = PngInfo()
    for add in texts:
        add(info)
    buffer = io.BytesIO()
    Image.new("L", (4, 4)).save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue()


def image(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32)).save(buffer, kind)
    return buffer.getvalue()


BOMB = zlib.compress(bytes(9_000_000), 9)  # in less than 10,000 bytes


@pytest.mark.slow
def test_the_texts_of_every_kind_of_png_are_read(page, root):
    """Other programs write the texts of a PNG as another kind of chunk."""
    query = to_query(epoch=1, count=3, seed=6)
    kinds = [
        lambda info: info.add_text(PNG_STATE_KEY, query, zip=True),
        lambda info: info.add_itxt(PNG_STATE_KEY, query, "en", "零"),
        lambda info: info.add_itxt(PNG_STATE_KEY, query, "zh-CN", "零", zip=True),
    ]
    for add in kinds:
        show(page, root, epoch=1, count=1)
        drop(page, with_texts(lambda info: info.add_text("Software", "x" * 20_000, zip=True), add))
        expect_state(page, root, epoch=1, count=3, seed=6)
        expect(page.locator(".notes")).to_be_empty()
    foreign = with_texts(lambda info: info.add_itxt(PNG_STATE_KEY, f"{query}&name=零", zip=True))
    drop(page, foreign)
    expect_link(page, epoch=1, count=3, seed=6)


@pytest.mark.slow
def test_a_text_that_is_too_long_or_damaged_is_not_read(page, root):
    show(page, root, epoch=1, count=1)
    page.evaluate("""() => {
      window.read = 0;
      const real = ReadableStreamDefaultReader.prototype.read;
      ReadableStreamDefaultReader.prototype.read = async function () {
        const result = await real.call(this);
        window.read += result.value?.length ?? 0;
        return result;
      };
    }""")
    key = PNG_STATE_KEY.encode() + b"\0"
    damaged = zlib.compress(b"seed=9")[:-3]
    bodies = [(b"zTXt", key + b"\0" + BOMB), (b"iTXt", key + b"\1\0\0\0" + BOMB), (b"zTXt", key + b"\0" + damaged)]
    assert all(len(body) < 10_000 for _, body in bodies)
    bodies += [(b"tEXt", key + b"seed=9&" + b"x" * 10_000), (b"iTXt", key), (b"tEXt", b"no end")]
    for kind, body in bodies:
        page.evaluate("window.read = 0")
        drop(page, with_texts(lambda info, kind=kind, body=body: info.add(kind, body)))
        expect(page.locator(".notes")).to_have_text(page_text("drop.removed"))
        assert page.evaluate("window.read") < 300_000
        page.locator("#seed").fill(str(len(body)))
        expect(page.locator(".notes")).to_be_empty()


def test_an_image_without_a_state_is_told_from_a_file_that_is_no_image(page, root):
    show(page, root, epoch=1, count=1)
    notes = page.locator(".notes")
    for number, kind in enumerate(["PNG", "JPEG", "WEBP", "GIF"]):
        drop(page, image(kind))
        expect(notes).to_have_text(page_text("drop.removed"))
        page.locator("#seed").fill(str(number + 1))
        expect(notes).to_be_empty()
    for data in (b"", b"\x89PNG", b"%PDF-1.7 and so on and on"):
        drop(page, data)
        expect(notes).to_have_text(page_text("drop.unknown"))


def test_a_picture_can_be_chosen_by_key_twice(page, root):
    show(page, root, epoch=1, count=1)
    data = with_texts(lambda info: info.add_text(PNG_STATE_KEY, to_query(epoch=1, count=3, seed=6)))
    file = {"name": "digits.png", "mimeType": "image/png", "buffer": data}
    button = page.get_by_label(page_text("take.open"))
    for _ in range(2):
        with page.expect_file_chooser() as chooser:
            button.press("Enter")
        assert not chooser.value.is_multiple()
        chooser.value.set_files(file)
        expect_state(page, root, epoch=1, count=3, seed=6)
        assert button.evaluate("(input) => input.files.length") == 0  # or a browser ignores the same file
        show(page, root, epoch=1, count=1)
    expect(button).to_be_focused()
    assert button.get_attribute("accept") == "image/png"


def decoded(answer):
    """The bytes of the file in an answer of /animation."""
    return base64.b64decode(answer["file"].partition(",")[2])


@pytest.mark.slow
def test_both_models_are_one_animation_of_the_chosen_width(page, root):
    show(page, root, view="progression", model="both", epoch=1, seed=3, count=5)
    page.get_by_label(page_text("take.width")).select_option(str(ANIMATION_WIDTHS[1]))
    several = [[model, 3, 5] for model in SAVED]
    expected = draw_animation(root, "gif", "progression", several, ANIMATION_WIDTHS[1])
    assert download(page, "gif") == decoded(expected)


def expect_vectors(page, seeds, z):
    rows = np.load(io.BytesIO(download(page, "npy")))
    assert rows.dtype == np.float32 and (rows == z.numpy()).all()
    vectors = json.loads(download(page, "json"))
    assert vectors.keys() == {"seeds", "latents"} and vectors["seeds"] == seeds
    assert (np.array(vectors["latents"], np.float32) == z.numpy()).all()


def test_saved_vectors_are_the_latents_of_the_digits_shown(page, root):
    show(page, root, **GRID)
    seeds = consecutive(GRID["seed"], GRID["count"])
    expect_vectors(page, seeds, latents(seeds) * GRID["truncation"])


def shown_seeds(root, **state):
    """The seeds of the digits that a grid shows, in order."""
    film = expected_film(root, **state)
    return [film["seeds"][index] for index in shown_digits(film, DEFAULTS | state)]


def test_saved_vectors_are_sorted_and_filtered_as_the_digits_are(page, root):
    grid = GRID | {"count": 16, "truncation": 1}
    only = next(digit for digit in classes_of(expected_film(root, **grid)) if digit is not None)
    for order in ({"sort": "length"}, {"sort": "score", "only": only}):
        show(page, root, **grid, **order)
        seeds = shown_seeds(root, **grid, **order)
        expect_vectors(page, seeds, latents(seeds))


@pytest.mark.slow
def test_models_that_show_other_digits_get_a_file_of_vectors_each(page, root):
    both = GRID | {"model": "both", "count": 16}
    show(page, root, **both)
    expect_vectors(page, consecutive(GRID["seed"], 16), latents(consecutive(GRID["seed"], 16)) * GRID["truncation"])
    show(page, root, **both, sort="score")
    files = []
    page.on("download", lambda download: files.append(download))
    page.locator("[data-take=json]").click()
    while len(files) < len(SAVED):
        page.evaluate("0")
    for file, model in zip(files, SAVED, strict=True):
        assert file.suggested_filename.endswith(f"-{model}.json")
        vectors = json.loads(Path(file.path()).read_text())
        assert vectors["seeds"] == (seeds := shown_seeds(root, **both | {"model": model}, sort="score"))
        assert (np.array(vectors["latents"], np.float32) == (latents(seeds) * GRID["truncation"]).numpy()).all()


@pytest.mark.slow
def test_nothing_is_saved_of_a_grid_without_digits(page, root):
    labels = classes_of(expected_film(root, **GRID))
    absent = next(digit for digit in range(10) if digit not in labels)
    files = []
    page.on("download", lambda download: files.append(download))
    for kind in ("png", "json", "npy", "python"):
        show(page, root, **GRID, only=absent)
        page.locator(f"[data-take={kind}]").click()
        expect(page.locator(".notes")).to_have_text(page_text("take.none"))
        show(page, root, **GRID)
    download(page, "json")
    assert len(files) == 1


@pytest.mark.slow
@pytest.mark.parametrize("view", MOVING)
def test_saved_animations_and_vectors_are_those_of_the_film(page, root, view):
    state, arguments, z = MOVING[view]
    show(page, root, **state, epoch=1)
    for kind in ("gif", "webp"):
        assert download(page, kind) == decoded(draw_animation(root, kind, view, arguments))
    expect_vectors(page, expected_film(root, **state, epoch=1)["seeds"], z)


@pytest.mark.slow
def test_copied_python_draws_what_is_shown(page, root, tmp_path):
    grid = {"model": "both", "seed": 2**32 - 5, "count": 16, "epoch": 1}
    only = next(filter(None, expected_film(root, **grid | {"model": "mlp"})["labels"][0]))[0]
    states = [GRID, *(state | {"epoch": 1} for state, _, _ in MOVING.values())]
    states += [grid | {"sort": "score"}, grid | {"sort": "digit", "truncation": 0.5}, grid | {"only": only}]
    codes = []
    for number, state in enumerate(states):
        show(page, root, **state)
        code = copied_text(page, page.locator("[data-take=python]").click)
        codes.append(code.replace('Path("digits', f'Path("{number}-digits'))
    (tmp_path / "checkpoints").symlink_to(root)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", "\n".join(codes)], cwd=tmp_path, env=environment, check=True)
    for number, state in enumerate(states):
        models = [f"-{model}" for model in SAVED] if state.get("model") == "both" else [""]
        for model, picture in zip(models, expected_pixels(root, **state), strict=True):
            path = tmp_path / f"{number}-digits{model}.png"
            if picture.any():
                assert (np.asarray(Image.open(path)) == picture).all()
            else:
                assert not path.exists()  # no digit is shown


@pytest.mark.slow
def test_text_is_offered_for_copying_by_hand_when_the_clipboard_is_closed(visit, root):
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    state = {"epoch": 1, "count": 4}
    page = visit(to_query(**state), prepare=lambda page: page.add_init_script(refuse))
    expect_state(page, root, **state)
    button = page.locator(".copy-link")
    button.click()
    field = page.get_by_role("textbox", name=page_text("copy.by-hand"))
    expect(page.get_by_text(page_text("copy.by-hand"))).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value(page.evaluate("location.origin + '/?'") + to_query(**state))
    assert page.evaluate("String(getSelection())") == field.input_value()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(button).to_be_focused()
    page.locator("[data-take=python]").click()
    assert "load_snapshot" in field.input_value()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name=page_text("copy.close")).click()
    expect(field).to_have_count(0)
    expect(page.locator("[data-take=python]")).to_be_focused()
