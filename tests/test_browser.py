"""The page in Chromium: what a visitor does, and what is then on the canvas."""

import re
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect, sync_playwright
from serving import serving
from test_handlers import frames_of

from gan.ui.handlers import draw_grid, draw_journey, draw_progression

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium")

ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
CANVAS_IS = """([selector, expected]) => {
  const canvas = document.querySelector(selector);
  if (!canvas) return false;
  const copy = new OffscreenCanvas(canvas.width, canvas.height);
  const context = copy.getContext("2d", { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
  return data.length === 4 * expected.length
    && expected.every((level, i) => data[4 * i] === level && data[4 * i + 1] === level && data[4 * i + 2] === level);
}"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def address(checkpoints):
    with serving(checkpoints) as address:
        yield address


@pytest.fixture
def page(browser, address):
    """The opened page; at the end it must have asked nothing of another host and had no error."""
    page = browser.new_page(viewport={"width": 1200, "height": 1100})
    hosts, errors = set(), []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and errors.append(message.text))
    page.goto(address)
    yield page
    page.close()
    assert hosts <= {"127.0.0.1", None}  # data: URIs have no host
    assert not errors


def shows(page, view, frame):
    """Wait until the view's canvas holds just this frame, uint8 (H, W)."""
    page.wait_for_function(CANVAS_IS, arg=[f"#{view} canvas", frame.flatten().tolist()], timeout=20_000)


def calls(page):
    """A list that grows with every request the page makes from now on."""
    seen = []
    page.on("request", lambda request: request.url.startswith("data:") or seen.append(request.url))
    return seen


def drag(page, slider, share):
    """Press the mouse on the slider's left end and let go at a share of its width."""
    box = slider.bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + 2, y)
    page.mouse.down()
    for step in range(11):
        page.mouse.move(box["x"] + box["width"] * share * step / 10, y)
    page.mouse.up()


def test_the_first_digits_are_there_without_a_click(page, checkpoints):
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])


def test_a_seed_draws_its_digits(page, checkpoints):
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    page.locator("#generate").get_by_label("Seed", exact=True).fill("123")
    page.keyboard.press("Enter")
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 123, 64))[0])


def test_the_model_and_the_epoch_change_the_digits(page, checkpoints):
    view = page.locator("#generate")
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    view.get_by_label("MLP").click()
    shows(page, "generate", frames_of(draw_grid(checkpoints, "mlp", 1, 42, 64))[0])
    view.get_by_role("combobox", name="Epoch").click()
    page.get_by_role("option", name="2", exact=True).click()
    shows(page, "generate", frames_of(draw_grid(checkpoints, "mlp", 2, 42, 64))[0])
    expect(view.locator(".caption")).to_have_text("epoch 2")


def test_the_number_of_digits_changes_the_grid(page, checkpoints):
    page.locator("#generate").get_by_label("number input for Digits").fill("10")
    page.keyboard.press("Enter")
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 10))[0])


def test_pointing_at_a_digit_tells_its_seed_and_score(page, checkpoints):
    film = draw_grid(checkpoints, "dcgan", 1, 42, 64)
    shows(page, "generate", frames_of(film)[0])
    canvas = page.locator("#generate canvas")
    side = canvas.bounding_box()["width"] / 8
    canvas.hover(position={"x": 2.5 * side, "y": 1.5 * side})
    text = f"Seed 52: the discriminator gives this digit {100 * film['scores'][0][10]:.1f} %"
    expect(page.locator("#generate .readout")).to_contain_text(text)


def test_the_random_seed_button_draws_the_seed_that_it_shows(page, checkpoints):
    view = page.locator("#generate")
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    view.get_by_role("button", name="Random seed").click()
    seed = view.get_by_label("Seed", exact=True)
    expect(seed).not_to_have_value("42")
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, int(seed.input_value()), 64))[0])


@pytest.mark.parametrize("view", ["interpolate", "progression"])
def test_a_film_is_scrubbed_by_mouse_and_keyboard_without_a_request(page, checkpoints, view):
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    page.get_by_role("tab", name=view.capitalize()).click()
    if view == "interpolate":
        film = draw_journey(checkpoints, "dcgan", 1, 42, 7, 60, "slerp")
    else:
        page.locator("#progression").get_by_label("MLP").click()
        film = draw_progression(checkpoints, "mlp", 42, 16)
    frames = frames_of(film)
    slider = page.locator(f"#{view} input.frame")
    caption = page.locator(f"#{view} .caption")
    expect(slider).to_have_attribute("max", str(len(frames) - 1))
    shows(page, view, frames[int(slider.input_value())])

    seen = calls(page)
    for share in (1.0, 0.5, 0.0):
        drag(page, slider, share)
        frame = int(slider.input_value())
        assert abs(frame - share * (len(frames) - 1)) <= 1
        shows(page, view, frames[frame])
        expect(caption).to_have_text(film["captions"][frame])
    slider.focus()
    for key, frame in (("End", len(frames) - 1), ("Home", 0), ("ArrowRight", 1), ("ArrowLeft", 0)):
        page.keyboard.press(key)
        assert int(slider.input_value()) == frame
        shows(page, view, frames[frame])
    assert seen == []
    assert len({frame.tobytes() for frame in frames}) > 1


def test_a_film_plays_and_pauses_without_a_request(page, checkpoints):
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    page.get_by_role("tab", name="Interpolate").click()
    frames = frames_of(draw_journey(checkpoints, "dcgan", 1, 42, 7, 60, "slerp"))
    shows(page, "interpolate", frames[0])
    seen = calls(page)
    play = page.locator("#interpolate .play")
    play.click()
    shows(page, "interpolate", frames[5])
    shows(page, "interpolate", frames[15])
    play.click()
    slider = page.locator("#interpolate input.frame")
    shows(page, "interpolate", frames[int(slider.input_value())])
    expect(play).to_have_text("Play")
    assert seen == []


def test_the_path_changes_the_journey(page, checkpoints):
    page.get_by_role("tab", name="Interpolate").click()
    page.locator("#interpolate").get_by_label("lerp", exact=True).click()
    page.locator("#interpolate").get_by_label("To seed").fill("9")
    page.keyboard.press("Enter")
    frames = frames_of(draw_journey(checkpoints, "dcgan", 1, 42, 9, 60, "lerp"))
    slider = page.locator("#interpolate input.frame")
    expect(slider).to_have_attribute("max", "59")
    slider.focus()
    for _ in range(30):
        page.keyboard.press("ArrowRight")
    shows(page, "interpolate", frames[30])


def test_a_seed_out_of_range_is_told_what_is_allowed(page, checkpoints):
    shows(page, "generate", frames_of(draw_grid(checkpoints, "dcgan", 1, 42, 64))[0])
    seed = page.locator("#generate").get_by_label("Seed", exact=True)
    seed.fill("-5")
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("must be a whole number from 0 to 4294967295"))).to_be_visible()


@pytest.mark.parametrize("width", [360, 1440])
def test_the_page_never_scrolls_sideways(browser, address, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(address)
    for view in ("Generate", "Interpolate", "Progression"):
        page.get_by_role("tab", name=view).click()
        expect(page.locator(f"#{view.lower()} .caption")).not_to_be_empty()
        assert page.evaluate("document.documentElement.scrollWidth") == width
    page.close()


def test_a_page_over_broken_checkpoints_says_which_file(browser, checkpoints, tmp_path):
    root = shutil.copytree(checkpoints, tmp_path / "checkpoints")
    (root / "dcgan" / "epoch-001.safetensors").write_bytes(b"")
    with serving(root) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#notice")).to_contain_text("epoch-001.safetensors")
        expect(page.locator("#notice")).to_contain_text("python train.py")
        shows(page, "generate", frames_of(draw_grid(root, "dcgan", 0, 42, 64))[0])
        page.close()


def test_a_page_without_checkpoints_says_how_to_make_them(browser, tmp_path):
    with serving(tmp_path) as address:
        page = browser.new_page()
        page.goto(address)
        expect(page.locator("#notice")).to_contain_text("python train.py")
        page.close()
