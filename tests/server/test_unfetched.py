"""The answers that Gradio keeps for gradio_client until they are fetched."""

import json

from gradio.server_messages import EstimationMessage, ProcessCompletedMessage
from helpers.raw_http import QUESTION, request

from gan.ui.texts import text
from gan.ui.unfetched import Unfetched


def completed(size):
    return ProcessCompletedMessage(output={"data": ["x" * size]}, success=True, event_id="e")


def test_the_oldest_unfetched_answers_become_errors_when_all_exceed_the_limit(monkeypatch):
    monkeypatch.setattr("gan.ui.unfetched.MAX_BYTES", 3000)
    unfetched = Unfetched({})
    for session in "abc":
        unfetched[session] = None
        unfetched[session].put_nowait(completed(1000))
    assert unfetched["a"].get_nowait().output == {"error": text("server.no-answer")}
    assert unfetched["b"].get_nowait().success and unfetched["c"].get_nowait().success
    unfetched["a"].put_nowait(completed(2000))  # fetched answers do not count
    assert unfetched["a"].get_nowait().success


def test_messages_come_in_order():
    unfetched = Unfetched({})
    unfetched["a"] = None
    messages = [EstimationMessage(queue_size=1, rank=0), completed(1), completed(2)]
    for message in messages:
        unfetched["a"].put_nowait(message)
    assert [unfetched["a"].get_nowait() for _ in messages] == messages


def test_events_of_sessions_that_are_gone_are_deleted():
    events = {"gone": set(), "a": {"e"}}
    unfetched = Unfetched(events)
    unfetched["a"] = None
    assert events == {"a": {"e"}}


def test_an_answer_is_fetched_once_in_two_steps(address):
    event = json.loads(request(address, "POST", "/gradio_api/call/generate", json.dumps(QUESTION))[2])["event_id"]
    status, _, stream = request(address, "GET", f"/gradio_api/call/generate/{event}")
    assert status == 200 and b"event: complete" in stream
    assert request(address, "GET", f"/gradio_api/call/generate/{event}")[0] == 404
