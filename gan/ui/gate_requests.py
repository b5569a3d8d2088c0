"""What is asked over HTTP, read from a body: a list of values for one endpoint, and no more than Gradio needs."""

import asyncio
import json
import re

from starlette.types import Message, Receive, Scope

from gan.ui.texts import text

MOST_BYTES = 64_000  # of a body
MOST_DEPTH = 8  # lists within each other
SECONDS = 30  # that a body may take to come
SESSION = re.compile(r"[\w-]{1,64}", re.ASCII)
HEADERS = {b"accept", b"accept-encoding", b"connection", b"content-length", b"content-type", b"host", b"if-none-match"}
HEADERS |= {b"origin", b"transfer-encoding", b"x-forwarded-host", b"x-forwarded-proto"}
HOST = re.compile(rb"([A-Za-z0-9][\w.-]{0,252}|\[[0-9a-fA-F:]{2,39}\])(?::(\d{1,5}))?", re.ASCII)


class Refused(Exception):
    """A status, and the text that says why."""

    def __init__(self, status: int, text: str):
        super().__init__(text)
        self.status = status


def leave_known_headers(headers: list[tuple[bytes, bytes]]) -> None:
    """Leave the first of each header that Gradio needs, in place: the layers around the caller see the same list.

    What names a host has to be one, for Gradio makes addresses of it. Where none is left there is one all the same.
    """
    first: dict[bytes, bytes] = {}
    for name, value in headers:
        if name in HEADERS:
            first.setdefault(name, value)
    for name in (b"host", b"x-forwarded-host"):
        host = first.pop(name, b"").partition(b",")[0].strip()
        if (found := HOST.fullmatch(host)) and int(found[2] or 0) < 2**16:
            first[name] = host
    first.setdefault(b"host", b"localhost")
    headers[:] = first.items()


async def read_question(scope: Scope, receive: Receive, named: dict[str, list[str]], name: str | None) -> dict:
    """The body of a request that asks the endpoint `name`, or the one that its fn_index is the place of.

    named: the inputs of every endpoint. Gives `data`, a value for each input, of any kind but objects; for no
    `name` fn_index and session_hash too. Raises Refused.
    """
    try:
        async with asyncio.timeout(SECONDS):
            asked = _parsed(await _body(scope, receive))
    except TimeoutError:
        raise Refused(408, text("server.body")) from None
    question = {"data": asked["data"]}
    if name is None:
        place, session = asked.get("fn_index"), asked.get("session_hash")
        if type(place) is not int or not 0 <= place < len(named):
            raise Refused(422, text("server.whole", name="fn_index", low=0, high=len(named) - 1))
        if type(session) is not str or not SESSION.fullmatch(session):
            raise Refused(422, text("server.session"))
        name = list(named)[place]
        question |= {"fn_index": place, "session_hash": session}
    if len(question["data"]) != len(named[name]):
        inputs = ", ".join(named[name]) or "-"
        raise Refused(422, text("server.inputs", name=name, count=len(named[name]), inputs=inputs))
    return question


def asking(scope: Scope, receive: Receive, question: dict) -> tuple[Scope, Receive]:
    """The same request with nothing but the question in its body."""
    body = json.dumps(question).encode()
    messages = [{"type": "http.request", "body": body, "more_body": False}]
    headers = [pair for pair in scope["headers"] if pair[0] not in (b"content-length", b"transfer-encoding")]

    async def again() -> Message:
        return messages.pop() if messages else await receive()

    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}, again


async def _body(scope: Scope, receive: Receive) -> bytes:
    headers = dict(scope["headers"])
    if int(headers.get(b"content-length", b"0")) > MOST_BYTES:
        raise Refused(413, text("server.large", most=MOST_BYTES))
    if headers.get(b"content-type", b"").partition(b";")[0].strip().lower() != b"application/json":
        raise Refused(415, text("server.body"))
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            raise Refused(413, text("server.large", most=MOST_BYTES))
    return body


def _parsed(body: bytes) -> dict:
    try:
        asked = json.loads(body)
    except (ValueError, RecursionError):
        raise Refused(422, text("server.body")) from None
    if type(asked) is not dict or type(asked.get("data")) is not list or not _plain(asked["data"], MOST_DEPTH):
        raise Refused(422, text("server.body"))
    return asked


def _plain(value: object, levels: int) -> bool:
    # Without objects, of which Gradio takes some for files.
    if type(value) is list:
        return levels > 0 and all(_plain(each, levels - 1) for each in value)
    return type(value) is not dict
