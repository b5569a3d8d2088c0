"""The page: gr.Blocks with one gr.HTML, and what it shows before torch is loaded."""

import asyncio
import base64
import json
import platform
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl

import gradio as gr
from PIL import Image

from gan.config import RECIPES
from gan.images import PNG_STATE_KEY
from gan.ui.endpoints import endpoints
from gan.ui.gate import MAX_IN_FLIGHT
from gan.ui.limits import PAGE_LIMITS
from gan.ui.texts import TABLES, text
from gan.ui.web_files import MODULES, WEB

STYLES = [
    "page",
    "controls",
    "views",
    "charts",
    "lesson",
    "glossary",
    "narrow",
    "wishes",
]  # a later file overrides earlier ones
LOAD = "import(new URL('studio/main.js', document.baseURI)).then((m) => m.mount(element, props))"

LAUNCH = {
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "ssr_mode": False,
    "pwa": False,
    "state_session_capacity": 100,  # sessions, which have no state here
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
                "texts": {language: json.loads(table) for language, table in TABLES.items()},
                "versions": versions(),
            },
            html_template=(WEB / "index.html").read_text(encoding="utf-8"),
            css_template="\n".join((WEB / "style" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
            js_on_load=LOAD,
        )
        # One film at a time on all cores: it is ready sooner than two films that share them.
        for queue, functions in endpoints(root).items():
            thread = ThreadPoolExecutor(1, thread_name_prefix=queue)
            for function in functions:
                gr.api(_run_on(thread, function), api_name=function.__name__, concurrency_limit=1, concurrency_id=queue)
    demo.queue(api_open=True, max_size=MAX_IN_FLIGHT)  # without api_open, a Space closes /run, which the page uses
    demo.space_id = None  # or Gradio's script loads a header bar from huggingface.co and Google
    return demo


def _run_on(executor: Executor, function: Callable) -> Callable:
    # Always the same thread: PyTorch keeps memory and a thread pool for every thread that ever calls it.
    @wraps(function)
    async def answer(*values):
        return await asyncio.get_running_loop().run_in_executor(executor, function, *values)

    return answer


def versions() -> dict[str, str]:
    """The versions of the programs behind the page. They are read from the packages: importing torch takes seconds."""
    return {"Python": platform.python_version(), "Gradio": version("gradio"), "PyTorch": version("torch")}


def first_picture(root: Path) -> dict | None:
    """What the page shows before it can draw: the sample picture that training left, of the last model that has one."""
    for model in reversed(RECIPES):
        try:
            path = max((root / model).glob("samples-*.png"))
            with Image.open(path) as picture:
                state = dict(parse_qsl(picture.text.get(PNG_STATE_KEY, "")))
            data = base64.b64encode(path.read_bytes()).decode()
            shown = {"model": state["model"], "epoch": int(state["epoch"]), "count": int(state["count"])}
            return shown | {"sprite": f"data:image/png;base64,{data}"}
        except (OSError, SyntaxError, KeyError, ValueError, AttributeError):
            continue  # no picture, or not one of train.py
    return None
