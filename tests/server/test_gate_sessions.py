"""What the gate keeps of sessions, over a stand-in for Gradio's queue."""

import asyncio
from collections import defaultdict
from types import SimpleNamespace

import pytest

from gan.ui.gate_requests import RefusedError
from gan.ui.gate_sessions import MAX_PENDING, MAX_SESSIONS, Sessions


class Queue:
    """The part of Gradio's queue that sessions use."""

    max_size = 128

    def __init__(self):
        self.event_ids_to_events = {}
        self.pending_event_ids_session = defaultdict(set)
        self.pending_messages_per_session = defaultdict(list)

    def __len__(self):
        return 0

    async def clean_events(self, session_hash):
        pass

    def ask(self, session, event):
        self.event_ids_to_events[event] = SimpleNamespace(session_hash=session)
        self.pending_event_ids_session[session].add(event)
        self.pending_messages_per_session[session].append(event)


@pytest.fixture
def queue():
    return Queue()


@pytest.fixture
def full(queue):
    """As many sessions as are kept, each with one question."""
    sessions = Sessions()
    for number in range(MAX_SESSIONS):
        asyncio.run(sessions.admit(queue, f"s{number}"))
        queue.ask(f"s{number}", f"e{number}")
    return sessions


def status_of_refusal(sessions, queue, session):
    with pytest.raises(RefusedError) as error:
        asyncio.run(sessions.admit(queue, session))
    return error.value.status


def test_a_new_session_evicts_the_oldest_session_with_no_open_stream(full, queue):
    asyncio.run(full.admit(queue, "s0"))  # it asked again, so it is the newest
    with full.listens(queue, "s1"):
        asyncio.run(full.admit(queue, "new"))
    assert "s2" not in queue.pending_event_ids_session and "e2" not in queue.event_ids_to_events
    assert {"s0", "s1", "new"} <= full.asked.keys() and len(full.asked) == MAX_SESSIONS


def test_a_session_with_a_stream_but_no_pending_answer_is_evicted(full, queue):
    full.listening.update(list(full.asked))
    queue.pending_event_ids_session["s7"].clear()  # another stream fetched its answers
    asyncio.run(full.admit(queue, "new"))
    assert "s7" not in full.asked and "new" in full.asked
    assert "s7" in queue.pending_messages_per_session  # Gradio uses it until the stream ends


def test_a_session_that_waits_on_a_stream_is_never_evicted(full, queue):
    full.listening.update(list(full.asked))
    assert status_of_refusal(full, queue, "new") == 503
    assert len(queue.event_ids_to_events) == MAX_SESSIONS
    asyncio.run(full.admit(queue, "s5"))  # a known session needs no room


def test_the_pending_answers_of_a_session_are_bounded(queue):
    sessions = Sessions()
    for number in range(MAX_PENDING):
        asyncio.run(sessions.admit(queue, "s"))
        queue.ask("s", number)
    assert status_of_refusal(sessions, queue, "s") == 503


def test_a_fetched_answer_is_dropped(queue):
    sessions = Sessions()
    asyncio.run(sessions.admit(queue, "s"))
    queue.ask("s", "e")
    with sessions.listens(queue, "s"):
        queue.pending_event_ids_session["s"].discard("e")  # Gradio does this when the answer is sent
    assert not queue.event_ids_to_events and not queue.pending_messages_per_session
    with pytest.raises(RefusedError) as error, sessions.listens(queue, "s"):
        pass
    assert error.value.status == 404
