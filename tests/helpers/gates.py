"""Requests to an ASGI app in this process, such as the gate around a stand-in for Gradio."""

import asyncio


class WaitingApp:
    """An ASGI app that records the paths of requests, and answers when `release` is set."""

    def __init__(self):
        self.paths, self.release = [], asyncio.Event()

    async def __call__(self, scope, receive, send):
        self.paths.append(scope["path"])
        await self.release.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


async def send_request(app, method, path, *messages):
    """Send a request whose body arrives in these messages. Returns the start of the answer."""
    remaining, answer = list(messages), []

    async def receive():
        return remaining.pop(0) if remaining else await asyncio.Event().wait()

    async def send(message):
        answer.append(message)

    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "headers": headers}
    await app(scope, receive, send)
    return answer[0]
