"""What may come in: a layer around Gradio's server that lets through what the page, gradio_client and scripts ask.

All else is refused with {"error": a text for the visitor} before Gradio sees it.
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

from gan.ui.gate_requests import SESSION, Refused, asking, leave_known_headers, read_question
from gan.ui.gate_sessions import Sessions, session_of
from gan.ui.texts import text

AT_ONCE = 1  # answers of a queue that are worked out at once
IN_FLIGHT = 128  # questions to a queue that are worked out or wait: a question each of so many visitors
STREAMS = 512  # connections that stay open to be told something: a page each of so many visitors
SECONDS = 5  # after which one who is told that the server is busy may come again

API = "/gradio_api"
PAGE = {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"}
PAGE |= {f"{API}/info", f"{API}/startup-events"}
HEARTBEAT = re.compile(rf"{API}/heartbeat/[\w-]{{1,64}}", re.ASCII)
FETCH = re.compile(rf"{API}/call/\w+/([\w-]{{1,64}})", re.ASCII)
FILES = re.compile(r"/(assets|static|studio)(/[\w@-][\w@.-]*)+", re.ASCII)

# Gradio's script makes functions of the page's own and sets styles; a Space shows the page in a frame, as a page on
# this machine may.
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


def guard(app: ASGIApp, endpoints: dict[str, list[Callable]]) -> ASGIApp:
    """The app behind the layer. endpoints: by queue, the functions that are asked by their names."""
    queues = {function.__name__: queue for queue, functions in endpoints.items() for function in functions}
    inputs = [list(inspect.signature(each).parameters) for functions in endpoints.values() for each in functions]
    named = dict(zip(queues, inputs, strict=True))
    turns = {queue: asyncio.Semaphore(AT_ONCE) for queue in endpoints}
    in_flight = dict.fromkeys(endpoints, 0)
    streams = asyncio.BoundedSemaphore(STREAMS)
    sessions = Sessions()
    ours = uuid4().hex  # one session for all of the page's questions: Gradio takes milliseconds to make one for each

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        leave_known_headers(scope["headers"])
        send, begun = _with_headers(send)
        try:
            await let_in(scope, receive, send)
        except Refused as refused:
            await JSONResponse({"error": str(refused)}, refused.status)(scope, receive, send)
        except Exception:
            if not begun:
                await JSONResponse({"error": text("error.server")}, 500)(scope, receive, send)
            raise

    async def let_in(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        if scope["method"] == "POST":
            await let_in_question(path, scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            raise Refused(404, text("server.closed"))
        elif path in PAGE or FILES.fullmatch(path):
            # What the page shows is in its address for the browser alone; Gradio would look pages of its own up by it.
            await app({**scope, "query_string": b""}, receive, send)
        elif streams.locked():
            raise Refused(503, text("server.busy"))
        else:
            async with streams:
                await let_listen(path, scope, receive, send)

    async def let_listen(path: str, scope: Scope, receive: Receive, send: Send) -> None:
        if HEARTBEAT.fullmatch(path):
            return await app({**scope, "query_string": b""}, receive, send)
        session = _listener(path, scope)
        with sessions.listens(_queue(scope), session):
            await app({**scope, "query_string": f"session_hash={session}".encode()}, receive, send)

    async def let_in_question(path: str, scope: Scope, receive: Receive, send: Send) -> None:
        kind, _, name = path.removeprefix(f"{API}/").partition("/")
        if kind in ("upload", "component_server") or path.startswith("/upload"):
            raise Refused(403, text("server.no-upload"))
        if (kind, name) != ("queue", "join") and not (kind in ("run", "call") and name in queues):
            raise Refused(404, text("server.closed"))
        question = await read_question(scope, receive, named, None if kind == "queue" else name)
        if kind == "run":
            question["session_hash"] = ours
        else:
            question.setdefault("session_hash", uuid4().hex)
            await sessions.admit(_queue(scope), question["session_hash"])
        scope, body = asking(scope, receive, question)
        if kind != "run":  # they wait in Gradio's own queue
            return await app(scope, body, send)
        queue = queues[name]
        if in_flight[queue] >= IN_FLIGHT:
            raise Refused(503, text("server.busy"))
        in_flight[queue] += 1
        answer: list[Message] = []
        try:
            async with turns[queue]:
                if not await _gone(receive):
                    await app(scope, body, _collect(answer))
        finally:
            in_flight[queue] -= 1
        for message in answer:  # one who is slow to read holds nobody up
            await send(message)

    return guarded


def _with_headers(send: Send) -> tuple[Send, list]:
    # `send` with HEADERS; and a list that is empty until the answer has begun.
    begun = []

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            begun.append(message["status"])
            headers = MutableHeaders(raw=message["headers"])
            headers.update(HEADERS)
            if message["status"] == 503:
                headers["Retry-After"] = str(SECONDS)
        await send(message)

    return sending, begun


def _collect(answer: list[Message]) -> Send:
    async def send(message: Message) -> None:
        answer.append(message)

    return send


async def _gone(receive: Receive) -> bool:
    # Whether who asked has closed the connection: told at once where that is so.
    message = asyncio.ensure_future(receive())
    await asyncio.sleep(0)
    if message.done():
        return message.result()["type"] == "http.disconnect"
    message.cancel()
    return False


def _queue(scope: Scope) -> Queue:
    return scope["app"].get_blocks()._queue


def _listener(path: str, scope: Scope) -> str | None:
    # The session whose answers a path fetches. Raises Refused where it is no such path.
    if path == f"{API}/queue/data":
        named = parse_qs(scope["query_string"].decode("latin-1"), keep_blank_values=True).get("session_hash", [])
        if len(named) != 1 or not SESSION.fullmatch(named[0]):
            raise Refused(404, text("server.no-answer"))
        return named[0]
    if not (event := FETCH.fullmatch(path)):
        raise Refused(404, text("server.closed"))
    return session_of(_queue(scope), event[1])
