"""The main path in Firefox, driven by Mozilla's own protocol: pixels, every kind of input, and a saved picture."""

import base64
import io
import re
import shutil
import zlib

import numpy as np
import pytest
from helpers.pages import CANVASES_EQUAL, TIMEOUT, encode_pictures
from helpers.serving import free_port
from helpers.states import expected_pixels, page_text, to_query
from PIL import Image

from gan.images import PNG_STATE_KEY

# marionette_driver needs a module that Python 3.13 no longer has.
pytest.importorskip("marionette_driver", exc_type=ImportError)
from marionette_driver import By, Wait
from marionette_driver.keys import Keys
from marionette_driver.marionette import ActionSequence, Marionette

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
PRIMARY_BUTTON = 0
REQUESTS = "performance.getEntriesByType('resource').length"


class FirefoxPage:
    """The page in Firefox. Every method waits until the browser has done what it asks."""

    def __init__(self, client, address, folder):
        self.client, self.address, self.folder = client, address, folder

    def open(self, **state):
        self.client.navigate(f"{self.address}/?{to_query(**state)}")

    def wait_for(self, condition, *arguments):
        """Wait until a JavaScript expression over `arguments` is true, and return its value."""
        return Wait(self.client, timeout=TIMEOUT / 1000).until(
            lambda client: client.execute_script(f"return {condition}", script_args=list(arguments))
        )

    def expect_state(self, root, **state):
        pictures = encode_pictures(expected_pixels(root, **state))
        self.wait_for(f"({CANVASES_EQUAL})(arguments[0])", [".screen canvas", pictures])

    def expect_query(self, **values):
        values = {name: str(value) for name, value in values.items()}
        query = "Object.entries(arguments[0]).every(([n, v]) => new URLSearchParams(location.search).get(n) === v)"
        self.wait_for(query, values)

    def find(self, selector):
        self.wait_for("document.querySelector(arguments[0])?.checkVisibility()", selector)
        return self.client.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.find(selector).click()

    def touch(self, selector):
        finger = ActionSequence(self.client, "pointer", "finger", {"pointerType": "touch"})
        finger.pointer_move(0, 0, origin=self.find(selector)).pointer_down(PRIMARY_BUTTON).pointer_up(PRIMARY_BUTTON)
        finger.perform()

    def errors(self):
        """The errors that the page's own scripts have raised."""
        with self.client.using_context("chrome"):
            return self.client.execute_script(
                """return Services.console.getMessageArray()
                  .filter((message) => message instanceof Ci.nsIScriptError)
                  .filter((error) => !(error.flags & Ci.nsIScriptError.warningFlag))
                  .filter((error) => error.sourceName.startsWith(arguments[0]))
                  .map((error) => error.message)""",
                script_args=[self.address],
            )


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """A running Firefox that saves downloads into `client.folder`."""
    if FIREFOX is None:
        pytest.skip("no Firefox on this machine: apt-get install firefox-esr")
    folder = tmp_path_factory.mktemp("firefox")
    preferences = {
        "browser.download.folderList": 2,  # download.dir
        "browser.download.dir": str(folder),
        "browser.download.useDownloadDir": True,
        "browser.download.alwaysOpenPanel": False,
        "intl.accept_languages": "en",
        "ui.prefersReducedMotion": 0,
    }
    client = Marionette(
        "127.0.0.1",
        port=free_port(),
        bin=FIREFOX,
        headless=True,
        prefs=preferences,
        gecko_log=str(folder / "log"),
        startup_timeout=120,
    )
    client.start_session()
    client.folder = folder
    yield client
    client.quit(in_app=False)
    client.cleanup()
    client.instance.profile.cleanup()


@pytest.fixture
def firefox(client, address):
    """The page in Firefox. At the end of the test, its scripts may not have raised an error."""
    client.delete_all_cookies()
    page = FirefoxPage(client, address, client.folder)
    yield page
    assert page.errors() == []


@pytest.mark.parametrize(
    "state",
    [
        {"model": "both", "epoch": 1, "seed": 3, "count": 9},
        *(
            pytest.param(state, marks=pytest.mark.slow)
            for state in (
                {"view": "interpolate", "epoch": 1, "at": 30},
                {"view": "interpolate", "shape": "plane", "epoch": 1, "x": 2},
                {"view": "progression", "model": "mlp", "epoch": 1},
            )
        ),
    ],
)
def test_firefox_shows_the_state_of_a_link(firefox, root, state):
    firefox.open(**state)
    firefox.expect_state(root, **state)
    firefox.expect_query(**state)


@pytest.mark.slow
def test_the_main_path_works_in_firefox_by_mouse_and_keys(firefox, root):
    firefox.open(model="both", epoch=1, count=9)
    firefox.expect_state(root, model="both", epoch=1, count=9)

    seed = firefox.find("#seed")
    seed.clear()
    seed.send_keys("12")
    firefox.expect_state(root, model="both", epoch=1, seed=12, count=9)
    firefox.click("label:has(> [name=model][value=mlp])")
    firefox.click(".forward")
    firefox.expect_state(root, model="mlp", epoch=2, seed=12, count=9)
    firefox.expect_query(model="mlp", epoch=2, seed=12)

    firefox.click("#tab-interpolate")
    line = {"view": "interpolate", "model": "mlp", "epoch": 2, "seed": 12, "count": 9}
    firefox.expect_state(root, **line)
    firefox.wait_for("!document.querySelector('.readout[aria-busy=true]')")  # the predictions are a request too
    requests = firefox.wait_for(REQUESTS)
    firefox.find(".place").send_keys(*[Keys.ARROW_RIGHT] * 5)
    firefox.expect_state(root, **line, at=5)
    firefox.click(".travel")
    firefox.wait_for("Number(document.querySelector('.place').value) > 8")
    firefox.click(".travel")
    assert firefox.wait_for(REQUESTS) == requests

    firefox.find("#tab-interpolate").send_keys(Keys.ARROW_RIGHT)
    training = {"view": "progression", "model": "mlp", "seed": 12, "count": 9}
    firefox.expect_state(root, **training, epoch=2)
    firefox.find("#epoch").send_keys(Keys.HOME)
    firefox.expect_state(root, **training, epoch=0)
    firefox.expect_query(**training, epoch=0)
    firefox.client.refresh()
    firefox.expect_state(root, **training, epoch=0)


@pytest.mark.slow
def test_a_touched_digit_is_picked_in_firefox(firefox, root):
    firefox.open(epoch=1, seed=8, count=1)
    firefox.expect_state(root, epoch=1, seed=8, count=1)
    firefox.touch(".screen canvas")
    seed = page_text("digit.at.seed", seed=8)
    firefox.wait_for("document.querySelector('.readout').textContent.startsWith(arguments[0])", f"{seed} ")
    firefox.touch("[data-digit=to]")
    firefox.expect_query(view="interpolate", to=8)


@pytest.mark.slow
def test_a_chinese_link_opens_a_chinese_page_in_firefox(firefox):
    firefox.open(lang="zh")
    firefox.wait_for("document.querySelector('h1')?.textContent === arguments[0]", page_text("title", "zh"))


@pytest.mark.slow
def test_a_picture_saved_in_firefox_holds_its_state(firefox, root):
    state = {"epoch": 1, "seed": 4, "count": 9}
    firefox.open(**state)
    firefox.expect_state(root, **state)
    firefox.click("[data-take=png]")
    (path,) = Wait(firefox.client, timeout=TIMEOUT / 1000).until(lambda _: finished_downloads(firefox.folder, ".png"))
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        picture.load()
    (expected,) = expected_pixels(root, **state)
    assert (np.asarray(picture)[..., 0] == expected.repeat(4, 0).repeat(4, 1)).all()
    assert picture.text[PNG_STATE_KEY] == to_query(**state)


def finished_downloads(folder, suffix):
    """The downloaded files with this suffix; none while a download is under way."""
    if list(folder.glob("*.part")):
        return []
    return [path for path in folder.glob(f"*{suffix}") if path.stat().st_size]


@pytest.mark.slow
def test_firefox_prints_all_pages_of_a_plan(firefox):
    firefox.open(**{"epoch": 1, "count": 9})
    firefox.click(".about-open")
    firefox.click("[data-plan='45']")
    firefox.find(".plan")
    paper = {"page": {"width": 21.0, "height": 29.7}}  # cm
    data = base64.b64decode(firefox.client._send_message("WebDriver:Print", paper, key="value"))
    objects = re.findall(rb"/ObjStm.*?stream\r?\n(.*?)\r?\nendstream", data, re.DOTALL)  # ISO 32000-1, 7.5.7
    assert sum(len(re.findall(rb"/Type */Page\b", zlib.decompress(part))) for part in objects) > 2
