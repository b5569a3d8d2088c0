"""Fixtures of the browser tests: a server over checkpoints with metrics, and pages in Chromium."""

import json
import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from gan.checkpoint import snapshot_path
from gan.classifier import WEIGHTS, load_classifier
from gan.datasets.reals import REALS, load_reals, save_reals
from gan.directions_file import save_directions
from gan.images import PNG_STATE_KEY, to_png
from gan.real_distances import save_distances
from helpers.films import DIRECTION_SEEDS, REAL_COUNTS, SAVED
from helpers.pages import TIMEOUT, expect_state, wait_for_predictions
from helpers.serving import ROOT, serving
from helpers.states import FIRST_PICTURE, GRID, to_query

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
DESKTOP = {"width": 1200, "height": 1000}


def metrics(last, first_ratio):
    """The text of a metrics.jsonl from epoch 0 to `last`, in which the digits get better from `first_ratio` on."""
    rows = [{"epoch": 0, "frechet_ratio": 300.0, "class_shares": [0.91] + [0.01] * 9}]
    for epoch in range(1, last + 1):
        losses = {"d_loss": 1.0 + epoch / 10, "g_loss": 2.0 - epoch / 10, "d_real": 0.9, "d_fake": 0.05 + epoch / 8}
        rows.append({"epoch": epoch, "seconds": float(last), "images_per_second": 320.0} | losses)
        rows[-1] |= {"frechet_ratio": first_ratio / epoch, "class_shares": [0.1] * 10}
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture(scope="session")
def root(tmp_path_factory):
    """The folder that the server serves: the first epochs of the runs in checkpoints/, metrics, a first picture, and
    a few real digits.

    Some of these digits are noise and the others have many classes. Digits of a few steps would all be noise.
    """
    root = tmp_path_factory.mktemp("browsing") / "checkpoints"
    for model, first_ratio in {"mlp": 123.456, "dcgan": 30.5}.items():  # the DCGAN is better
        saved = SAVED[model]
        (root / model).mkdir(parents=True)
        for epoch in saved:
            shutil.copy(snapshot_path(ROOT / "checkpoints" / model, epoch), root / model)
        (root / model / "metrics.jsonl").write_text(metrics(saved[-1], first_ratio))
    shutil.copy(ROOT / "checkpoints" / WEIGHTS, root)
    for part, count in REAL_COUNTS.items():
        reals = load_reals(ROOT / "checkpoints" / REALS, part)
        save_reals(root / REALS, part, reals.images[:count], reals.labels[:count])
    for model in SAVED:
        save_directions(root / model, load_classifier(root / WEIGHTS), DIRECTION_SEEDS)
    save_distances(root / REALS)
    state = to_query(epoch=1, count=64)
    (root / "dcgan" / "samples-001.png").write_bytes(to_png(FIRST_PICTURE, {PNG_STATE_KEY: state}))
    return root


@pytest.fixture(scope="session")
def address(root):
    """The address of a server over `root`."""
    with serving(root) as address:
        yield address


@pytest.fixture(scope="module")
def browser():
    """A running Chromium. One per module, because Playwright's event loop would disturb tests that use asyncio."""
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def context(browser):
    """A desktop browser window's profile; its pages share the cached files."""
    return new_context(browser)


@pytest.fixture(scope="module")
def phone(browser):
    """The profile of a phone with a touch screen."""
    return new_context(browser, viewport={"width": 360, "height": 800}, has_touch=True)


@pytest.fixture(scope="module")
def chinese(browser):
    """The profile of a desktop browser set to Chinese."""
    return new_context(browser, locale="zh-CN")


def new_context(browser, **options):
    context = browser.new_context(**({"viewport": DESKTOP} | options))
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    context.set_default_timeout(TIMEOUT)
    return context


@pytest.fixture
def visit(context, address):
    """Load the page with a query. At the end of the test, no page may have asked another host or logged an error."""
    pages, hosts, errors = [], set(), []

    def visit(query="", context=context, prepare=None):
        page = context.new_page()
        pages.append(page)
        watch(page, hosts, errors)
        if prepare:
            prepare(page)
        page.goto(f"{address}/?{query}")
        return page

    visit.errors = errors
    yield visit
    for page in pages:
        page.close()
    check(hosts, errors)


@pytest.fixture
def grid(visit, root):
    """A new page that shows GRID, predictions included. A shared page has the answers of other tests already."""
    page = visit(to_query(**GRID))
    expect_state(page, root, **GRID)
    wait_for_predictions(page)
    return page


@pytest.fixture(scope="module")
def open_pages(address):
    """The page that each context shares among the tests of a module, with its hosts and errors."""
    return {}


@pytest.fixture
def page(context, address, open_pages):
    """A page that the tests of a module share, because loading takes longer than most tests. Use `show` to begin."""
    yield from shared_page(context, address, open_pages)


@pytest.fixture
def phone_page(phone, address, open_pages):
    """The same on a phone."""
    yield from shared_page(phone, address, open_pages)


def shared_page(context, address, open_pages):
    if context not in open_pages:
        page, hosts, errors = context.new_page(), set(), []
        watch(page, hosts, errors)
        page.goto(f"{address}/?{to_query(epoch=1, count=1)}")
        open_pages[context] = page, hosts, errors
    page, hosts, errors = open_pages.pop(context)
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
    yield page
    check(hosts, errors)
    open_pages[context] = page, hosts, errors  # after an error, the next test loads a new page


def watch(page, hosts, errors):
    """Record the hosts that a page asks, and what it logs."""
    page.on("request", lambda request: hosts.add(urlsplit(request.url).hostname))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: message.type in ("error", "warning") and errors.append(message.text))


def check(hosts, errors):
    assert hosts <= {"127.0.0.1", None, ""}  # data: addresses have no host
    assert not errors
