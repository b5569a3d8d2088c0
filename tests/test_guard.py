"""What the server lets in, and what it refuses: python app.py as a process, and the layer alone."""

import asyncio
import json
from contextlib import closing
from http.client import HTTPConnection

import httpx
import pytest
from gradio_client import Client
from serving import ask, serving

from gan.ui.guard import HEADERS, IN_FLIGHT, guard
from gan.ui.handlers import draw_grid, draw_journey
from gan.ui.page import endpoints
from gan.ui.questions import MOST_BYTES

JSON = {"content-type": "application/json"}
RUN = "/gradio_api/run/generate"
GOOD = {"data": ["mlp", 2, 7, 4]}
LARGEST = ["dcgan", 1, 7, 8, 120, "slerp"]


@pytest.fixture(scope="module")
def address(checkpoints):
    with serving(checkpoints) as address:
        yield address


def answer(address, method, path, body=None, headers=JSON):
    """The status, the headers and the body of an answer to just this path; headers with small letters."""
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=300)) as connection:
        connection.request(method, path, body, headers)
        given = connection.getresponse()
        return given.status, {name.lower(): value for name, value in given.getheaders()}, given.read()


def told(body):
    """What an error says, which is all that is in it."""
    (words,) = json.loads(body).values()
    return words


# Bodies


def test_a_body_is_read_up_to_64_kb(address, checkpoints):
    whole = json.dumps(GOOD).ljust(MOST_BYTES)
    status, _, body = answer(address, "POST", RUN, whole)
    assert status == 200 and json.loads(body)["data"] == [draw_grid(checkpoints, *GOOD["data"])]
    for larger in (whole + " ", "x" * 10**6):
        status, _, body = answer(address, "POST", RUN, larger)
        assert status == 413 and str(MOST_BYTES) in told(body)


def test_a_body_that_does_not_say_how_long_it_is_is_read_no_further(address):
    pieces = (b" " * 1000 for _ in range(1 + MOST_BYTES // 1000))
    assert answer(address, "POST", RUN, pieces)[0] == 413


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/upload", "/gradio_api/upload?upload_id=1"])
def test_uploads_are_refused(address, path):
    body = b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\nwords\r\n--b--\r\n'
    for sent, kind in ((body, "multipart/form-data; boundary=b"), (b"{}", "application/json")):
        assert answer(address, "POST", path, sent, {"content-type": kind})[0] == 403


# Addresses

CLOSED = ["docs", "redoc", "openapi.json", "gradio_api/openapi.json", "monitoring", "monitoring/summary"]
CLOSED += ["gradio_api/profiling/traces", "gradio_api/dev/reload", "gradio_api/token", "gradio_api/app_id", "login"]
CLOSED += ["gradio_api/deep_link", "gradio_api/runs", "gradio_api/vibe-code", "gradio_api/upload_progress?upload_id=1"]


@pytest.mark.parametrize("path", CLOSED)
def test_what_no_visitor_needs_is_closed(address, path):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        status, _, body = answer(address, method, f"/{path}", b"{}" if method == "POST" else None)
        assert status == 404 and told(body)


# The shapes of Gradio's advisories, and their like. None of them is in the page.
OUTSIDE = [
    *(f"/{api}file={path}" for api in ("", "gradio_api/") for path in ("/etc/passwd", "../../etc/passwd", "app.py")),
    "/gradio_api/file=/proc/self/environ",
    "/gradio_api/file=C:\\windows\\win.ini",
    "/gradio_api/file=\\\\127.0.0.1\\share",
    "/gradio_api/file=file:///etc/passwd",
    "/gradio_api/file=http://127.0.0.1:1/",
    "/gradio_api/file/etc/passwd",
    "/file/etc/passwd",
    *(f"/{api}proxy={url}" for api in ("", "gradio_api/") for url in ("http://127.0.0.1:1/", "http://a.hf.space/")),
    "/gradio_api/stream/a/b/c/playlist.m3u8",
    "/custom_component/a/client/component/../../../app.py",
    "/gradio_api/custom_component/a/client/component/..%2f..%2fapp.py",
    *(f"/{folder}/{up}{up}{up}etc/passwd" for folder in ("static", "assets") for up in ("../", "..%2f", "%2e%2e/")),
    *(
        f"/{folder}/{up}{up}routes.py"
        for folder in ("static", "svelte")
        for up in ("..%5c", "%252e%252e%252f", "....//")
    ),
    "/static//etc/passwd",
    "/static/%00",
    "/assets/.../routes.py",
    "/svelte/svelte.js",
    "/theme.css/../app.py",
    "/theme.css%2f..%2fapp.py",
    "//etc/passwd",
    "/..%2fapp.py",
    "/%2e%2e/app.py",
    "/app.py",
    "/gradio_api/call/generate/..%2f..%2f",
    "/gradio_api/component_server",
]


@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_outside_lead_nowhere(address, path):
    for method in ("GET", "HEAD", "POST"):
        status, _, body = answer(address, method, path, b"{}" if method == "POST" else None)
        assert status in (403, 404) and (method == "HEAD" or told(body))


def test_gradios_own_pages_cannot_be_had_by_the_pages_address(address):
    """Those parts of the address are the browser's alone."""
    for query in ("page=nowhere", "deep_link=..%2f..%2fstate", "page=%00", "view=%3Cscript%3E"):
        status, _, body = answer(address, "GET", f"/?{query}")
        assert status == 200 and b"nowhere" not in body


def test_a_websocket_is_refused(checkpoints):
    sent = []

    async def send(message):
        sent.append(message["type"])

    asyncio.run(guard(None, endpoints(checkpoints))({"type": "websocket"}, None, send))
    assert sent == ["websocket.close"]


# Headers


def test_every_answer_says_what_a_browser_may_do_with_it(address):
    script = answer(address, "GET", "/")[2].partition(b'src="./')[2].partition(b'"')[0].decode()
    assert HEADERS["X-Content-Type-Options"] == "nosniff" and HEADERS["Referrer-Policy"] == "same-origin"
    asked = {"/": 200, f"/{script}": 200, "/config": 200, "/theme.css": 200, "/docs": 404, "/static/none.js": 404}
    for path, status in asked.items():
        given, headers, _ = answer(address, "GET", path)
        assert given == status and HEADERS.items() <= {n.title(): v for n, v in headers.items()}.items(), path
    for body, status in (json.dumps(GOOD), 200), ('{"data": [0, 0, 0, 0]}', 500), ("x" * 10**5, 413):
        given, headers, _ = answer(address, "POST", RUN, body)
        assert given == status and HEADERS.items() <= {n.title(): v for n, v in headers.items()}.items()


def test_a_space_may_show_the_page_in_a_frame():
    policy = dict(part.strip().partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split(";"))
    allowed = set(policy["frame-ancestors"].split())
    assert {"'self'", "https://huggingface.co", "https://*.huggingface.co", "https://*.hf.space"} <= allowed
    assert not allowed & {"*", "https:", "http:"}


# What is open


def test_gradios_client_asks_as_before(address, checkpoints):
    client = Client(address, verbose=False)
    assert client.predict("mlp", 2, 7, 4, api_name="/generate") == draw_grid(checkpoints, "mlp", 2, 7, 4)


# Many at once


def test_what_is_in_flight_is_bounded_and_the_others_are_told_at_once(checkpoints):
    """The layer around an app that is as slow as the test wants."""
    running, most, statuses = 0, 0, []
    go = asyncio.Event()

    async def slow(scope, receive, send):
        nonlocal running, most
        if scope["path"] == RUN:
            running += 1
            most = max(most, running)
            await go.wait()
            running -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    layer = guard(slow, endpoints(checkpoints))

    async def one(path, data):
        async def send(message):
            if "status" in message:
                statuses.append(message["status"])
                assert (message["status"] == 503) == ((b"retry-after", b"5") in message["headers"])

        async def receive():
            return {"type": "http.request", "body": json.dumps({"data": data}).encode()}

        headers = [(b"content-type", b"application/json")]
        await layer({"type": "http", "method": "POST", "path": path, "headers": headers}, receive, send)

    async def crowd():
        asked = [asyncio.create_task(one(RUN, GOOD["data"])) for _ in range(IN_FLIGHT + 3)]
        await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert statuses == [503] * 3
        await one("/gradio_api/run/catalogue", [])
        assert statuses == [503] * 3 + [200]
        go.set()
        await asyncio.gather(*asked)
        await one(RUN, GOOD["data"])

    asyncio.run(crowd())
    assert statuses == [503] * 3 + [200] * (IN_FLIGHT + 2) and most == 1


def test_many_who_ask_the_largest_film_leave_the_page_to_another_visitor(address, checkpoints):
    film = draw_journey(checkpoints, *LARGEST)
    limits = httpx.Limits(max_connections=None)

    async def crowd():
        async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:

            def largest():
                return client.post("/gradio_api/run/interpolate", json={"data": LARGEST})

            asked = [asyncio.create_task(largest()) for _ in range(2 * IN_FLIGHT)]
            await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            other = [await client.get("/"), await client.post("/gradio_api/run/catalogue", json={"data": []})]
            assert not all(task.done() for task in asked)  # they still wait
            return other, await asyncio.gather(*asked)

    other, answers = asyncio.run(crowd())
    assert [given.status_code for given in other] == [200, 200] and other[1].json()["data"][0]["models"]
    assert {given.status_code for given in answers} == {200, 503}
    for given in answers:
        if given.status_code == 200:
            assert given.json()["data"] == [film]
        else:
            assert given.headers["retry-after"] and given.json()["error"]
    assert ask(address, "generate", GOOD["data"]) == draw_grid(checkpoints, *GOOD["data"])
