"""Bound the open connections, so that the process never runs out of files.

Every connection is an open file, and a system allows a process some thousand of them. Without a bound, clients that
connect and send nothing would take them all, and nobody else could connect.
"""

from dataclasses import dataclass, field
from functools import partial

from uvicorn import Server
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

try:
    import resource
except ImportError:  # Windows, which has no such limit
    resource = None

MAX_FILES = 4096


def max_connections() -> int:
    """How many connections there may be: half of the files that this process may open.

    The other half is for the files that are sent. The limit of open files is first set to MAX_FILES, or to the
    highest that the system allows.
    """
    if resource is None:
        return MAX_FILES // 2
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    files = MAX_FILES if hard == resource.RLIM_INFINITY else min(hard, MAX_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, hard))
    return files // 2


@dataclass
class Bound:
    """How many connections there may be, and which of them wait for their clients, the longest first."""

    limit: int
    waiting: dict["Connection", None] = field(default_factory=dict)
    was_reached: bool = False


def bound_connections(server: Server, limit: int) -> None:
    """Let a running server have `limit` connections. A further one closes the one that waits longest for its client."""
    server.config.http_protocol_class = partial(Connection, Bound(limit))


class Connection(HttpToolsProtocol):
    """A connection that waits for its client until a request is complete, while an answer is not read, and after it."""

    def __init__(self, bound: Bound, **arguments):
        super().__init__(**arguments)
        self.bound = bound

    def connection_made(self, transport) -> None:
        super().connection_made(transport)
        self._update()
        if len(self.connections) > self.bound.limit:
            self._make_room()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.bound.waiting.pop(self, None)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._update()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._update()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._update()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._update()

    def _update(self) -> None:
        request = self.cycle
        complete = request is not None and not request.more_body
        if complete and not request.response_complete and not self.flow.write_paused:
            self.bound.waiting.pop(self, None)
        else:
            self.bound.waiting.setdefault(self)

    def _make_room(self) -> None:
        if not self.bound.was_reached:
            self.bound.was_reached = True
            self.logger.warning(
                "%d connections are open. From now on, each new one closes the one that waits longest for its client",
                self.bound.limit,
            )
        longest = next(iter(self.bound.waiting))  # the new one itself, if all others are being answered
        del self.bound.waiting[longest]
        longest.transport.abort()
