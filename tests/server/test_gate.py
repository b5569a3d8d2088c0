"""What the gate lets in and what it refuses."""

import asyncio
import json
import socket

import pytest
from helpers.gates import WaitingApp, send_request
from helpers.raw_http import JSON, QUESTION, RUN, key_of, request
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient

from gan.errors import VariableError
from gan.ui.frames import VARIABLE, frame_ancestors
from gan.ui.gate import gate, security_headers, valid_headers
from gan.ui.render import draw_film
from gan.ui.server import MAX_BODY_BYTES

# Bodies


def test_a_body_may_have_64_kb(address, checkpoints):
    largest = json.dumps(QUESTION).ljust(MAX_BODY_BYTES)
    status, _, body = request(address, "POST", RUN, largest)
    assert status == 200 and json.loads(body)["data"] == [draw_film(checkpoints, "generate", QUESTION["data"])]
    assert request(address, "POST", RUN, largest + " ")[0] == 413


def test_a_streamed_body_without_a_length_may_have_64_kb_too(address):
    chunks = (b" " * 1000 for _ in range(1 + MAX_BODY_BYTES // 1000))
    assert request(address, "POST", RUN, chunks)[0] == 413


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/upload", "/gradio_api/upload?upload_id=1"])
def test_uploads_are_refused(address, path):
    form = b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\ntext\r\n--b--\r\n'
    for body, kind in ((form, "multipart/form-data; boundary=b"), (b"{}", "application/json")):
        status, _, answer = request(address, "POST", path, body, {"content-type": kind})
        assert status == 403 and key_of(answer) == "server.no-upload"


# Paths

CLOSED = ["docs", "redoc", "openapi.json", "gradio_api/openapi.json", "monitoring", "monitoring/summary"]
CLOSED += ["gradio_api/profiling/traces", "gradio_api/dev/reload", "gradio_api/token", "gradio_api/app_id", "login"]
CLOSED += ["gradio_api/deep_link", "gradio_api/runs", "gradio_api/vibe-code", "gradio_api/upload_progress?upload_id=1"]


@pytest.mark.parametrize("path", CLOSED)
def test_paths_that_no_visitor_needs_are_closed(address, path):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        status, _, body = request(address, method, f"/{path}", b"{}" if method == "POST" else None)
        assert status == 404 and key_of(body) == "server.closed"


# Like the paths in Gradio's security advisories.
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
def test_paths_outside_the_app_return_403_or_404(address, path):
    for method in ("GET", "HEAD", "POST"):
        status, _, body = request(address, method, path, b"{}" if method == "POST" else None)
        assert status in (403, 404) and (method == "HEAD" or key_of(body))


def test_the_query_of_the_page_does_not_reach_gradio(address):
    """Gradio would look up pages and saved states of its own by it."""
    for query in ("page=nowhere", "deep_link=..%2f..%2fstate", "page=%00", "view=%3Cscript%3E"):
        status, _, body = request(address, "GET", f"/?{query}")
        assert status == 200 and b"nowhere" not in body


@pytest.mark.parametrize(
    ("method", "path", "encoding"),
    [
        ("GET", "/", "gzip"),
        ("POST", "/gradio_api/run/catalogue", "gzip"),
        ("POST", "/gradio_api/run/pictures", None),  # PNG
    ],
)
def test_the_long_texts_are_compressed(method, path, encoding):
    client = TestClient(gate(PlainTextResponse("0" * 10_000), "'self'", max_streams=1))
    answer = client.request(method, path)
    assert answer.text == "0" * 10_000 and answer.headers.get("content-encoding") == encoding


def test_a_websocket_is_closed():
    sent = []

    async def send(message):
        sent.append(message["type"])

    asyncio.run(gate(None, "'self'", 1)({"type": "websocket"}, None, send))
    assert sent == ["websocket.close"]


# Headers of answers


def test_the_answers_have_the_headers_that_protect_a_browser(address):
    script = request(address, "GET", "/")[2].partition(b'src="./')[2].partition(b'"')[0].decode()
    protection = security_headers(frame_ancestors())
    assert protection.keys() == {"X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy"}
    paths = {"/": 200, "/config": 200, "/theme.css": 200, "/docs": 404, "/docs.js": 404}
    scripts = {f"/{script}": 200, "/studio/main.js": 200, "/studio/style/page.css": 200, "/static/none.js": 404}
    answers = {path: request(address, "GET", path) for path in paths | scripts}
    bodies = {json.dumps(QUESTION): 200, '{"data": [0, 0, 0, 0]}': 422}
    answers |= {body: request(address, "POST", RUN, body) for body in bodies}
    for name, expected in (paths | scripts | bodies).items():
        status, headers, _ = answers[name]
        assert status == expected, name
        found = {name.title(): value for name, value in headers.items() if name.title() in protection}
        only_documents = {"Content-Security-Policy"} if name in scripts else set()
        assert found == {name: value for name, value in protection.items() if name not in only_documents}, name


def ancestors():
    return set(frame_ancestors().split())


def test_a_space_and_this_machine_may_show_the_page_in_a_frame(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert {"'self'", "https://huggingface.co", "https://*.hf.space", "http://localhost:*"} <= ancestors()
    assert not ancestors() & {"*", "https:", "http:"}


def test_a_variable_adds_sites_that_may_show_the_page_in_a_frame(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    before = ancestors()
    monkeypatch.setenv(VARIABLE, " https://school.example  http://*.example.org:8080 ")
    assert ancestors() - before == {"https://school.example", "http://*.example.org:8080"}
    assert security_headers(frame_ancestors())["Content-Security-Policy"].endswith(" http://*.example.org:8080")


@pytest.mark.parametrize("site", ["*", "https:", "example.org", "https://a;script-src *", "https://a,b", "'none'"])
def test_a_source_that_is_not_a_site_is_an_error_that_names_it(monkeypatch, site):
    monkeypatch.setenv(VARIABLE, site)
    with pytest.raises(VariableError, match=VARIABLE):
        frame_ancestors()


# Headers of requests

INVALID_HOSTS = ["a:b", "a:65536", "a:99999", "[", "[::1", "a b", "-", ".", "a@b", "a/../b", "\x01", "x" * 300, ""]
VALID_HOSTS = ["a.hf.space", "127.0.0.1:65535", "[::1]:7860", "localhost:1"]


@pytest.mark.parametrize("name", [b"host", b"x-forwarded-host"])
def test_an_invalid_host_is_dropped_and_the_default_is_localhost(name):
    for host in INVALID_HOSTS:
        assert valid_headers([(name, host.encode())]) == [(b"host", b"localhost")], host
    for host in VALID_HOSTS:
        headers = [(b"host", b"a"), (name, host.encode())]
        assert valid_headers(headers) == headers


@pytest.mark.parametrize("host", VALID_HOSTS)
def test_gradio_builds_urls_from_a_valid_host(address, host):
    for name in ("X-Forwarded-Host", "Host"):
        config = json.loads(request(address, "GET", "/config", headers={name: host})[2])
        assert config["root"] == f"http://{host}"


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Gradio-Server", "X-Forwarded-Proto", "Origin", "Referer"])
@pytest.mark.parametrize("value", ["a:99999", "http://[::1", "a b"])
def test_an_invalid_header_does_not_change_the_answers(address, name, value):
    for path in ("/", "/config", "/theme.css", "/gradio_api/info"):
        assert request(address, "GET", path, headers={name: value})[0] == 200
    for path in (RUN, "/gradio_api/call/generate"):
        assert request(address, "POST", path, json.dumps(QUESTION), JSON | {name: value})[0] == 200


def test_a_request_without_a_host_is_answered(address):
    """HTTP/1.0 allows it."""
    name, _, port = address.removeprefix("http://").partition(":")
    for header in ("", "Origin: http://a\r\n"):
        with socket.create_connection((name, int(port))) as connection:
            connection.sendall(f"GET / HTTP/1.0\r\n{header}\r\n".encode())
            assert connection.makefile("rb").readline().split()[1] == b"200"


# Gradio's own endpoints


@pytest.mark.parametrize("end", ["", "/"])
def test_a_stream_without_its_event_is_refused_with_a_hint(address, end):
    status, _, answer = request(address, "GET", f"/gradio_api/call/generate{end}")
    assert status == 404 and key_of(answer) == "server.no-event"


def test_the_api_examples_name_the_host_that_asks(address):
    for host in ("a.example", "b.example"):
        examples = request(address, "GET", "/gradio_api/info", headers={"Host": host})[2]
        assert f"http://{host}".encode() in examples


def test_open_streams_are_bounded():
    async def crowd():
        waiting = WaitingApp()
        app = gate(waiting, "'self'", max_streams=2)
        streams = [asyncio.create_task(send_request(app, "GET", f"/gradio_api/heartbeat/{n}")) for n in range(2)]
        await asyncio.sleep(0)
        assert (await send_request(app, "GET", "/gradio_api/heartbeat/3"))["status"] == 503
        waiting.release.set()
        assert [answer["status"] for answer in await asyncio.gather(*streams)] == [200, 200]
        return await send_request(app, "GET", "/gradio_api/heartbeat/3")

    assert asyncio.run(crowd())["status"] == 200
