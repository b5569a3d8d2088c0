"""Many who ask at once, who leave, or who do not end: the layer around the server, and python app.py as a process."""

import asyncio
import json
import socket
import time
from pathlib import Path

import httpx
import pytest
from helpers.serving import ROOT, ask, serving

from gan.ui.gate import IN_FLIGHT, guard
from gan.ui.page import endpoints
from gan.ui.render import draw_film

RUN = "/gradio_api/run/generate"
GOOD = {"data": ["mlp", 2, 7, 4]}
LARGEST = ["dcgan", 1, 7, 8, 120, "slerp"]


@pytest.fixture(scope="module")
def address(checkpoints):
    with serving(checkpoints) as address:
        yield address


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


class Told:
    """An app that notes what it is asked, and answers nothing until it is let."""

    def __init__(self):
        self.asked, self.let = [], asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.asked.append(scope["path"])
        await self.let.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def asked(layer, method, path, *messages):
    """The status of an answer to a request whose body comes as these messages, and no more; None for no answer."""
    left, statuses = list(messages), []

    async def receive():
        return left.pop(0) if left else await asyncio.Event().wait()

    async def send(message):
        statuses.append(message.get("status"))

    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "query_string": b"",
        "headers": [(b"content-type", b"application/json")],
    }
    await layer(scope, receive, send)
    return statuses[0] if statuses else None


WHOLE = {"type": "http.request", "body": json.dumps(GOOD).encode()}
GONE = {"type": "http.disconnect"}


def test_nothing_is_drawn_for_those_who_have_gone(checkpoints):
    async def crowd():
        app = Told()
        layer = guard(app, endpoints(checkpoints))
        first = asyncio.create_task(asked(layer, "POST", RUN, WHOLE))
        await asyncio.sleep(0)
        left = [asyncio.create_task(asked(layer, "POST", RUN, WHOLE, GONE)) for _ in range(IN_FLIGHT - 1)]
        await asyncio.sleep(0)
        app.let.set()
        assert await first == 200
        assert await asyncio.gather(*left) == [None] * len(left)
        assert await asked(layer, "POST", RUN, WHOLE) == 200
        return app.asked

    assert asyncio.run(crowd()) == [RUN, RUN]


def test_a_body_that_never_ends_is_given_up(checkpoints, monkeypatch):
    monkeypatch.setattr("gan.ui.questions.SECONDS", 0.01)
    layer = guard(Told(), endpoints(checkpoints))
    assert asyncio.run(asked(layer, "POST", RUN, WHOLE | {"more_body": True})) == 408


CONNECTIONS = Path("/proc/net/tcp")


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="what is not read is cut off on Linux alone")
def test_one_who_reads_nothing_is_cut_off(checkpoints, tmp_path):
    program = tmp_path / "impatient.py"
    program.write_text(
        f"import runpy, sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom gan.ui import server\nserver.UNREAD = 200\n"
        f"runpy.run_path({str(ROOT / 'app.py')!r}, run_name='__main__')\n"
    )
    with serving(checkpoints, program=program) as address, socket.socket() as client:
        ask(address, "catalogue", [])  # answered seconds after the server's sockets are set
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect(("127.0.0.1", int(address.rpartition(":")[2])))
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 200)  # more than the system keeps for it
        ends = [f"{port:04X}" for port in (client.getpeername()[1], client.getsockname()[1])]

        def is_open():
            rows = [line.split() for line in CONNECTIONS.read_text().splitlines()[1:]]
            return any([end.rpartition(":")[2] for end in row[1:3]] == ends for row in rows)

        assert is_open()
        end = time.monotonic() + 60
        while is_open():
            assert time.monotonic() < end
        assert httpx.get(address).status_code == 200


def test_so_many_may_listen_at_once(checkpoints, monkeypatch):
    monkeypatch.setattr("gan.ui.guard.STREAMS", 2)

    async def crowd():
        app = Told()
        layer = guard(app, endpoints(checkpoints))
        listening = [asyncio.create_task(asked(layer, "GET", f"/gradio_api/heartbeat/{n}")) for n in range(2)]
        await asyncio.sleep(0)
        assert await asked(layer, "GET", "/gradio_api/heartbeat/3") == 503
        app.let.set()
        assert await asyncio.gather(*listening) == [200, 200]
        return await asked(layer, "GET", "/gradio_api/heartbeat/3")

    assert asyncio.run(crowd()) == 200


def test_many_who_ask_the_largest_film_leave_the_page_to_another_visitor(address, checkpoints):
    film = draw_film(checkpoints, "interpolate", LARGEST)
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
    assert ask(address, "generate", GOOD["data"]) == draw_film(checkpoints, "generate", GOOD["data"])
