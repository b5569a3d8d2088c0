"""What is kept of sessions that ask through Gradio's own queue, over a queue that holds what Gradio's does."""

import asyncio
from collections import defaultdict
from types import SimpleNamespace

import pytest

from gan.ui.gate_requests import Refused
from gan.ui.gate_sessions import MOST, WAITING, Sessions


class Queue:
    """As much of Gradio's as a session touches."""

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
def crowded(queue):
    """As many sessions as are kept, each with one question."""
    sessions = Sessions()
    for number in range(MOST):
        asyncio.run(sessions.admit(queue, f"s{number}"))
        queue.ask(f"s{number}", f"e{number}")
    return sessions


def refused(sessions, queue, session):
    with pytest.raises(Refused) as caught:
        asyncio.run(sessions.admit(queue, session))
    return caught.value.status


def test_a_new_session_takes_the_place_of_the_oldest_that_does_not_listen(crowded, queue):
    asyncio.run(crowded.admit(queue, "s0"))  # it asked again, and is the newest
    with crowded.listens(queue, "s1"):
        asyncio.run(crowded.admit(queue, "new"))
    assert "s2" not in queue.pending_event_ids_session and "e2" not in queue.event_ids_to_events
    assert {"s0", "s1", "new"} <= crowded.asked.keys() and len(crowded.asked) == MOST


def test_one_who_listens_for_nothing_keeps_no_place(crowded, queue):
    crowded.listening.update(list(crowded.asked))
    queue.pending_event_ids_session["s7"].clear()  # its answers were fetched by another that listened
    asyncio.run(crowded.admit(queue, "new"))
    assert "s7" not in crowded.asked and "new" in crowded.asked
    assert "s7" in queue.pending_messages_per_session  # which Gradio looks into until that ends


def test_none_who_listens_is_forgotten(crowded, queue):
    crowded.listening.update(list(crowded.asked))
    assert refused(crowded, queue, "new") == 503
    assert len(queue.event_ids_to_events) == MOST
    asyncio.run(crowded.admit(queue, "s5"))  # it is known


def test_a_session_has_so_many_answers_to_fetch_at_most(queue):
    sessions = Sessions()
    for number in range(WAITING):
        asyncio.run(sessions.admit(queue, "s"))
        queue.ask("s", number)
    assert refused(sessions, queue, "s") == 503


def test_what_is_fetched_is_forgotten(queue):
    sessions = Sessions()
    asyncio.run(sessions.admit(queue, "s"))
    queue.ask("s", "e")
    with sessions.listens(queue, "s"):
        queue.pending_event_ids_session["s"].discard("e")  # as Gradio does once it is sent
    assert not queue.event_ids_to_events and not queue.pending_messages_per_session
    with pytest.raises(Refused) as caught, sessions.listens(queue, "s"):
        pass
    assert caught.value.status == 404
