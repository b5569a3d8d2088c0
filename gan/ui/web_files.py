"""The page's own files: ES modules, texts and styles, served under /studio."""

from pathlib import Path

from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

WEB = Path(__file__).parent / "web"
MODULES = sorted(path.relative_to(WEB).as_posix() for path in WEB.rglob("*.js"))


class RevalidatedFiles(StaticFiles):
    """Files that a browser may keep but must revalidate, so that it never runs old and new modules together."""

    def file_response(self, *args, **kwargs) -> Response:
        """The file, or status 304 if the browser has it."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "no-cache"
        return response


WEB_ROUTE = Mount("/studio", RevalidatedFiles(directory=WEB))
