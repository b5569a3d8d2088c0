"""The page: its one component, the endpoints that it and scripts ask, and what it brings along to show at once.

Nothing here loads torch: the page is there before it is. What draws is imported when the first question comes.
"""

import asyncio
import base64
import json
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import wraps
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import gradio as gr
from PIL import Image

from gan.config import RECIPES
from gan.images import PNG_STATE_KEY
from gan.ui.gate import IN_FLIGHT
from gan.ui.limits import PAGE_LIMITS
from gan.ui.texts import TABLES, text
from gan.ui.web_files import MODULES, WEB

# Later files override earlier ones.
STYLES = ["page", "controls", "views", "charts", "lesson", "narrow", "wishes"]
LOAD = "import(new URL('studio/main.js', document.baseURI)).then((m) => m.mount(element, props))"

LAUNCH = {
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "ssr_mode": False,
    "pwa": False,
    "state_session_capacity": 100,  # of sessions, which have no state here
    "theme": gr.themes.Default(primary_hue="indigo", neutral_hue="slate", font=["system-ui", "sans-serif"]),
    "head": "".join(f'<link rel="modulepreload" href="./studio/{name}">' for name in MODULES),
    "css": """
footer { display: none }
.gradio-container { max-width: 84rem !important; margin: 0 auto !important }
""",
}


def build(root: Path) -> gr.Blocks:
    """The page over the checkpoints in `root`."""
    with gr.Blocks(title=text("title"), analytics_enabled=False) as demo:
        gr.HTML(
            value={
                "first": first_picture(root),
                "limits": PAGE_LIMITS,
                "texts": {name: json.loads(table) for name, table in TABLES.items()},
            },
            html_template=(WEB / "index.html").read_text(encoding="utf-8"),
            css_template="\n".join((WEB / "style" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
            js_on_load=LOAD,
        )
        # One film at a time, on every core: it comes sooner than two that share the cores, and is as soon followed.
        for queue, functions in endpoints(root).items():
            thread = ThreadPoolExecutor(1, thread_name_prefix=queue)
            for function in functions:
                answer = _on(thread, function)
                gr.api(answer, api_name=function.__name__, concurrency_limit=1, concurrency_id=queue)
    demo.queue(api_open=True, max_size=IN_FLIGHT)  # or a Space closes /run, which the page asks
    demo.space_id = None  # or Gradio's script has huggingface.co and Google asked for a bar over the page
    return demo


def _on(thread: Executor, function: Callable) -> Callable:
    # The function, on a thread that is always the same: PyTorch keeps memory and threads for each that ever calls it.
    @wraps(function)
    async def answer(*values):
        return await asyncio.get_running_loop().run_in_executor(thread, function, *values)

    return answer


def endpoints(root: Path) -> dict[str, list]:
    """The functions that answer over HTTP, each under its own name: by queue, for each of which one answers at once."""

    def generate(model: str, epoch: int, seed: int, count: int) -> dict:
        """A grid of digits from consecutive seeds, at one epoch: a film of one frame."""
        return _handlers().draw_film(root, "generate", [model, epoch, seed, count])

    def truncated(model: str, epoch: int, seed: int, count: int, truncation: float) -> dict:
        """The same with every vector scaled by `truncation`, 0 to 1."""
        return _handlers().draw_film(root, "truncated", [model, epoch, seed, count, truncation])

    def interpolate(model: str, epoch: int, seed_from: int, seed_to: int, frames: int, path: str) -> dict:
        """A digit on its way from one seed to another: a film of `frames` frames."""
        return _handlers().draw_film(root, "interpolate", [model, epoch, seed_from, seed_to, frames, path])

    def plane(model: str, epoch: int, corners: list[int]) -> dict:
        """A digit at every place of a plane between four seeds: a film of 121 frames, row by row."""
        return _handlers().draw_film(root, "plane", [model, epoch, corners])

    def progression(model: str, seed: int, count: int) -> dict:
        """Digits as training went on: a film with a frame for each saved epoch."""
        return _handlers().draw_film(root, "progression", [model, seed, count])

    def pictures(view: str, arguments: list) -> dict:
        """The film that endpoint `view` gives for `arguments`, without what the networks say of it: sooner so."""
        return _handlers().draw_pictures(root, view, arguments)

    def predictions(view: str, arguments: list) -> dict:
        """What the networks say of that film: its `scores`, and its `labels` where there is a classifier."""
        return _handlers().draw_predictions(root, view, arguments)

    def animation(kind: str, view: str, arguments: list) -> dict:
        """The film that endpoint `view` gives for `arguments`, as a file of `kind` gif or webp."""
        from gan.ui.export import draw_animation

        return draw_animation(root, kind, view, arguments)

    def vectors(view: str, arguments: list) -> dict:
        """The latent vectors behind the film that endpoint `view` gives for `arguments`."""
        from gan.ui.export import give_vectors

        return give_vectors(view, arguments)

    def catalogue() -> dict:
        """The runs that can be shown, and their figures."""
        return _catalogue(root)

    return {
        "films": [generate, truncated, interpolate, plane, progression, pictures, predictions],
        "files": [animation, vectors],
        "figures": [catalogue],
    }


def _handlers():
    from gan.ui import render as handlers

    return handlers


def _catalogue(root: Path) -> dict:
    from gan.ui.catalogue import catalogue

    return catalogue(root)


def warm(root: Path) -> None:
    """Load torch and the networks while the first visitor is still reading, in a thread of its own."""
    Thread(target=_catalogue, args=[root], daemon=True).start()


def first_picture(root: Path) -> dict | None:
    """What the page shows before it can draw: the picture that training left of the best model, where there is one."""
    for model in reversed(RECIPES):
        try:
            path = max((root / model).glob("samples-*.png"))
            with Image.open(path) as picture:
                link = dict(parse_qsl(picture.text.get(PNG_STATE_KEY, "")))
            data = base64.b64encode(path.read_bytes()).decode()
            shown = {"model": link["model"], "epoch": int(link["epoch"]), "count": int(link["count"])}
            return shown | {"sprite": f"data:image/png;base64,{data}"}
        except (OSError, SyntaxError, KeyError, ValueError, AttributeError):
            continue  # none, or not one of ours: the page begins without
    return None
