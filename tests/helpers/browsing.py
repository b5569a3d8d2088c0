"""Fixtures of the browser's tests: a server over digits with figures, and pages in Chromium.

A test module takes them with pytest_plugins = ["helpers.browsing"].
"""

import json
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.images import to_png
from helpers.films import SAVED
from helpers.pages import PATIENCE
from helpers.serving import serving
from helpers.states import PICTURE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
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


def metrics(last):
    """A line for each epoch as training writes it; the digits get better."""
    lines = [{"epoch": 0, "frechet_ratio": 300.0, "class_shares": [0.91] + [0.01] * 9}]
    for epoch in range(1, last + 1):
        losses = {"d_loss": 1.0 + epoch / 10, "g_loss": 2.0 - epoch / 10, "d_real": 0.9, "d_fake": 0.05 + epoch / 8}
        lines.append({"epoch": epoch, "seconds": 1.0, "images_per_second": 320.0} | losses)
        lines[-1] |= {"frechet_ratio": 123.456 / epoch, "class_shares": [0.1] * 10}
    return "".join(json.dumps(line) + "\n" for line in lines)


@pytest.fixture(scope="session")
def root(tmp_path_factory, checkpoints):
    """What is served: runs with figures, an untrained classifier, and a picture to begin with."""
    root = shutil.copytree(checkpoints, tmp_path_factory.mktemp("browsing") / "checkpoints")
    save_classifier(root / WEIGHTS, classifier(0))
    for model, saved in SAVED.items():
        (root / model / "metrics.jsonl").write_text(metrics(saved[-1]))
    words = {"GAN digits": "view=generate&model=dcgan&epoch=1&seed=0&count=64"}
    (root / "dcgan" / "samples-001.png").write_bytes(to_png(PICTURE, words))
    return root


@pytest.fixture(scope="session")
def address(root):
    with serving(root) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser):
    """What the pages of a module share: the files of the page, kept by the browser."""
    return allowed(browser.new_context(viewport={"width": 1200, "height": 1000}))


@pytest.fixture(scope="module")
def phone(browser):
    """The same on a phone."""
    return allowed(browser.new_context(viewport={"width": 360, "height": 800}, has_touch=True))


@pytest.fixture(scope="module")
def chinese(browser):
    """The same in a browser that speaks Chinese."""
    return allowed(browser.new_context(viewport={"width": 1200, "height": 1000}, locale="zh-CN"))


def allowed(context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(PATIENCE)
    return context


@pytest.fixture
def visit(context, address):
    """Opens pages by their query; at the end none of them has asked another host or had an error."""
    pages, hosts, errors = [], set(), []

    def visit(query="", context=context, prepare=None):
        page = context.new_page()
        pages.append(page)
        page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and errors.append(message.text))
        if prepare:
            prepare(page)
        page.goto(f"{address}/?{query}")
        return page

    visit.errors = errors
    yield visit
    for page in pages:
        page.close()
    assert hosts <= {"127.0.0.1", None, ""}  # data: addresses have no host
    assert not errors
