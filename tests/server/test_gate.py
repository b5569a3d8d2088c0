"""What the server lets in, and what it refuses: python app.py as a process, and the layer alone."""

import asyncio
import json
import socket
from contextlib import closing
from http.client import HTTPConnection

import pytest
from gradio_client import Client
from helpers.serving import serving

from gan.ui.gate import HEADERS, guard
from gan.ui.gate_requests import MOST_BYTES
from gan.ui.page import endpoints
from gan.ui.render import draw_film

JSON = {"content-type": "application/json"}
RUN = "/gradio_api/run/generate"
GOOD = {"data": ["mlp", 2, 7, 4]}


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
    assert status == 200 and json.loads(body)["data"] == [draw_film(checkpoints, "generate", GOOD["data"])]
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


HOSTS = ["a:b", "a:99999", "a:", "[", "[::1", "a b", "-", ".", "a@b", "a/../b", "\x01", "x" * 300, "a:b, c", ""]


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Gradio-Server", "X-Forwarded-Proto", "Origin", "Referer"])
def test_no_header_upsets_the_server(address, checkpoints, name, host):
    headers = {name: f"http://{host}" if name == "X-Gradio-Server" else host}
    for path in ("/", "/config", "/theme.css", "/gradio_api/info"):
        assert answer(address, "GET", path, headers=headers)[0] == 200
    status, _, body = answer(address, "POST", RUN, json.dumps(GOOD), JSON | headers)
    assert status == 200 and json.loads(body)["data"] == [draw_film(checkpoints, "generate", GOOD["data"])]
    assert answer(address, "POST", "/gradio_api/call/generate", json.dumps(GOOD), JSON | headers)[0] == 200


@pytest.mark.parametrize("host", ["a.hf.space", "127.0.0.1:65535", "[::1]:7860", "localhost:1"])
def test_a_host_that_is_one_is_what_the_page_is_told(address, host):
    config = json.loads(answer(address, "GET", "/config", headers={"X-Forwarded-Host": host})[2])
    assert config["root"] == f"http://{host}"
    assert json.loads(answer(address, "GET", "/config", headers={"Host": host})[2])["root"] == f"http://{host}"


def test_one_who_names_no_host_is_answered_too(address):
    """As HTTP/1.0 allows."""
    name, _, port = address.removeprefix("http://").partition(":")
    for more in ("", "Origin: http://a\r\n"):
        with socket.create_connection((name, int(port))) as connection:
            connection.sendall(f"GET / HTTP/1.0\r\n{more}\r\n".encode())
            assert connection.makefile("rb").readline().split()[1] == b"200"


@pytest.mark.parametrize("kinds", [("text/html", "application/json"), ("", "application/json")])
def test_the_first_of_a_header_that_comes_twice_counts_for_all(address, kinds):
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.putrequest("POST", RUN)
        for kind in kinds:
            connection.putheader("Content-Type", kind)
        body = b'{"data": ["<script>1</script>"]}'
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        given = connection.getresponse()
        assert given.status == 415 and b"script" not in given.read()


@pytest.mark.parametrize("query", ["session_hash=ab&session_hash=a", "session_hash=ab&session_hash=", "session_hash="])
def test_a_session_is_named_once(address, query):
    joined = json.dumps(GOOD | {"fn_index": 0, "session_hash": "ab"})
    assert answer(address, "POST", "/gradio_api/queue/join", joined)[0] == 200
    assert answer(address, "GET", f"/gradio_api/queue/data?{query}")[0] == 404
    assert b"process_completed" in answer(address, "GET", "/gradio_api/queue/data?session_hash=ab&session_hash2=a")[2]


def test_what_the_page_asks_is_of_one_session_whatever_a_question_says(checkpoints):
    """Gradio makes the state of a session anew for a question that has none, which takes longer than some digits."""
    sessions = []

    async def app(scope, receive, send):
        sessions.append(json.loads((await receive())["body"])["session_hash"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def ask(layer, question):
        messages = [{"type": "http.request", "body": json.dumps(question).encode()}]
        scope = {"type": "http", "method": "POST", "path": RUN, "headers": [(b"content-type", b"application/json")]}

        async def receive():
            return messages.pop() if messages else await asyncio.Event().wait()

        async def send(message):
            pass

        await layer(scope, receive, send)

    async def ask_all():
        layer = guard(app, endpoints(checkpoints))
        for question in (GOOD, GOOD, GOOD | {"session_hash": "ab"}):
            await ask(layer, question)

    asyncio.run(ask_all())
    assert len(sessions) == 3 and len(set(sessions)) == 1 and sessions[0] != "ab"


# What is open


def test_gradios_client_asks_as_before(address, checkpoints):
    client = Client(address, verbose=False)
    assert client.predict("mlp", 2, 7, 4, api_name="/generate") == draw_film(checkpoints, "generate", ["mlp", 2, 7, 4])
