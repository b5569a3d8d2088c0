"""The page: gr.Blocks with one gr.HTML, and what it shows before torch is loaded."""

import base64
import io
import json
import platform
from collections.abc import Callable
from functools import wraps
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl

import gradio as gr
from PIL import Image

from gan.console import say
from gan.images import PNG_STATE_KEY
from gan.store.files import last_numbered, read_regular
from gan.ui.answers import MAX_IN_FLIGHT, Answers
from gan.ui.limits import PAGE_LIMITS, PAGE_LIVE
from gan.ui.live_settings import live_recipes
from gan.ui.problems import describe_runs
from gan.ui.texts import ENGLISH, TABLES, text
from gan.ui.trays import EXAMPLES
from gan.ui.unfetched import Unfetched
from gan.ui.web_files import WEB

# A later file overrides earlier ones.
STYLES = [
    "page",
    "controls",
    "views",
    "charts",
    "lesson",
    "tour",
    "quiz",
    "train",
    "draw",
    "handles",
    "glossary",
    "plans",
    "narrow",
    "wishes",
]
# Another site can embed the page as <gradio-app src="...">. The page itself has a gradio-app without `src`.
LOAD = r"""
const home = element.closest("gradio-app")?.getAttribute("src")?.replace(/\/?$/, "/") ?? document.baseURI;
import(new URL("studio/main.js", home)).then((module) => module.mount(element, props));
"""

LAUNCH = {
    "footer_links": ["api"],
    "run_history": False,
    "enable_monitoring": False,
    "ssr_mode": False,
    "pwa": False,
    "state_session_capacity": 100,  # sessions, which have no state here
    "theme": gr.themes.Default(primary_hue="indigo", neutral_hue="slate", font=["system-ui", "sans-serif"]),
    "css": """
footer button { color: var(--body-text-color) !important }
footer .divider { display: none }
.gradio-container { max-width: 84rem !important; margin: 0 auto !important }
""",
}


def build(answers: Answers) -> gr.Blocks:
    """The page over the checkpoints of `answers`."""
    with gr.Blocks(title=text("title"), analytics_enabled=False) as demo:
        gr.HTML(
            value={
                "first": None,  # until the networks are loaded, nobody knows what can be drawn
                "limits": PAGE_LIMITS | {"live": PAGE_LIVE | {"recipes": live_recipes()}},
                "trays": EXAMPLES,
                # English where a table lacks a key
                "texts": {language: ENGLISH | json.loads(table) for language, table in TABLES.items()},
                "versions": versions(),
            },
            html_template=(WEB / "index.html").read_text(encoding="utf-8"),
            css_template="\n".join((WEB / "style" / f"{name}.css").read_text(encoding="utf-8") for name in STYLES),
            js_on_load=LOAD,
        )
        for _, function in answers.functions.values():
            gr.api(_asking(answers, function), api_name=function.__name__, concurrency_limit=None)
    demo.queue(max_size=MAX_IN_FLIGHT)
    demo._queue.pending_messages_per_session = Unfetched(demo._queue.pending_event_ids_session)
    demo.space_id = None  # or Gradio's script loads a header bar from huggingface.co and Google
    return demo


def show_runs(demo: gr.Blocks, root: Path, catalogue: dict) -> None:
    """Print what is served once the catalogue is known, and give the page its first picture."""
    set_first_picture(demo, root, catalogue)
    for line in describe_runs(root, catalogue):
        say(line)


def set_first_picture(demo: gr.Blocks, root: Path, catalogue: dict) -> None:
    """Let the page start with the sample picture of the best model, for visitors who come from now on.

    There is none if the epoch of the picture cannot be drawn.
    """
    model = catalogue["best"]
    epochs = catalogue["models"][model]["epochs"] if model else []
    picture = sample_picture(root, model) if model else None
    (page,) = (block for block in demo.blocks.values() if isinstance(block, gr.HTML))
    page.value["first"] = picture if picture and picture["epoch"] in epochs else None


def _asking(answers: Answers, function: Callable) -> Callable:
    # The function for gradio_client and two-step calls: it asks `answers`, as /run does.
    @wraps(function)
    async def answer(*values):
        return json.loads(await answers.ask(function.__name__, list(values)))

    return answer


def versions() -> dict[str, str]:
    """The versions of the programs behind the page. They are read from the packages: importing torch takes seconds."""
    return {"Python": platform.python_version(), "Gradio": version("gradio"), "PyTorch": version("torch")}


def sample_picture(root: Path, model: str) -> dict | None:
    """The last picture that training left of a model, {"model", "epoch", "count", "sprite": data URI}, or None."""
    path = last_numbered(root / model, "samples-", ".png")
    if path is None:
        return None
    try:
        data = read_regular(path)
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()  # raises an error if the file is damaged
            state = dict(parse_qsl(picture.text.get(PNG_STATE_KEY, "")))
        shown = {"model": state["model"], "epoch": int(state["epoch"]), "count": int(state["count"])}
        return shown | {"sprite": f"data:image/png;base64,{base64.b64encode(data).decode()}"}
    except (OSError, SyntaxError, KeyError, ValueError, AttributeError):
        return None  # not a picture of train.py
