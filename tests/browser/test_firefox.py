"""The main path in Firefox, driven by Mozilla's own protocol: what is drawn, all ways of input, what is taken away."""

import io
import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.pages import CANVASES_ARE, PATIENCE, coded
from helpers.serving import free_port
from helpers.states import drawn, link
from PIL import Image

import gan.ui

# It takes a module that Python 3.13 has no more.
pytest.importorskip("marionette_driver", exc_type=ImportError)
from marionette_driver import By, Wait
from marionette_driver.keys import Keys
from marionette_driver.marionette import ActionSequence, Marionette

FIREFOX = shutil.which("firefox-esr") or shutil.which("firefox")
TEXTS = Path(gan.ui.__file__).parent / "web" / "text"
PRIMARY_BUTTON = 0


class Visitor:
    """Someone before Firefox; each deed returns when the browser has done it."""

    def __init__(self, client, address, folder):
        self.client, self.address, self.folder = client, address, folder

    def visit(self, **state):
        self.client.navigate(f"{self.address}/?{link(**state)}")

    def until(self, condition, *values):
        """Wait for what a JavaScript expression over `arguments` becomes true of; its value."""
        return Wait(self.client, timeout=PATIENCE / 1000).until(
            lambda client: client.execute_script(f"return {condition}", script_args=list(values))
        )

    def shows(self, pictures):
        self.until(f"({CANVASES_ARE})(arguments[0])", [".screen canvas", coded(pictures)])

    def says(self, **query):
        wanted = {name: str(value) for name, value in query.items()}
        said = "Object.entries(arguments[0]).every(([n, v]) => new URLSearchParams(location.search).get(n) === v)"
        self.until(said, wanted)

    def find(self, selector):
        self.until("document.querySelector(arguments[0])?.checkVisibility()", selector)
        return self.client.find_element(By.CSS_SELECTOR, selector)

    def click(self, selector):
        self.find(selector).click()

    def touch(self, selector):
        finger = ActionSequence(self.client, "pointer", "finger", {"pointerType": "touch"})
        finger.pointer_move(0, 0, origin=self.find(selector)).pointer_down(PRIMARY_BUTTON).pointer_up(PRIMARY_BUTTON)
        finger.perform()

    def errors(self):
        """What the page's own scripts have raised."""
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
    if FIREFOX is None:
        pytest.skip("no Firefox on this machine: apt-get install firefox-esr")
    folder = tmp_path_factory.mktemp("firefox")
    wishes = {
        "browser.download.folderList": 2,  # the folder that is named here
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
        prefs=wishes,
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
def visitor(client, address):
    client.delete_all_cookies()
    visitor = Visitor(client, address, client.folder)
    yield visitor
    assert visitor.errors() == []


def test_firefox_draws_what_python_draws_and_every_view_is_a_link(visitor, root):
    for there in (
        {"model": "both", "epoch": 1, "seed": 3, "count": 9},
        {"view": "interpolate", "epoch": 1, "at": 30},
        {"view": "interpolate", "shape": "plane", "epoch": 1, "x": 2},
        {"view": "progression", "model": "mlp", "epoch": 1},
    ):
        visitor.visit(**there)
        visitor.shows(drawn(root, **there))
        visitor.says(**there)


def test_firefox_goes_the_main_path_by_mouse_and_keys(visitor, root):
    visitor.visit(model="both", epoch=1, count=9)
    visitor.shows(drawn(root, model="both", epoch=1, count=9))

    seed = visitor.find("#seed")
    seed.clear()
    seed.send_keys("12")
    visitor.shows(drawn(root, model="both", epoch=1, seed=12, count=9))
    visitor.click("label:has(> [name=model][value=mlp])")
    visitor.click(".forward")
    visitor.shows(drawn(root, model="mlp", epoch=2, seed=12, count=9))
    visitor.says(model="mlp", epoch=2, seed=12)

    visitor.click("#tab-interpolate")
    journey = {"view": "interpolate", "model": "mlp", "epoch": 2, "seed": 12, "count": 9}
    visitor.shows(drawn(root, **journey))
    asked = visitor.until("performance.getEntriesByType('resource').length")
    visitor.find(".place").send_keys(*[Keys.ARROW_RIGHT] * 5)
    visitor.shows(drawn(root, **journey, at=5))
    visitor.click(".travel")
    visitor.until("Number(document.querySelector('.place').value) > 8")
    visitor.click(".travel")
    assert visitor.until("performance.getEntriesByType('resource').length") == asked

    visitor.find("#tab-interpolate").send_keys(Keys.ARROW_RIGHT)
    film = {"view": "progression", "model": "mlp", "seed": 12, "count": 9}
    visitor.shows(drawn(root, **film, epoch=2))
    visitor.find("#epoch").send_keys(Keys.HOME)
    visitor.shows(drawn(root, **film, epoch=0))
    visitor.says(**film, epoch=0)
    visitor.client.refresh()
    visitor.shows(drawn(root, **film, epoch=0))


def test_firefox_tells_of_a_digit_that_is_touched(visitor, root):
    visitor.visit(epoch=1, seed=8, count=1)
    visitor.shows(drawn(root, epoch=1, seed=8, count=1))
    visitor.touch(".screen canvas")
    visitor.until("document.querySelector('.readout').textContent.startsWith('Seed 8 ')")
    visitor.touch("[data-digit=to]")
    visitor.says(view="interpolate", to=8)


def test_firefox_speaks_chinese_where_the_link_says_so(visitor):
    visitor.visit(lang="zh")
    visitor.until(
        "document.querySelector('h1')?.textContent === arguments[0]",
        json.loads((TEXTS / "zh.json").read_text())["title"],
    )


def test_a_picture_from_firefox_holds_its_state(visitor, root):
    there = {"epoch": 1, "seed": 4, "count": 9}
    visitor.visit(**there)
    visitor.shows(drawn(root, **there))
    visitor.click("[data-take=png]")
    (path,) = Wait(visitor.client, timeout=PATIENCE / 1000).until(lambda _: whole_files(visitor.folder, ".png"))
    with Image.open(io.BytesIO(path.read_bytes())) as picture:
        picture.load()
    (expected,) = drawn(root, **there)
    assert (np.asarray(picture)[..., 0] == expected.repeat(4, 0).repeat(4, 1)).all()
    assert picture.text["GAN digits"] == link(**there)


def whole_files(folder, kind):
    """The files of a kind that are downloaded to their end."""
    return [] if list(folder.glob("*.part")) else [path for path in folder.glob(f"*{kind}") if path.stat().st_size]
