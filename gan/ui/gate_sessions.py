"""Bound what Gradio's queue keeps for gradio_client and for two-step calls.

Gradio keeps an answer until it is fetched, and never deletes the data of its question.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gradio.queueing import Queue

from gan.ui.gate_requests import RefusedError
from gan.ui.texts import text

MAX_SESSIONS = 64  # sessions whose answers are kept
MAX_PENDING = 8  # questions of a session whose answers are not fetched yet


class Sessions:
    """The sessions that have asked, ordered by their last question, and the number of open streams of each."""

    def __init__(self) -> None:
        self.asked: dict[str, None] = {}
        self.listening: Counter[str] = Counter()

    async def admit(self, queue: Queue, session: str) -> None:
        """Make room for a question: evict the oldest session with no open stream or no pending answer.

        Raises RefusedError if there is no room.
        """
        known = session in self.asked
        pending = queue.pending_event_ids_session
        idle = next((each for each in self.asked if not (self.listening[each] and pending.get(each))), None)
        full = not known and len(self.asked) >= MAX_SESSIONS
        own = len(pending.get(session, ()))
        if len(queue) >= queue.max_size or own >= MAX_PENDING or (full and idle is None):
            raise RefusedError(503, text("server.busy"))
        self.asked.pop(session, None)
        self.asked[session] = None
        if full:
            del self.asked[idle]
            if self.listening[idle]:
                return  # `listens` tidies when the stream ends
            await queue.clean_events(session_hash=idle)
            pending.pop(idle, None)
            _tidy(queue, idle)

    @contextmanager
    def listens(self, queue: Queue, session: str | None) -> Iterator[None]:
        """Count an open stream of a session. Raises RefusedError if the session has no pending answer."""
        if not queue.pending_event_ids_session.get(session):
            raise RefusedError(404, text("server.no-answer"))
        self.listening[session] += 1
        try:
            yield
        finally:
            self.listening[session] -= 1
            if not self.listening[session]:
                del self.listening[session]
                _tidy(queue, session)


def session_of(queue: Queue, event: str) -> str | None:
    """The session that asked the question `event`, while its answer is not fetched yet."""
    return next((session for session, events in queue.pending_event_ids_session.items() if event in events), None)


def _tidy(queue: Queue, session: str) -> None:
    # Drop the questions of a session whose answers are fetched, and the session if it has no others.
    pending = queue.pending_event_ids_session.get(session, set())
    for number, event in list(queue.event_ids_to_events.items()):
        if event.session_hash == session and number not in pending:
            del queue.event_ids_to_events[number]
    if not pending:
        queue.pending_event_ids_session.pop(session, None)
        queue.pending_messages_per_session.pop(session, None)
