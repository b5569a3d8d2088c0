"""The gate: a layer around Gradio's server that lets in only what the page, gradio_client and scripts need.

Every other request is refused with {"error": a text for the visitor} before Gradio sees it.
"""

import asyncio
import inspect
import re
from collections.abc import Callable
from urllib.parse import parse_qs
from uuid import uuid4

from gradio.queueing import Queue
from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.gate_requests import SESSION, RefusedError, keep_known_headers, read_question, replace_body
from gan.ui.gate_sessions import Sessions, session_of
from gan.ui.texts import text

CONCURRENCY = 1  # requests that a queue answers at the same time
MAX_IN_FLIGHT = 128  # requests per queue that are being answered or wait
MAX_STREAMS = 512  # open event streams, one for each open page
RETRY_AFTER = 5  # seconds, in answers with status 503

API = "/gradio_api"
PAGE = {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"}
PAGE |= {f"{API}/info", f"{API}/startup-events"}
HEARTBEAT = re.compile(rf"{API}/heartbeat/[\w-]{{1,64}}", re.ASCII)
FETCH = re.compile(rf"{API}/call/\w+/([\w-]{{1,64}})", re.ASCII)
FILES = re.compile(r"/(assets|static|studio)(/[\w@-][\w@.-]*)+", re.ASCII)

# Gradio's script creates functions from strings and sets styles. A Space shows the page in a frame of huggingface.co.
POLICY = """
default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';
img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:;
object-src 'none'; base-uri 'self'; form-action 'self';
frame-ancestors 'self' https://huggingface.co https://*.huggingface.co https://*.hf.space
http://127.0.0.1:* http://localhost:*
"""
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Content-Security-Policy": " ".join(POLICY.split()),
}


def gate(app: ASGIApp, endpoints: dict[str, list[Callable]]) -> ASGIApp:
    """Wrap the app in the gate. endpoints: the functions that answer, by queue."""
    queues = {function.__name__: queue for queue, functions in endpoints.items() for function in functions}
    signatures = [list(inspect.signature(each).parameters) for functions in endpoints.values() for each in functions]
    inputs = dict(zip(queues, signatures, strict=True))
    turns = {queue: asyncio.Semaphore(CONCURRENCY) for queue in endpoints}
    in_flight = dict.fromkeys(endpoints, 0)
    streams = asyncio.BoundedSemaphore(MAX_STREAMS)
    sessions = Sessions()
    page_session = uuid4().hex  # shared by all /run requests: Gradio needs milliseconds to create a session

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        keep_known_headers(scope["headers"])
        send, started = _add_headers(send)
        try:
            await route(scope, receive, send)
        except RefusedError as refused:
            await JSONResponse({"error": str(refused)}, refused.status)(scope, receive, send)
        except Exception:
            if not started:
                await JSONResponse({"error": text("error.server")}, 500)(scope, receive, send)
            raise

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["method"] == "POST":
            await route_question(path, scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            raise RefusedError(404, text("server.closed"))
        elif path in PAGE or FILES.fullmatch(path):
            # Only the browser reads the page's query. Gradio would look up pages of its own by it.
            await app({**scope, "query_string": b""}, receive, send)
        elif streams.locked():
            raise RefusedError(503, text("server.busy"))
        else:
            async with streams:
                await route_stream(path, scope, receive, send)

    async def route_stream(path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if HEARTBEAT.fullmatch(path):
            return await app({**scope, "query_string": b""}, receive, send)
        session = _session_of_stream(path, scope)
        with sessions.listens(_queue(scope), session):
            await app({**scope, "query_string": f"session_hash={session}".encode()}, receive, send)

    async def route_question(path: str, scope: Scope, receive: Receive, send: Send) -> None:
        kind, _, name = path.removeprefix(f"{API}/").partition("/")
        if kind in ("upload", "component_server") or path.startswith("/upload"):
            raise RefusedError(403, text("server.no-upload"))
        if (kind, name) != ("queue", "join") and not (kind in ("run", "call") and name in queues):
            raise RefusedError(404, text("server.closed"))
        question = await read_question(scope, receive, inputs, None if kind == "queue" else name)
        if kind == "run":
            question["session_hash"] = page_session
        else:
            question.setdefault("session_hash", uuid4().hex)
            await sessions.admit(_queue(scope), question["session_hash"])
        scope, body = replace_body(scope, receive, question)
        if kind != "run":  # these wait in Gradio's own queue
            return await app(scope, body, send)
        queue = queues[name]
        if in_flight[queue] >= MAX_IN_FLIGHT:
            raise RefusedError(503, text("server.busy"))
        in_flight[queue] += 1
        answer: list[Message] = []
        try:
            async with turns[queue]:
                if not await _is_disconnected(receive):
                    await app(scope, body, _collect(answer))
        finally:
            in_flight[queue] -= 1
        for message in answer:  # sent after the turn, so that a slow client does not block the queue
            await send(message)

    return handle


def _add_headers(send: Send) -> tuple[Send, list]:
    # A `send` that adds HEADERS, and a list that is empty until the answer has started.
    started = []

    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            started.append(message["status"])
            headers = MutableHeaders(raw=message["headers"])
            headers.update(HEADERS)
            if message["status"] == 503:
                headers["Retry-After"] = str(RETRY_AFTER)
        await send(message)

    return send_with_headers, started


def _collect(answer: list[Message]) -> Send:
    async def send(message: Message) -> None:
        answer.append(message)

    return send


async def _is_disconnected(receive: Receive) -> bool:
    # `receive` returns at once if the client has closed the connection.
    message = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    if message.done():
        return message.result()["type"] == "http.disconnect"
    message.cancel()
    return False


def _queue(scope: Scope) -> Queue:
    return scope["app"].get_blocks()._queue


def _session_of_stream(path: str, scope: Scope) -> str | None:
    # The session whose answers a path fetches. Raises RefusedError for any other path.
    if path == f"{API}/queue/data":
        names = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("session_hash", [])
        if len(names) != 1 or not SESSION.fullmatch(names[0]):
            raise RefusedError(404, text("server.no-answer"))
        return names[0]
    if not (event := FETCH.fullmatch(path)):
        raise RefusedError(404, text("server.closed"))
    return session_of(_queue(scope), event[1])
