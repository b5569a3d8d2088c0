"""The files that the page loads: our modules, texts and styles under /studio, and Gradio's scripts under /assets.

Each is read and compressed once. Gradio would read it in a thread and compress it for every visitor: 9 ms for a file of
200 kB, of which a page loads forty.
"""

import gzip
import hashlib
import mimetypes
import re
from functools import lru_cache
from pathlib import Path

import gradio as gr
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

WEB = Path(__file__).resolve().parent / "web"
ASSETS = Path(gr.__file__).parent / "templates" / "frontend" / "assets"
IMPORT = re.compile(r'^import [^"]*"(\..+)";$', re.MULTILINE)  # a static one

# A browser may keep our files but must revalidate them, so that it never runs old and new modules together. The names
# of Gradio's files contain a hash of the content.
CACHING = {WEB: "no-cache", ASSETS: "public, max-age=31536000, immutable"}


def first_modules() -> list[str]:
    """The modules that the page loads before its first digits: main.js, the first view, and what they import."""
    found, waiting = set(), [WEB / "main.js", WEB / "views" / "generate.js"]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting += [(path.parent / name).resolve() for name in IMPORT.findall(path.read_text(encoding="utf-8"))]
    return sorted(path.relative_to(WEB).as_posix() for path in found)


def web_routes() -> list[BaseRoute]:
    """The routes /studio/NAME and /assets/NAME."""
    for path in WEB.rglob("*.*"):
        load_compressed(path)  # at the start, so that all are of one version
    return [_route("studio", WEB), _route("assets", ASSETS)]


def _route(prefix: str, folder: Path) -> Route:
    paths = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*.*")}

    async def send(request: Request) -> Response:
        # The file, or status 304 if the browser has it.
        path = paths.get(request.path_params["name"])
        if path is None:
            return PlainTextResponse("Not Found", 404)
        compressed, etag = load_compressed(path)
        headers = {"Cache-Control": CACHING[folder], "ETag": etag, "Vary": "Accept-Encoding"}
        if request.headers.get("if-none-match") == etag:
            return Response(status_code=304, headers=headers)
        media_type = mimetypes.guess_type(path.name)[0]
        if "gzip" not in request.headers.get("accept-encoding", ""):
            return Response(gzip.decompress(compressed), headers=headers, media_type=media_type)
        return Response(compressed, headers=headers | {"Content-Encoding": "gzip"}, media_type=media_type)

    return Route(f"/{prefix}/{{name:path}}", send)


@lru_cache(maxsize=1024)  # all files: 7 MB
def load_compressed(path: Path) -> tuple[bytes, str]:
    """The compressed content of a file, and its ETag."""
    data = path.read_bytes()
    return gzip.compress(data, mtime=0), f'"{hashlib.sha256(data).hexdigest()[:16]}"'
