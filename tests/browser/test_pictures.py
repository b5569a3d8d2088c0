"""Pictures that a visitor saves from the page in Chromium, and gives back to it."""

import base64
import io
import zlib

import numpy as np
import pytest
from helpers.pages import download, expect_link, expect_query, expect_state, show, wait_for_first
from helpers.states import expected_pixels, page_text, to_query
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from playwright.sync_api import expect

from gan.images import PNG_STATE_KEY
from gan.ui.catalogue import catalogue

BOTH = {"model": "both", "epoch": 2, "seed": 4, "count": 6, "pick": 5}


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


def test_an_error_stays_when_an_answer_comes_after_it(page, root):
    show(page, root, seed=4)
    held = []
    page.route("**/run/predictions", lambda route: held.append(route))
    page.locator("#seed").fill("20")
    answer = wait_for_first(page, held)
    drop(page, b"text")
    expect(page.locator(".notes")).to_have_text(page_text("drop.unknown"))
    answer.continue_()
    page.evaluate("import(new URL('studio/loader.js', document.baseURI)).then(({ settled }) => settled())")
    expect(page.locator(".notes")).to_have_text(page_text("drop.unknown"))
    page.unroute("**/run/predictions")
    show(page, root, seed=5)
    expect(page.locator(".notes")).to_be_empty()


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
