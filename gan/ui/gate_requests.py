"""Read a request: its headers, and from its body the values for one endpoint."""

import asyncio
import json
import re

from starlette.types import Message, Receive, Scope

from gan.ui.texts import text

MAX_BYTES = 64_000  # of a body
MAX_DEPTH = 8  # of nested lists
BODY_TIMEOUT = 30  # seconds
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
HEADERS = {b"accept", b"accept-encoding", b"connection", b"content-length", b"content-type", b"host", b"if-none-match"}
HEADERS |= {b"origin", b"transfer-encoding", b"x-forwarded-host", b"x-forwarded-proto"}
HOST = re.compile(rb"([A-Za-z0-9][\w.-]{0,252}|\[[0-9a-fA-F:]{2,39}\])(?::(\d{1,5}))?", re.ASCII)


class RefusedError(Exception):
    """A request that is refused, with an HTTP status and a text for the visitor."""

    def __init__(self, status: int, message: str):
        super().__init__(message)
        self.status = status


def keep_known_headers(headers: list[tuple[bytes, bytes]]) -> None:
    """Keep the first of each header that Gradio needs. Changes the list in place, because outer layers share it.

    Drops invalid host headers, because Gradio builds URLs from them; the default host is localhost.
    """
    first: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in HEADERS:
            first.setdefault(name, value)
    for name in (b"host", b"x-forwarded-host"):
        host = first.pop(name, b"").partition(b",")[0].strip()
        if (match := HOST.fullmatch(host)) and int(match[2] or 0) < 2**16:
            first[name] = host
    first.setdefault(b"host", b"localhost")
    headers[:] = first.items()


async def read_question(scope: Scope, receive: Receive, inputs: dict[str, list[str]], name: str | None) -> dict:
    """Read the body of a request to the endpoint `name`, or, if it is None, to the one with the index fn_index.

    inputs: the names of each endpoint's inputs. Returns `data`, a list with a value for each input, of any type except
    objects; without a name also fn_index and session_hash. Raises RefusedError.
    """
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            asked = _parse(await _read_body(scope, receive))
    except TimeoutError:
        raise RefusedError(408, text("server.body")) from None
    question = {"data": asked["data"]}
    if name is None:
        index, session = asked.get("fn_index"), asked.get("session_hash")
        if type(index) is not int or not 0 <= index < len(inputs):
            raise RefusedError(422, text("server.whole", name="fn_index", low=0, high=len(inputs) - 1))
        if type(session) is not str or not SESSION.fullmatch(session):
            raise RefusedError(422, text("server.session"))
        name = list(inputs)[index]
        question |= {"fn_index": index, "session_hash": session}
    if len(question["data"]) != len(inputs[name]):
        names = ", ".join(inputs[name]) or "-"
        raise RefusedError(422, text("server.inputs", name=name, count=len(inputs[name]), inputs=names))
    return question


def replace_body(scope: Scope, receive: Receive, question: dict) -> tuple[Scope, Receive]:
    """The same request with only the question in its body."""
    body = json.dumps(question).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    headers = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"transfer-encoding")]

    async def receive_question() -> Message:
        return messages.pop() if messages else await receive()

    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, receive_question


async def _read_body(scope: Scope, receive: Receive) -> bytes:
    headers = dict(scope["headers"])
    if int(headers.get(b"content-length", b"0")) > MAX_BYTES:
        raise RefusedError(413, text("server.large", most=MAX_BYTES))
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
        raise RefusedError(415, text("server.body"))
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MAX_BYTES:
            raise RefusedError(413, text("server.large", most=MAX_BYTES))
    return body


def _parse(body: bytes) -> dict:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(422, text("server.body")) from None
    if type(asked) is not dict or type(asked.get("data")) is not list or not _is_plain(asked["data"], MAX_DEPTH):
        raise RefusedError(422, text("server.body"))
    return asked


def _is_plain(value: object, depth: int) -> bool:
    # No objects: Gradio takes some of them for files.
    if type(value) is list:
        return depth > 0 and all(_is_plain(each, depth - 1) for each in value)
    return type(value) is not dict
