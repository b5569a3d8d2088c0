"""Many visitors at once, visitors who leave, and requests that never end."""

import asyncio
import json
import socket
import time
from pathlib import Path

import httpx
import pytest
from helpers.gates import DISCONNECT, QUESTION_MESSAGE, WaitingApp, send_request
from helpers.raw_http import QUESTION, RUN
from helpers.serving import ROOT, ask, serving

from gan.ui.endpoints import endpoints
from gan.ui.gate import MAX_IN_FLIGHT, RETRY_AFTER, gate
from gan.ui.render import draw_film

LARGEST = ["dcgan", 1, 7, 8, 120, "slerp"]


def test_requests_in_flight_are_bounded_and_the_others_get_503_at_once(tmp_path):
    running, largest = 0, 0
    release = asyncio.Event()

    async def slow(scope, receive, send):
        nonlocal running, largest
        if scope["path"] == RUN:
            running += 1
            largest = max(largest, running)
            await release.wait()
            running -= 1
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def crowd():
        app = gate(slow, endpoints(tmp_path))
        asked = [
            asyncio.create_task(send_request(app, "POST", RUN, QUESTION_MESSAGE)) for _ in range(MAX_IN_FLIGHT + 3)
        ]
        refused, waiting = await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
        assert [task.result()["status"] for task in refused] == [503] * 3
        retry_after = b"retry-after", str(RETRY_AFTER).encode()
        assert all(retry_after in task.result()["headers"] for task in refused)
        empty = {"type": "http.request", "body": json.dumps({"data": []}).encode()}
        other = await send_request(app, "POST", "/gradio_api/run/catalogue", empty)  # of another queue
        assert other["status"] == 200 and retry_after not in other["headers"]
        release.set()
        assert {answer["status"] for answer in await asyncio.gather(*waiting)} == {200}
        assert (await send_request(app, "POST", RUN, QUESTION_MESSAGE))["status"] == 200

    asyncio.run(crowd())
    assert largest == 1


def test_nothing_is_drawn_for_a_visitor_who_left(tmp_path):
    async def crowd():
        waiting = WaitingApp()
        app = gate(waiting, endpoints(tmp_path))
        first = asyncio.create_task(send_request(app, "POST", RUN, QUESTION_MESSAGE))
        await asyncio.sleep(0)
        left = [
            asyncio.create_task(send_request(app, "POST", RUN, QUESTION_MESSAGE, DISCONNECT))
            for _ in range(MAX_IN_FLIGHT - 1)
        ]
        await asyncio.sleep(0)
        waiting.release.set()
        assert (await first)["status"] == 200
        assert await asyncio.gather(*left) == [{}] * len(left)
        assert (await send_request(app, "POST", RUN, QUESTION_MESSAGE))["status"] == 200
        return waiting.paths

    assert asyncio.run(crowd()) == [RUN, RUN]


def test_a_body_that_never_ends_gets_408(tmp_path, monkeypatch):
    monkeypatch.setattr("gan.ui.gate_requests.BODY_TIMEOUT", 0.01)
    app = gate(WaitingApp(), endpoints(tmp_path))
    answer = asyncio.run(send_request(app, "POST", RUN, QUESTION_MESSAGE | {"more_body": True}))
    assert answer["status"] == 408


def test_open_streams_are_bounded(tmp_path, monkeypatch):
    monkeypatch.setattr("gan.ui.gate.MAX_STREAMS", 2)

    async def crowd():
        waiting = WaitingApp()
        app = gate(waiting, endpoints(tmp_path))
        streams = [asyncio.create_task(send_request(app, "GET", f"/gradio_api/heartbeat/{n}")) for n in range(2)]
        await asyncio.sleep(0)
        assert (await send_request(app, "GET", "/gradio_api/heartbeat/3"))["status"] == 503
        waiting.release.set()
        assert [answer["status"] for answer in await asyncio.gather(*streams)] == [200, 200]
        return await send_request(app, "GET", "/gradio_api/heartbeat/3")

    assert asyncio.run(crowd())["status"] == 200


CONNECTIONS = Path("/proc/net/tcp")


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="only Linux has this timeout")
def test_a_client_that_reads_nothing_is_disconnected(checkpoints, tmp_path):
    program = tmp_path / "short_timeout.py"
    program.write_text(
        f"import runpy, sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom gan.ui import server\n"
        f"server.UNREAD_TIMEOUT = 2000\nrunpy.run_path({str(ROOT / 'app.py')!r}, run_name='__main__')\n"
    )
    with serving(checkpoints, program=program) as address, socket.socket() as client:
        ask(address, "catalogue", [])  # the answer comes after the options of the sockets are set
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(60)
        client.connect(("127.0.0.1", int(address.rpartition(":")[2])))
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 200)  # the answers exceed the system's buffers
        ends = [f"{port:04X}" for port in (client.getpeername()[1], client.getsockname()[1])]

        def is_open():
            rows = [line.split() for line in CONNECTIONS.read_text().splitlines()[1:]]
            return any([end.rpartition(":")[2] for end in row[1:3]] == ends for row in rows)

        assert is_open()
        end = time.monotonic() + 60
        while is_open():
            assert time.monotonic() < end
        assert httpx.get(address).status_code == 200


@pytest.mark.slow
def test_the_page_and_the_catalogue_answer_while_many_ask_for_the_largest_film(address, checkpoints):
    film = draw_film(checkpoints, "interpolate", LARGEST)
    limits = httpx.Limits(max_connections=None)

    async def crowd():
        async with httpx.AsyncClient(base_url=address, timeout=300, limits=limits) as client:

            def ask_for_largest():
                return client.post("/gradio_api/run/interpolate", json={"data": LARGEST})

            asked = [asyncio.create_task(ask_for_largest()) for _ in range(2 * MAX_IN_FLIGHT)]
            await asyncio.wait(asked, timeout=60, return_when=asyncio.FIRST_COMPLETED)
            other = [await client.get("/"), await client.post("/gradio_api/run/catalogue", json={"data": []})]
            assert not all(task.done() for task in asked)
            return other, await asyncio.gather(*asked)

    other, answers = asyncio.run(crowd())
    assert [answer.status_code for answer in other] == [200, 200] and other[1].json()["data"][0]["models"]
    assert {answer.status_code for answer in answers} == {200, 503}
    for answer in answers:
        if answer.status_code == 200:
            assert answer.json()["data"] == [film]
        else:
            assert answer.headers["retry-after"] and answer.json()["error"]
    assert ask(address, "generate", QUESTION["data"]) == draw_film(checkpoints, "generate", QUESTION["data"])
