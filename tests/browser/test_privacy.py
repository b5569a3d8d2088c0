"""Who learns of a visit in Chromium: nobody but the server, which keeps nothing of it; and the page in a frame."""

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qsl, urlsplit

import pytest
from helpers.pages import choose, shows
from helpers.serving import serving
from helpers.space import as_a_space
from helpers.states import drawn, link
from playwright.sync_api import expect

LOOPBACK = {"127.0.0.1", "localhost"}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """What `as_a_space` fills; `home` in it is the server's home and temporary folder."""
    return tmp_path_factory.mktemp("space")


@pytest.fixture(scope="module")
def address(root, home):
    """The page as a Space serves it."""
    with serving(root, as_a_space(home)[0]) as address:
        yield address


@pytest.fixture
def strangers(browser):
    """A browser without a past, and the addresses that it asked of other hosts: none of them is answered."""
    context = browser.new_context(viewport={"width": 1200, "height": 1000})
    asked = []

    def pass_on(route):
        url = urlsplit(route.request.url)
        if url.hostname in LOOPBACK:
            return route.fallback()
        asked.append(route.request.url)
        return route.abort()

    context.route("**/*", pass_on)
    context.route_web_socket("**/*", lambda socket: asked.append(socket.url))
    yield context, asked
    context.close()


def files_of(*folders):
    """Every file and folder in some, with its size and when it was changed."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    return {path: (status.st_size, status.st_mtime_ns) for path in paths for status in [path.lstat()]}


def seen(page, root, view):
    """Open a view and wait until it is there."""
    page.locator(f"#tab-{view}").click()
    if view == "lesson":
        expect(page.locator(".lesson")).to_be_visible()
    else:
        shows(page, drawn(root, view=view, epoch=1))


def test_a_visit_asks_no_other_host_sets_no_cookie_and_leaves_no_file(strangers, address, root, home):
    context, asked = strangers
    before = files_of(root, home / "home")
    page = context.new_page()
    page.goto(f"{address}/?{link(epoch=1)}")
    for view in ("interpolate", "progression", "lesson", "generate"):
        seen(page, root, view)
    choose(page, "model", "both")
    shows(page, drawn(root, epoch=1, model="both"))
    assert not asked
    assert page.evaluate("document.cookie") == "" and not context.cookies()
    assert files_of(root, home / "home") == before


@contextmanager
def framed(source):
    """A page of another origin with the page in a frame, as the Hub shows a Space."""

    class Frame(BaseHTTPRequestHandler):
        def do_GET(self):
            body = f'<!doctype html><link rel="icon" href="data:,"><iframe src="{source}"></iframe>'
            body += "<style>iframe { width: 1200px; height: 900px }</style>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *words):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Frame) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://localhost:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


def test_the_page_works_in_a_frame_of_another_origin(strangers, address, root):
    """Its state is in the frame's own address, for that of the page around it is another's."""
    context, asked = strangers
    errors = []
    there = {"epoch": 1, "count": 4, "seed": 5}
    with framed(f"{address}/?{link(**there)}".replace("&", "&amp;")) as outside:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(outside)
        (frame,) = page.frames[1:]
        shows(frame, drawn(root, **there))
        frame.get_by_label("Seed", exact=True).fill("9")
        shows(frame, drawn(root, **there | {"seed": 9}))
        frame.wait_for_function("(query) => location.search === `?${query}`", arg=link(**there | {"seed": 9}))
        seen(frame, root, "lesson")
        assert dict(parse_qsl(urlsplit(frame.url).query))["seed"] == "9"
        assert page.url.strip("/") == outside
        assert not context.cookies()
        page.close()
    assert not asked and not errors


def test_the_hub_around_a_space_is_told_the_state_and_nobody_else(strangers, address, root):
    """The Hub takes a query from the page in its frame into its own address, as Spaces' documentation says."""
    context, _ = strangers
    page = context.new_page()
    page.add_init_script("""window.told = [];
      Object.defineProperty(window, "parent", { value: { postMessage: (...words) => told.push(words) } });""")
    page.goto(f"{address}/?{link(epoch=1, count=4)}")
    shows(page, drawn(root, epoch=1, count=4))
    page.get_by_label("Seed", exact=True).fill("9")
    query = link(epoch=1, count=4, seed=9)
    page.wait_for_function("(query) => told.some(([said]) => said.queryString === query)", arg=query)
    assert page.evaluate("told.filter(([said]) => said.queryString).every(([, to]) => to === 'https://huggingface.co')")
    page.close()
