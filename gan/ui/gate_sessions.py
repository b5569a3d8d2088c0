"""What Gradio's own queue keeps for gradio_client and for calls in two steps, held to a bound.

Gradio keeps an answer until it is fetched, and what it knows of the question for ever.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gradio.queueing import Queue

from gan.ui.gate_requests import Refused
from gan.ui.texts import text

MOST = 64  # sessions whose answers are kept
WAITING = 8  # questions of a session that are not fetched


class Sessions:
    """The sessions that have asked, the one that asked last at the end, and how often each of them listens now."""

    def __init__(self) -> None:
        self.asked: dict[str, None] = {}
        self.listening: Counter[str] = Counter()

    async def admit(self, queue: Queue, session: str) -> None:
        """Make room for a question: the oldest who does not listen, or for nothing, is forgotten. Raises Refused."""
        known = session in self.asked
        pending = queue.pending_event_ids_session
        idle = next((each for each in self.asked if not (self.listening[each] and pending.get(each))), None)
        full = not known and len(self.asked) >= MOST
        waits = len(pending.get(session, ()))
        if len(queue) >= queue.max_size or waits >= WAITING or (full and idle is None):
            raise Refused(503, text("server.busy"))
        self.asked.pop(session, None)
        self.asked[session] = None
        if full:
            del self.asked[idle]
            if self.listening[idle]:
                return  # it is tidied when that ends
            await queue.clean_events(session_hash=idle)
            pending.pop(idle, None)
            _tidy(queue, idle)

    @contextmanager
    def listens(self, queue: Queue, session: str | None) -> Iterator[None]:
        """While the answers of a session are fetched. Raises Refused where it waits for none."""
        if not queue.pending_event_ids_session.get(session):
            raise Refused(404, text("server.no-answer"))
        self.listening[session] += 1
        try:
            yield
        finally:
            self.listening[session] -= 1
            if not self.listening[session]:
                del self.listening[session]
                _tidy(queue, session)


def session_of(queue: Queue, event: str) -> str | None:
    """Whose question an event is, while its answer is not fetched."""
    return next((session for session, events in queue.pending_event_ids_session.items() if event in events), None)


def _tidy(queue: Queue, session: str) -> None:
    # Forget the questions of a session whose answers are fetched, and the session itself where it waits for none.
    waits = queue.pending_event_ids_session.get(session, set())
    for number, event in list(queue.event_ids_to_events.items()):
        if event.session_hash == session and number not in waits:
            del queue.event_ids_to_events[number]
    if not waits:
        queue.pending_event_ids_session.pop(session, None)
        queue.pending_messages_per_session.pop(session, None)
