"""Privacy in Chromium: a visit reaches no other host and leaves nothing behind. And the page in a frame."""

from urllib.parse import parse_qsl, urlsplit

import pytest
from helpers.browsing import new_context
from helpers.pages import choose, expect_link, expect_shown, expect_state, open_tab, tabs_of
from helpers.serving import serving
from helpers.site import hosting
from helpers.space import space_environment
from helpers.states import to_query
from playwright.sync_api import expect

pytestmark = pytest.mark.slow

LOOPBACK = {"127.0.0.1", "localhost"}
FRAME = '<iframe src="{}" style="width: 1200px; height: 900px"></iframe>'


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    """A folder for `space_environment`; the server's home and temporary folder is `home` in it."""
    return tmp_path_factory.mktemp("space")


@pytest.fixture(scope="module")
def address(root, home):
    """The address of a server that runs as on a Space."""
    with serving(root, space_environment(home)[0]) as address:
        yield address


@pytest.fixture
def isolated(browser):
    """A new browser profile, and the addresses that it asked on other hosts. Those requests are aborted."""
    context = new_context(browser)
    asked = []

    def block_other_hosts(route):
        if urlsplit(route.request.url).hostname in LOOPBACK:
            return route.fallback()
        asked.append(route.request.url)
        return route.abort()

    context.route("**/*", block_other_hosts)
    context.route_web_socket("**/*", lambda socket: asked.append(socket.url))
    yield context, asked
    context.close()


def snapshot_of_files(*folders):
    """The size and modification time of every file and folder below some folders."""
    paths = [path for folder in folders for path in folder.rglob("*")]
    return {path: (status.st_size, status.st_mtime_ns) for path in paths for status in [path.lstat()]}


def test_a_visit_reaches_no_other_host_and_leaves_no_cookie_and_no_file(isolated, address, root, home):
    context, asked = isolated
    before = snapshot_of_files(root, home / "home")
    page = context.new_page()
    page.goto(f"{address}/?{to_query(epoch=1)}")
    page.get_by_role("tab").first.wait_for()
    first, *others = tabs_of(page)
    for view in (*others, first):
        open_tab(page, view)
        expect_shown(page, view)
    expect_state(page, root, epoch=1)
    choose(page, "model", "both")
    expect_state(page, root, epoch=1, model="both")
    assert not asked
    assert page.evaluate("document.cookie") == "" and not context.cookies()
    assert snapshot_of_files(root, home / "home") == before


def test_the_page_works_in_a_frame_of_another_origin(isolated, address, root):
    """The state is in the frame's own address, because the page around it has another origin."""
    context, asked = isolated
    errors = []
    state = {"epoch": 1, "count": 4, "seed": 5}
    with hosting(FRAME.format(f"{address}/?{to_query(**state)}".replace("&", "&amp;"))) as outside:
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: message.type in ("error", "warning") and errors.append(message.text))
        page.goto(outside)
        (frame,) = page.frames[1:]
        expect_state(frame, root, **state)
        frame.locator("#seed").fill("9")
        expect_state(frame, root, **state | {"seed": 9})
        expect_link(frame, **state | {"seed": 9})
        open_tab(frame, "lesson")
        expect(frame.locator(".lesson")).to_be_visible()
        assert dict(parse_qsl(urlsplit(frame.url).query))["seed"] == "9"
        assert page.url.strip("/") == outside
        assert not context.cookies()
        page.close()
    assert not asked and not errors


SENT = """window.sent = [];
  Object.defineProperty(window, "parent", { value: { postMessage: (...values) => sent.push(values) } });"""


@pytest.mark.parametrize("referrer", ["", "https://example.org/", "https://huggingface.co.example.org/"])
def test_no_other_page_is_sent_the_state_of_a_page_in_its_frame(isolated, address, root, referrer):
    """Without location.ancestorOrigins, as in Firefox."""
    context, _ = isolated
    page = context.new_page()
    page.add_init_script(SENT)
    page.goto(f"{address}/?{to_query(epoch=1, count=4)}", referer=referrer or None)
    expect_state(page, root, epoch=1, count=4)
    page.locator("#seed").fill("9")
    expect_link(page, epoch=1, count=4, seed=9)
    assert page.evaluate("sent.filter(([data]) => data.queryString)") == []


def test_the_hub_is_sent_the_state_of_a_page_in_its_frame(isolated, address, root):
    """The Hub copies the query of the page in its frame into its own address: see Spaces' documentation."""
    context, _ = isolated
    page = context.new_page()
    page.add_init_script(SENT)
    query = f"{to_query(epoch=1, count=4)}&logs=build&__theme=dark&__sign=secret"
    page.goto(f"{address}/?{query}", referer="https://huggingface.co/")
    expect_state(page, root, epoch=1, count=4)
    page.locator("#seed").fill("9")
    last = "(query) => sent.findLast(([data]) => data.queryString)?.[0].queryString === query"
    query = f"{to_query(epoch=1, count=4, seed=9)}&logs=build"
    page.wait_for_function(last, arg=query)
    open_tab(page, "progression")
    page.wait_for_function(last, arg=f"{to_query(view='progression', epoch=1, count=4, seed=9)}&logs=build")
    page.go_back()
    page.wait_for_function(last, arg=query)
    assert page.evaluate("sent.filter(([data]) => data.queryString).every(([, to]) => to === 'https://huggingface.co')")
