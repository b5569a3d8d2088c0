"""Bound the answers that Gradio's queue keeps for gradio_client and for two-step calls until they are fetched."""

from asyncio import Queue

from gradio.server_messages import EventMessage, ProcessCompletedMessage
from gradio.utils import LRUCache

from gan.ui.texts import text

MAX_BYTES = 64_000_000  # of all unfetched answers, as JSON
MAX_SESSIONS = 512  # with unfetched messages. A two-step call is a session of its own


class Unfetched(LRUCache):
    """Gradio's messages, a Queue by session. If their answers exceed MAX_BYTES, the oldest become errors.

    events: Gradio's events by session. Gradio never deletes a session in it, so this does.
    """

    def __init__(self, events: dict[str, set]):
        super().__init__(MAX_SESSIONS)
        self.events = events
        self.answers: dict[int, tuple[ProcessCompletedMessage, int]] = {}  # the oldest first, with their sizes

    def __setitem__(self, session: str, _: Queue) -> None:
        super().__setitem__(session, Messages(self.answers))
        for known in [each for each in self.events if each not in self]:
            del self.events[known]


class Messages(Queue):
    """The messages of a session. asyncio.Queue names _put and _get as the methods to override."""

    def __init__(self, answers: dict):
        super().__init__()
        self.answers = answers

    def _put(self, message: EventMessage) -> None:
        super()._put(message)
        if isinstance(message, ProcessCompletedMessage):
            self.answers[id(message)] = message, len(message.model_dump_json())
        while sum(size for _, size in self.answers.values()) > MAX_BYTES:
            oldest, _ = self.answers.pop(next(iter(self.answers)))
            oldest.success, oldest.output = False, {"error": text("server.no-answer")}

    def _get(self) -> EventMessage:
        message = super()._get()
        self.answers.pop(id(message), None)
        return message
