"""The page's own files, as they are: ES modules, texts and styles, served under /studio."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

WEB = Path(__file__).parent / "web"
MODULES = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))


class RevalidatedFiles(StaticFiles):
    """Files that a browser keeps but asks about each time, so that it never runs old and new modules together."""

    def file_response(self, *args, **kwargs) -> Response:
        """The file, or 304 if the browser has it."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


WEB_ROUTE = Mount("/studio", RevalidatedFiles(directory=WEB))
