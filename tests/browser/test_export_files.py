"""What a visitor takes away from the page in Chromium, and brings back: pictures, animations, vectors, code."""

import base64
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from helpers.pages import says, shows
from helpers.serving import ROOT
from helpers.states import START, drawn, film_of, link
from PIL import Image
from playwright.sync_api import expect

from gan.latent import consecutive, interpolate, latents, plane
from gan.ui.catalogue import catalogue
from gan.ui.export import draw_animation

BOTH = {"model": "both", "epoch": 2, "seed": 4, "count": 6}


def download(page, name):
    """The content of the file, or the files, that a button gives."""
    with page.expect_download() as given:
        page.get_by_role("button", name=name, exact=True).click()
    return Path(given.value.path()).read_bytes()


def enlarged(pictures):
    """Canvases side by side, each pixel four wide, eight black between them."""
    parts = [picture.repeat(4, 0).repeat(4, 1) for picture in pictures]
    gap = np.zeros((len(parts[0]), 8), np.uint8)
    return np.concatenate([part for picture in parts for part in (gap, picture)][1:], 1)


def test_a_picture_holds_its_state_and_brings_it_back(visit, root):
    page = visit(link(**BOTH))
    shows(page, drawn(root, **BOTH))
    data = download(page, "PNG")
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
    assert (np.asarray(picture)[..., 0] == enlarged(drawn(root, **BOTH))).all()
    assert picture.text["GAN digits"] == link(**BOTH)
    assert picture.text["run"] == " ".join(run["run"] for run in catalogue(root)["models"].values())

    page = visit(link(view="lesson", epoch=0))
    expect(page.locator(".lesson a")).to_have_count(8)
    drop(page, data)
    shows(page, drawn(root, **BOTH))
    says(page, **BOTH)
    expect(page.locator(".notes")).to_be_empty()
    drop(page, data.replace(picture.text["run"].encode(), b"0" * len(picture.text["run"])))
    expect(page.locator(".notes")).to_contain_text("another training run")
    drop(page, b"GIF89a")
    expect(page.locator(".notes")).to_contain_text("not a picture from this page")


def drop(page, data):
    """Let a file fall on the page."""
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


# view and shape: the state, the arguments of its film, its vectors
TAKEN = {
    "generate": (
        {"view": "generate", "model": "mlp", "seed": 4294967294, "count": 6, "truncation": 0.6},
        ["mlp", 1, 4294967294, 6, 0.6],
        latents(consecutive(4294967294, 6)) * 0.6,
    ),
    "line": (
        {"view": "interpolate", "from": 3, "to": 9, "path": "lerp"},
        ["dcgan", 1, 3, 9, 60, "lerp"],
        interpolate(*latents([3, 9]), 60, "lerp"),
    ),
    "plane": (
        {"view": "interpolate", "shape": "plane", "model": "mlp", "seed": 3, "third": 8},
        ["mlp", 1, [3, 7, 8, 3]],
        plane(latents([3, 7, 8, 3]), 11),
    ),
    "progression": (
        {"view": "progression", "seed": 3, "count": 5},
        ["dcgan", 3, 5],
        latents(consecutive(3, 5)),
    ),
}


@pytest.mark.parametrize("kind", TAKEN)
def test_files_hold_what_python_makes(visit, root, kind):
    state, arguments, z = TAKEN[kind]
    page = visit(link(**state, epoch=1))
    shows(page, drawn(root, **state, epoch=1))
    if kind != "generate":
        for name in ("GIF", "WebP"):
            view = "interpolate" if kind == "line" else kind
            _, _, data = draw_animation(root, name.lower(), view, arguments)["file"].partition(",")
            assert download(page, name) == base64.b64decode(data)
    rows = np.load(io.BytesIO(download(page, "Vectors, .npy")))
    assert rows.dtype == np.float32 and (rows == z.numpy()).all()
    given = json.loads(download(page, "Vectors, JSON"))
    assert (np.array(given["latents"], np.float32) == z.numpy()).all()
    assert set(given) == {"seeds", "latents"}


def test_copied_python_draws_what_is_shown(visit, root, tmp_path):
    codes = []
    states = {kind: state | {"at": 21, "x": 2, "y": 9} for kind, (state, _, _) in TAKEN.items()}
    for kind, state in states.items():
        page = visit(link(**state, epoch=1))
        shows(page, drawn(root, **state, epoch=1))
        page.get_by_role("button", name="Copy Python").click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        codes.append(page.evaluate("navigator.clipboard.readText()").replace("digits.png", f"{kind}.png"))
    (tmp_path / "checkpoints").symlink_to(root)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", "\n".join(codes)], cwd=tmp_path, env=environment, check=True)
    for kind, state in states.items():
        (picture,) = drawn(root, **state, epoch=1)
        assert (np.asarray(Image.open(tmp_path / f"{kind}.png")) == picture).all()


def test_what_may_not_go_to_the_clipboard_is_copied_by_hand(visit, root):
    refuse = "navigator.clipboard.writeText = () => Promise.reject(new DOMException('no', 'NotAllowedError'))"
    page = visit(link(epoch=1, count=4), prepare=lambda page: page.add_init_script(refuse))
    shows(page, drawn(root, epoch=1, count=4))
    button = page.get_by_role("button", name="Copy link")
    button.click()
    field = page.get_by_label("Copy this")
    expect(field).to_be_focused()
    expect(field).to_have_value(page.evaluate("location.origin + '/?'") + link(epoch=1, count=4))
    assert page.evaluate("String(getSelection())") == field.input_value()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(button).to_be_focused()
    page.get_by_role("button", name="Copy Python").click()
    assert "load_snapshot" in page.get_by_label("Copy this").input_value()
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize("change", [{"sort": "score"}, {"sort": "digit", "truncation": 0.5}, {"only": "any"}])
def test_copied_python_keeps_both_models_and_the_order_shown(visit, root, tmp_path, change):
    state = {"view": "generate", "model": "both", "seed": 2**32 - 5, "count": 16} | change
    if "only" in change:
        state["only"] = film_of(root, "mlp", START | state | {"only": None, "epoch": 1})["labels"][0][0][0]
    page = visit(link(**state, epoch=1))
    pictures = drawn(root, **state, epoch=1)
    shows(page, pictures)
    page.get_by_role("button", name="Copy Python").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    code = page.evaluate("navigator.clipboard.readText()")
    (tmp_path / "checkpoints").symlink_to(root)
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, check=True)
    for model, picture in zip(("mlp", "dcgan"), pictures, strict=True):
        made = tmp_path / f"digits-{model}.png"
        assert (np.asarray(Image.open(made)) == picture).all() if made.exists() else not picture.any()
    assert list(tmp_path.glob("*.png"))
