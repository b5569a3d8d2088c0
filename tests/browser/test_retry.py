"""The page in Chromium while the server cannot be reached: it tries again by itself."""

import pytest
from helpers.pages import expect_state, wait_until
from helpers.states import GRID, page_text, to_query
from playwright.sync_api import expect

from gan.ui.texts import note

pytestmark = pytest.mark.slow

PAUSES = [2, 4, 8, 16, 32, 60, 60, 60]  # seconds
LATER = GRID | {"seed": 55}
PASSING = {
    "no server": {},
    "a proxy without a server": {"status": 502, "content_type": "text/html", "body": "<h1>Bad Gateway</h1>"},
    "a captive portal": {"content_type": "text/html", "body": "<h1>Log in</h1>"},
    "a busy server": {"status": 503, "json": {"error": note("server.busy")}},
}


@pytest.fixture
def page(visit, root):
    """A page that shows GRID, with a clock that the test moves."""
    page = visit(to_query(**GRID), prepare=lambda page: page.clock.install())
    expect_state(page, root, **GRID)
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))  # or it would go on with the real time
    yield page
    visit.errors.clear()  # the browser logs failed requests


def fail(page, **answer):
    """Let every question about pictures fail. Return the list of the seeds of those that have failed, which grows."""
    failing, asked = set(), []

    def handle(route):
        failing.add(route.request)
        route.fulfill(**answer) if answer else route.abort()

    def hear(request):
        if request in failing:
            asked.append(request.post_data_json["data"][1][2])

    page.route("**/run/pictures", handle)
    page.on("requestfinished", hear)
    page.on("requestfailed", hear)
    return asked


def expect_asked(page, asked, count):
    """Wait until the page has asked so many times and has its answer."""
    wait_until(page, lambda: len(asked) >= count)
    expect(page.locator(".notes p")).to_have_count(1)
    page.evaluate("new Promise((resolve) => resolve())")
    assert len(asked) == count


@pytest.mark.parametrize("kind", PASSING)
def test_what_failed_is_tried_again_until_the_server_is_back(page, root, kind):
    asked = fail(page, **PASSING[kind])
    page.locator("#seed").fill("55")
    expect_asked(page, asked, 1)
    expect(page.locator(".notes")).not_to_be_empty()
    page.clock.run_for(2000)
    expect_asked(page, asked, 2)
    page.unroute("**/run/pictures")
    page.clock.run_for(4000)
    expect_state(page, root, **LATER)
    expect(page.locator(".notes")).to_be_empty()
    assert set(asked) == {55}


def test_the_pauses_grow_to_a_minute_and_begin_anew_after_a_success(page, root):
    asked = fail(page)
    page.locator("#seed").fill("55")
    for count, pause in enumerate(PAUSES, start=1):
        expect_asked(page, asked, count)
        page.clock.run_for(pause * 1000 - 100)
        expect_asked(page, asked, count)
        page.clock.run_for(100)
    expect_asked(page, asked, len(PAUSES) + 1)
    expect(page.locator(".notes")).to_have_text(page_text("error.network"))
    page.unroute("**/run/pictures")
    page.clock.run_for(60_000)
    expect_state(page, root, **LATER)
    page.clock.run_for(600_000)
    assert len(asked) == len(PAUSES) + 1
    asked = fail(page)
    page.locator("#seed").fill("56")
    expect_asked(page, asked, 1)
    page.clock.run_for(2000)
    expect_asked(page, asked, 2)


@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_it_is_tried_at_once_when_the_network_is_back_or_the_page_is_looked_at(page, root, event):
    asked = fail(page)
    page.locator("#seed").fill("55")
    expect_asked(page, asked, 1)
    page.evaluate("Object.defineProperty(document, 'hidden', { value: true, configurable: true })")
    page.clock.run_for(600_000)
    expect_asked(page, asked, 1)  # nobody looks at it
    page.unroute("**/run/pictures")
    page.evaluate("delete document.hidden")
    page.evaluate("(name) => (name === 'online' ? window : document).dispatchEvent(new Event(name))", event)
    expect_state(page, root, **LATER)
    expect(page.locator(".notes")).to_be_empty()


@pytest.mark.parametrize("status", [422, 500])
def test_an_error_of_the_request_is_not_tried_again(page, status):
    error = {"json": {"error": note("server.whole", name="seed", low=0, high=9)}} if status == 422 else {}
    asked = fail(page, status=status, **error)
    page.locator("#seed").fill("55")
    expect_asked(page, asked, 1)
    page.clock.run_for(600_000)
    page.evaluate("dispatchEvent(new Event('online'))")
    expect_asked(page, asked, 1)


def test_the_catalogue_is_asked_again(visit, root):
    def prepare(page):
        page.clock.install()
        page.route("**/run/catalogue", lambda route: route.abort())

    page = visit(to_query(**GRID), prepare=prepare)
    expect(page.locator(".notes")).to_have_text(page_text("error.network"))
    page.unroute("**/run/catalogue")
    page.clock.run_for(2000)
    expect_state(page, root, **GRID)
    expect(page.locator(".notes")).to_be_empty()
    visit.errors.clear()
