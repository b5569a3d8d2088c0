"""What the gate lets in and what it refuses."""

import asyncio
import json
import socket
from contextlib import closing
from http.client import HTTPConnection

import pytest
from gradio_client import Client
from helpers.gates import QUESTION_MESSAGE, send_request
from helpers.raw_http import JSON, QUESTION, RUN, request

from gan.ui.endpoints import endpoints
from gan.ui.gate import HEADERS, gate
from gan.ui.gate_requests import MAX_BYTES, keep_known_headers
from gan.ui.render import draw_film


def message_of(body):
    """The message of an error, which is the only value in its body."""
    (message,) = json.loads(body).values()
    return message


# Bodies


def test_a_body_may_have_64_kb(address, checkpoints):
    largest = json.dumps(QUESTION).ljust(MAX_BYTES)
    status, _, body = request(address, "POST", RUN, largest)
    assert status == 200 and json.loads(body)["data"] == [draw_film(checkpoints, "generate", QUESTION["data"])]
    status, _, body = request(address, "POST", RUN, largest + " ")
    assert status == 413 and str(MAX_BYTES) in message_of(body)


def test_a_streamed_body_without_a_length_may_have_64_kb_too(address):
    chunks = (b" " * 1000 for _ in range(1 + MAX_BYTES // 1000))
    assert request(address, "POST", RUN, chunks)[0] == 413


@pytest.mark.parametrize("path", ["/gradio_api/upload", "/upload", "/gradio_api/upload?upload_id=1"])
def test_uploads_are_refused(address, path):
    form = b'--b\r\ncontent-disposition: form-data; name="files"; filename="a.txt"\r\n\r\ntext\r\n--b--\r\n'
    for body, kind in ((form, "multipart/form-data; boundary=b"), (b"{}", "application/json")):
        assert request(address, "POST", path, body, {"content-type": kind})[0] == 403


# Paths

CLOSED = ["docs", "redoc", "openapi.json", "gradio_api/openapi.json", "monitoring", "monitoring/summary"]
CLOSED += ["gradio_api/profiling/traces", "gradio_api/dev/reload", "gradio_api/token", "gradio_api/app_id", "login"]
CLOSED += ["gradio_api/deep_link", "gradio_api/runs", "gradio_api/vibe-code", "gradio_api/upload_progress?upload_id=1"]


@pytest.mark.parametrize("path", CLOSED)
def test_paths_that_no_visitor_needs_are_closed(address, path):
    for method in ("GET", "POST", "PUT", "DELETE", "OPTIONS"):
        status, _, body = request(address, method, f"/{path}", b"{}" if method == "POST" else None)
        assert status == 404 and message_of(body)


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
        assert status in (403, 404) and (method == "HEAD" or message_of(body))


def test_the_query_of_the_page_does_not_reach_gradio(address):
    """Gradio would look up pages and saved states of its own by it."""
    for query in ("page=nowhere", "deep_link=..%2f..%2fstate", "page=%00", "view=%3Cscript%3E"):
        status, _, body = request(address, "GET", f"/?{query}")
        assert status == 200 and b"nowhere" not in body


def test_a_websocket_is_closed(checkpoints):
    sent = []

    async def send(message):
        sent.append(message["type"])

    asyncio.run(gate(None, endpoints(checkpoints))({"type": "websocket"}, None, send))
    assert sent == ["websocket.close"]


# Headers of answers


def test_every_answer_has_the_headers_that_protect_a_browser(address):
    script = request(address, "GET", "/")[2].partition(b'src="./')[2].partition(b'"')[0].decode()
    assert HEADERS["X-Content-Type-Options"] == "nosniff" and HEADERS["Referrer-Policy"] == "same-origin"
    paths = {"/": 200, f"/{script}": 200, "/config": 200, "/theme.css": 200, "/docs": 404, "/static/none.js": 404}
    answers = {path: request(address, "GET", path) for path in paths}
    bodies = {json.dumps(QUESTION): 200, '{"data": [0, 0, 0, 0]}': 500, "x" * 10**5: 413}
    answers |= {body: request(address, "POST", RUN, body) for body in bodies}
    for name, expected in (paths | bodies).items():
        status, headers, _ = answers[name]
        assert status == expected, name
        assert HEADERS.items() <= {header.title(): value for header, value in headers.items()}.items(), name


def test_only_hugging_face_may_show_the_page_in_a_frame():
    policy = dict(part.strip().partition(" ")[::2] for part in HEADERS["Content-Security-Policy"].split(";"))
    sites = set(policy["frame-ancestors"].split())
    assert {"'self'", "https://huggingface.co", "https://*.huggingface.co", "https://*.hf.space"} <= sites
    assert not sites & {"*", "https:", "http:"}


# Headers of requests

INVALID_HOSTS = ["a:b", "a:65536", "a:99999", "[", "[::1", "a b", "-", ".", "a@b", "a/../b", "\x01", "x" * 300, ""]
VALID_HOSTS = ["a.hf.space", "127.0.0.1:65535", "[::1]:7860", "localhost:1"]


def kept(*headers):
    """The headers that the gate keeps, as a dict."""
    headers = [(name.encode(), value.encode()) for name, value in headers]
    keep_known_headers(headers)
    assert len(headers) == len(dict(headers))
    return {name.decode(): value.decode() for name, value in headers}


@pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
def test_an_invalid_host_is_dropped_and_the_default_is_localhost(name):
    for host in INVALID_HOSTS:
        assert kept((name, host)) == {"host": "localhost"}, host
    for host in VALID_HOSTS:
        assert kept((name, host)) == {"host": "localhost"} | {name: host}


def test_the_first_of_several_hosts_is_kept():
    assert kept(("host", "a"), ("x-forwarded-host", "b, c:b")) == {"host": "a", "x-forwarded-host": "b"}


def test_unknown_headers_and_the_second_of_a_known_one_are_dropped():
    headers = [("content-type", "text/html"), ("content-type", "application/json"), ("x-gradio-server", "http://a")]
    assert kept(*headers, ("host", "a"), ("cookie", "b")) == {"content-type": "text/html", "host": "a"}


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


@pytest.mark.parametrize("kinds", [("text/html", "application/json"), ("", "application/json")])
def test_the_first_content_type_counts(address, kinds):
    with closing(HTTPConnection(address.removeprefix("http://"), timeout=60)) as connection:
        connection.putrequest("POST", RUN)
        for kind in kinds:
            connection.putheader("Content-Type", kind)
        body = b'{"data": ["<script>1</script>"]}'
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        assert response.status == 415 and b"script" not in response.read()


# Sessions


@pytest.mark.parametrize("query", ["session_hash=ab&session_hash=a", "session_hash=ab&session_hash=", "session_hash="])
def test_a_stream_is_of_exactly_one_session(address, query):
    joined = json.dumps(QUESTION | {"fn_index": 0, "session_hash": "ab"})
    assert request(address, "POST", "/gradio_api/queue/join", joined)[0] == 200
    assert request(address, "GET", f"/gradio_api/queue/data?{query}")[0] == 404
    stream = request(address, "GET", "/gradio_api/queue/data?session_hash=ab&session_hash2=a")[2]
    assert b"process_completed" in stream


def test_all_run_requests_share_one_session(checkpoints):
    """Gradio needs milliseconds to create a session."""
    sessions = []

    async def app(scope, receive, send):
        sessions.append(json.loads((await receive())["body"])["session_hash"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})

    async def ask_all():
        app_behind_gate = gate(app, endpoints(checkpoints))
        with_session = {"type": "http.request", "body": json.dumps(QUESTION | {"session_hash": "ab"}).encode()}
        for message in (QUESTION_MESSAGE, QUESTION_MESSAGE, with_session):
            await send_request(app_behind_gate, "POST", RUN, message)

    asyncio.run(ask_all())
    assert len(sessions) == 3 and len(set(sessions)) == 1 and sessions[0] != "ab"


def test_gradio_client_gets_the_same_film(address, checkpoints):
    client = Client(address, verbose=False)
    film = draw_film(checkpoints, "generate", QUESTION["data"])
    assert client.predict(*QUESTION["data"], api_name="/generate") == film
