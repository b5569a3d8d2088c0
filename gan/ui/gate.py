"""The gate: a layer around Gradio's server that lets in only what the page, Gradio's clients and scripts need.

Every other request is refused with {"error": note} before Gradio sees it.
"""

import asyncio
import re

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gan.ui.routes import refuse
from gan.ui.texts import user_error
from gan.ui.web_files import first_modules

# Gradio would add <link rel="modulepreload"> only after its own script has run.
PRELOAD = ", ".join(f"<studio/{name}>; rel=modulepreload; fetchpriority=low" for name in first_modules())

API = "/gradio_api"
PAGE = {"/", "/config", "/theme.css", "/favicon.ico", "/manifest.json", "/robots.txt"}
INFO = f"{API}/info"
PAGE |= {INFO, f"{API}/startup-events"}
CATALOGUE = f"{API}/run/catalogue"  # 52 kB of numbers
FILES = re.compile(r"/(assets|static|studio)(/[\w@-][\w@.-]*)+", re.ASCII)
QUESTIONS = re.compile(rf"{API}/(run|call|call/v2)/\w+|{API}/queue/join", re.ASCII)
STREAMS = re.compile(rf"{API}/(heartbeat|call/\w+|call/v2/\w+)/[\w-]{{1,64}}|{API}/queue/data", re.ASCII)
NO_EVENT = re.compile(rf"{API}/call/(v2/)?\w+/?", re.ASCII)  # a stream whose address ends before the event
UPLOADS = re.compile(rf"({API})?/(upload|component_server)(/.*)?", re.ASCII)

HOST = re.compile(rb"(?:[A-Za-z0-9][\w.-]{0,252}|\[[0-9a-fA-F:]{2,39}\])(?::(\d{1,5}))?", re.ASCII)

CSP = "Content-Security-Policy"
# Gradio's script creates functions from strings and sets styles.
POLICY = """
default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';
img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' data: blob:;
object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors
"""


def security_headers(frame_ancestors: str) -> dict[str, str]:
    """The headers of an answer. frame_ancestors: the sites that may show the page in a frame."""
    return {
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "same-origin",
        CSP: " ".join(f"{POLICY} {frame_ancestors}".split()),
    }


def gate(app: ASGIApp, frame_ancestors: str, max_streams: int) -> ASGIApp:
    """Wrap the app in the gate. max_streams: how many event streams may be open."""
    headers = security_headers(frame_ancestors)
    of_script = {name: value for name, value in headers.items() if name != CSP}  # only documents need a policy
    streams = asyncio.BoundedSemaphore(max_streams)
    compressed = GZipMiddleware(app, compresslevel=1)  # Gradio compresses by the extension of a path, and "/" has none

    async def handle(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await app(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close", "code": 1008})
        scope["headers"][:] = valid_headers(scope["headers"])  # in place, because outer layers share the list

        path = scope["path"].removeprefix(scope.get("root_path", ""))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                is_script = path.endswith((".js", ".css")) and FILES.fullmatch(path)
                added = of_script if is_script else headers
                MutableHeaders(raw=message["headers"]).update(added | {"Link": PRELOAD} if path == "/" else added)
            await send(message)

        await route(path, scope, receive, send_with_headers)

    async def route(path: str, scope: Scope, receive: Receive, send: Send) -> None:
        reads = scope["method"] in ("GET", "HEAD")
        if reads and (path in PAGE or FILES.fullmatch(path)):
            # Only the browser reads the page's query. Gradio would look up pages of its own by it. Without `page`, it
            # would show everybody the API examples with the host that was first asked for.
            query = b"page=" if path == INFO else b""
            await (compressed if path in PAGE else app)({**scope, "query_string": query}, receive, send)
        elif reads and STREAMS.fullmatch(path):
            if streams.locked():
                return await refuse(user_error("server.busy"))(scope, receive, send)
            async with streams:
                await app(scope, receive, send)
        elif scope["method"] == "POST" and QUESTIONS.fullmatch(path):
            await (compressed if path == CATALOGUE else app)(scope, receive, send)
        else:
            await refuse(user_error(key_of(reads, path)))(scope, receive, send)

    return handle


def key_of(reads: bool, path: str) -> str:
    """The key of the error for a request that no one answers."""
    if UPLOADS.fullmatch(path):
        return "server.no-upload"
    return "server.no-event" if reads and NO_EVENT.fullmatch(path) else "server.closed"


def valid_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """Drop invalid hosts, because Gradio builds URLs from them. A request without a host is to localhost."""
    valid = [(name, value) for name, value in headers if _is_valid(name, value)]
    return valid if any(name == b"host" for name, _ in valid) else [*valid, (b"host", b"localhost")]


def _is_valid(name: bytes, value: bytes) -> bool:
    if name == b"x-gradio-server":  # only Gradio's own Node server sends it
        return False
    if name not in (b"host", b"x-forwarded-host"):
        return True
    host = HOST.fullmatch(value.partition(b",")[0].strip())
    return host is not None and int(host[1] or 0) < 2**16
