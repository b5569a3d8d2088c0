"""Many open connections: those that wait for their clients make room for new ones."""

import asyncio
import resource
import socket
from contextlib import ExitStack, asynccontextmanager, closing, suppress

import pytest
import uvicorn
from helpers.raw_http import QUESTION, request
from helpers.serving import ROOT, ask, started

from gan.ui.connections import MAX_FILES, bound_connections, max_connections

LIMIT = 4
FILES = 256
GET = b"GET /%s HTTP/1.1\r\nhost: a\r\n\r\n"
STREAM, UNREAD = GET % b"stream", GET % b"unread"
WAITING = {  # what a client has sent that sends, or reads, nothing more
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nhost: a\r\n",
    "half a body": b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{",
    "a request that was answered": GET % b"",
    "a request for an answer that it does not read": UNREAD,
}


async def app(scope, receive, send):
    """Answer /stream with a stream without an end, /unread with more than a system buffers, all others at once."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": []})
    parts = {"/stream": [b"alive"], "/unread": [bytes(100_000)] * 500}.get(scope["path"], [])
    for part in parts:
        await send({"type": "http.response.body", "body": part, "more_body": True})
    if scope["path"] == "/stream":
        await receive()  # until the client leaves
    await send({"type": "http.response.body", "body": b""})


@asynccontextmanager
async def bounded_server():
    """A server of `app` with LIMIT connections. Yields an async function that connects and sends some bytes."""
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    config.load()
    server = uvicorn.Server(config)
    bound_connections(server, LIMIT)

    def count_unread():
        return sum(connection.flow.write_paused for connection in server.server_state.connections)

    async def connect(sent):
        """A connection's reader, once the server can do no more for it."""
        unread = count_unread()
        reader, writer = await asyncio.open_connection(*listener.getsockname(), limit=1000)
        writers.append(writer)
        writer.write(sent)
        while sent == UNREAD and count_unread() == unread:
            await asyncio.sleep(0)
        if sent in (WAITING["a request that was answered"], STREAM):
            assert b" 200 " in await reader.readline()
        return reader

    writers = []
    listener = socket.create_server(("127.0.0.1", 0))
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield connect
    finally:
        for writer in writers:
            writer.transport.abort()
        server.should_exit = True
        await serving


async def end(reader):
    """Wait until the server closes a connection."""
    with suppress(ConnectionError):
        async with asyncio.timeout(60):
            await reader.read()


@pytest.mark.parametrize("sent", WAITING)
def test_a_new_connection_closes_the_one_that_waits_longest_for_its_client(sent):
    async def crowd():
        async with bounded_server() as connect:
            readers = [await connect(STREAM)] + [await connect(WAITING[sent]) for _ in range(LIMIT - 1)]
            await connect(GET % b"")  # answered
            ends = [asyncio.create_task(end(reader)) for reader in readers]
            await asyncio.wait(ends, timeout=10, return_when=asyncio.FIRST_COMPLETED)
            return [task.done() for task in ends]

    assert asyncio.run(crowd()) == [False, True, False, False]


def test_if_all_are_being_answered_the_new_connection_is_closed():
    async def crowd():
        async with bounded_server() as connect:
            streams = [asyncio.create_task(end(await connect(STREAM))) for _ in range(LIMIT)]
            await end(await connect(b""))
            return any(task.done() for task in streams)

    assert not asyncio.run(crowd())


def test_the_log_says_it_once(capsys):
    async def crowd():
        async with bounded_server() as connect:
            readers = [await connect(b"") for _ in range(3 * LIMIT)]
            await end(readers[LIMIT])

    asyncio.run(crowd())
    (line,) = capsys.readouterr().err.splitlines()
    assert str(LIMIT) in line


@pytest.mark.parametrize(("hard", "files"), [(256, 256), (10**6, MAX_FILES), (resource.RLIM_INFINITY, MAX_FILES)])
def test_half_of_the_files_that_the_system_allows_may_be_connections(monkeypatch, hard, files):
    limits = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: (64, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: limits.append(pair))
    assert max_connections() == files // 2
    assert limits == [(files, hard)]


def test_a_system_without_a_limit_of_files_has_a_bound_too(monkeypatch):
    monkeypatch.setattr("gan.ui.connections.resource", None)
    assert max_connections() == MAX_FILES // 2


@pytest.mark.slow
def test_more_silent_connections_than_files_leave_the_page_usable(checkpoints, tmp_path):
    program = tmp_path / "limited.py"
    program.write_text(
        f"import os, resource, sys\nresource.setrlimit(resource.RLIMIT_NOFILE, ({FILES}, {FILES}))\n"
        f"os.execv(sys.executable, [sys.executable, {str(ROOT / 'app.py')!r}])"
    )
    half = b"POST /gradio_api/run/generate HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n{"
    with ExitStack() as clients, started(checkpoints, program=program) as (_, address):
        film = ask(address, "generate", QUESTION["data"])  # PyTorch is loaded
        host, port = address.removeprefix("http://").split(":")
        for sent in [b"", half] * FILES:
            client = clients.enter_context(closing(socket.create_connection((host, int(port)))))
            client.send(sent)
        assert request(address, "GET", "/")[0] == 200
        assert ask(address, "generate", QUESTION["data"]) == film
