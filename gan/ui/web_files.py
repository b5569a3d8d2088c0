"""The page's own files: ES modules, texts and styles, served under /studio.

They are read and compressed once. Starlette's StaticFiles would read each file in a thread, and Gradio would compress
it, for every visitor: that takes twice as long.
"""

import gzip
import hashlib
import mimetypes
from pathlib import Path

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

WEB = Path(__file__).parent / "web"
FILES = {  # name -> content, compressed content, ETag
    path.relative_to(WEB).as_posix(): (
        data := path.read_bytes(),
        gzip.compress(data, mtime=0),
        f'"{hashlib.sha256(data).hexdigest()[:16]}"',
    )
    for path in sorted(WEB.rglob("*.*"))
}
MODULES = [name for name in FILES if name.endswith(".js")]


async def send_file(request: Request) -> Response:
    """A file, or status 304 if the browser has it.

    A browser may keep a file but must revalidate it, so that it never runs old and new modules together.
    """
    name = request.path_params["name"]
    if name not in FILES:
        return PlainTextResponse("Not Found", 404)
    content, compressed, etag = FILES[name]
    headers = {"Cache-Control": "no-cache", "ETag": etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        content = compressed
        headers["Content-Encoding"] = "gzip"
    return Response(content, headers=headers, media_type=mimetypes.guess_type(name)[0])


WEB_ROUTE = Route("/studio/{name:path}", send_file)
