"""What is refused before Gradio's own endpoints see it: two-step calls and gradio_client's queue."""

import asyncio
import json
from pathlib import Path

import pytest
from gradio_client import Client
from helpers.raw_http import QUESTION, key_of, request
from starlette.requests import Request

from gan.ui.answers import Answers
from gan.ui.endpoints import endpoints
from gan.ui.gradio_check import MAX_EVENTS, check_question
from gan.ui.render import draw_film
from gan.ui.texts import NoteError

CALL, JOIN = "/gradio_api/call/generate", "/gradio_api/queue/join"
QUEUED = QUESTION | {"fn_index": 0, "session_hash": "a"}
FILE = {"path": "/etc/passwd", "meta": {"_type": "gradio.FileData"}}
WRONG_QUESTIONS = [
    (CALL, {"data": [FILE, 2, 7, 4]}, "server.body"),
    (CALL, {"data": ["mlp", 2, 7, [[FILE]]]}, "server.body"),
    (CALL, {"data": ["mlp", 2, 7, 4], "batched": True}, "server.body"),
    (CALL, {"data": ["mlp", 2, 7]}, "server.inputs"),
    (CALL, [], "server.body"),
    ("/gradio_api/call/v2/generate", {"model": FILE}, "server.body"),
    ("/gradio_api/call/v2/generate", {"modell": "mlp"}, "server.keys"),
    ("/gradio_api/call/v2/generate", {"data": ["mlp", 2, 7, 4]}, "server.keys"),
    ("/gradio_api/call/v2/catalogue", {"model": "mlp"}, "server.keys"),
    ("/gradio_api/call/nothing", {"data": []}, "server.closed"),
    (JOIN, QUEUED | {"fn_index": 99}, "server.whole"),
    (JOIN, QUEUED | {"fn_index": True}, "server.whole"),
    *[(JOIN, QUEUED | {"session_hash": session}, "server.session") for session in ("", None, ["a"], "a b", "a" * 65)],
    (JOIN, QUEUED | {"event_data": FILE}, "server.body"),
    (JOIN, QUEUED | {"trigger_id": "a"}, "server.body"),
]


@pytest.mark.parametrize(("path", "body", "key"), WRONG_QUESTIONS)
def test_a_question_that_gradio_would_fail_on_is_refused(address, path, body, key):
    status, _, answer = request(address, "POST", path, json.dumps(body))
    assert status in (404, 422) and key_of(answer) == key


def test_a_question_to_gradio_that_is_not_declared_as_json_is_refused(address):
    status, _, answer = request(address, "POST", CALL, json.dumps(QUESTION), {"content-type": "text/plain"})
    assert status == 422 and key_of(answer) == "server.body"


def test_the_unfetched_events_of_a_session_are_bounded():
    async def ask(events):
        async def receive():
            return {"type": "http.request", "body": json.dumps(QUEUED).encode()}

        headers = [(b"content-type", b"application/json")]
        scope = {"type": "http", "path": JOIN, "path_params": {}, "headers": headers}
        await check_question(Request(scope, receive), Answers(endpoints(Path("none")), Path("none")), events)

    asyncio.run(ask({"a": set(range(MAX_EVENTS - 1)), "b": set(range(MAX_EVENTS))}))
    with pytest.raises(NoteError) as error:
        asyncio.run(ask({"a": set(range(MAX_EVENTS))}))
    assert error.value.note["key"] == "server.unfetched"


@pytest.mark.parametrize("path", ["/gradio_api/queue/data?session_hash=ab", f"{CALL}/0123abc"])
def test_a_stream_without_an_answer_to_fetch_is_refused(address, path):
    status, _, answer = request(address, "GET", path)
    assert status == 404 and key_of(answer) == "server.no-answer"


def test_gradio_client_gets_the_same_film(address, checkpoints):
    client = Client(address, verbose=False)
    film = draw_film(checkpoints, "generate", QUESTION["data"])
    assert client.predict(*QUESTION["data"], api_name="/generate") == film
