"""The speed of the page in headless Chromium, on the same machine as the server.

    python tests/benchmarks/page_speed.py [--rounds N --loads N --count N --models MODEL ...]

- Start: seconds from the command to the first answer with HTTP 200, in turns with a Gradio page with one text box.
- First digits: milliseconds from the request of the page to its first digits, with an empty cache.
- New digits: milliseconds from an input event to the frame that shows the pixels, and to the frame that shows the
  predictions. The next value is entered when these are there.
- Dragging: milliseconds from frame to frame while a slider moves in each, also with the CPU throttled four times.

Takes five minutes; run it when nothing else uses the machine. In half a minute:
--rounds 1 --loads 1 --count 1 --models mlp.
"""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from common import ROOT, make_parser, print_results, resident_mb
from helpers.browsing import ARGUMENTS, CHROMIUM
from helpers.serving import free_port
from page_scripts import DRAG, ENTER, HAS_DIGITS, READY
from playwright.sync_api import Browser, Page, sync_playwright

TEXT_BOX = "import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Textbox()\ndemo.launch(ssr_mode=False)"
VIEWS = {  # the link, and the selectors of the input that changes and of what is known last
    "grid of 64 digits": ("?view=generate&model={model}&count=64", "#seed", ".readout"),
    "interpolation of 60 frames": ("?view=interpolate&model={model}", "#to", ".readout"),
    "progression of 16 digits": ("?view=progression&model={model}&count=16", "#seed", ".readout"),
    "round of 20 digits": ("?view=quiz&model={model}", "#seed", None),
    "36 digits, then the nearest training digits": (
        "?view=generate&model={model}&count=36&nearest=1",
        "#seed",
        ".pairs-of",
    ),
}
SLOW = 4  # about a phone's CPU
SLIDERS = {  # the link, and the selector of the slider
    "the position of an interpolation": ("?view=interpolate&model={model}", ".place"),
    "the epoch of a progression": ("?view=progression&model={model}&count=16", "#epoch"),
}


@contextmanager
def start_server(command: list[str]) -> Iterator[tuple[subprocess.Popen, str, float]]:
    """Yield the process of a Gradio page, its address, and the seconds to its first answer."""
    port = free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(address).close()
                break
            except urllib.error.URLError:
                time.sleep(0.01)
        yield process, address, time.perf_counter() - start
    finally:
        process.terminate()
        process.wait()


def measure_start(rounds: int) -> dict[str, float]:
    """The median seconds to the first answer, of the app and of a page with one text box."""
    with tempfile.TemporaryDirectory() as folder:
        text_box = Path(folder) / "text_box.py"
        text_box.write_text(TEXT_BOX)
        programs = {"app": "app.py", "text box": str(text_box)}
        times = {name: [] for name in programs}
        for _ in range(rounds + (rounds > 1)):
            for name, program in programs.items():
                with start_server([sys.executable, program]) as (_, _, seconds):
                    times[name].append(seconds)
    # With several rounds, the first of them fills the disk's cache and does not count.
    return {name: statistics.median(values[rounds > 1 :]) for name, values in times.items()}


def measure_load(browser: Browser, address: str) -> dict[str, float]:
    """Load the page twice, each time with an empty cache: milliseconds to the first digits; requests and kB."""
    with browser.new_context() as context:
        page = context.new_page()
        start = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_function(HAS_DIGITS)
        first_digits = 1000 * (time.perf_counter() - start)
    with browser.new_context() as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")  # it takes milliseconds for each request, so that load has no time
        sizes = []
        session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
        page.goto(address, wait_until="networkidle")
    return {"first_digits_ms": first_digits, "requests": len(sizes), "kb": sum(sizes) / 1000}


def medians(results: list[dict[str, float]]) -> dict[str, float]:
    """The median of each entry."""
    return {name: statistics.median(result[name] for result in results) for name in results[0]}


def open_link(page: Page, address: str) -> None:
    page.goto(address)
    page.wait_for_function(READY)


def summary(times: list[float]) -> dict[str, float]:
    """The median and the 95th percentile."""
    median, p95 = np.percentile(times, (50, 95)).tolist()
    return {"median": median, "p95": p95}


def measure_new_digits(page: Page, address: str, count: int, models: list[str]) -> dict:
    """Milliseconds to the pixels and to the predictions, for each view and model."""
    rng = random.Random(0)
    results = {view: {} for view in VIEWS}
    for view, (link, selector, later) in VIEWS.items():
        for model in models:
            open_link(page, address + link.format(model=model))
            if later:
                page.wait_for_selector(later)
            page.evaluate(ENTER, [selector, "1", later])
            times = [page.evaluate(ENTER, [selector, str(rng.randrange(2**32)), later]) for _ in range(count)]
            pixels, predictions = zip(*times, strict=True)
            results[view][model] = {"pixels": summary(pixels), "predictions": summary(predictions)}
    return results


def measure_dragging(page: Page, address: str, count: int, model: str) -> dict[str, dict[str, float]]:
    """Milliseconds between `count` frames, for each slider, on this CPU and on one that is SLOW times slower."""
    results = {}
    session = page.context.new_cdp_session(page)
    for rate, cpu in ((1, ""), (SLOW, f", CPU {SLOW} times slower")):
        for name, (link, selector) in SLIDERS.items():
            open_link(page, address + link.format(model=model))
            session.send("Emulation.setCPUThrottlingRate", {"rate": rate})
            page.evaluate(DRAG, [selector, 10])
            results[name + cpu] = summary(page.evaluate(DRAG, [selector, count]))
            session.send("Emulation.setCPUThrottlingRate", {"rate": 1})
    return results


def measure(rounds: int, loads: int, count: int, models: list[str]) -> dict:
    """All results, by the names of the JSON."""
    results = {"start_seconds": measure_start(rounds)}
    with start_server([sys.executable, "app.py"]) as (process, address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        open_link(browser.new_page(), address)
        results["load"] = medians([measure_load(browser, address) for _ in range(loads)])
        results["new_digits_ms"] = measure_new_digits(browser.new_page(), address, count, models)
        shown = "both" if len(models) > 1 else models[0]
        results["frame_ms"] = measure_dragging(browser.new_page(), address, 5 * count, shown)
        results["resident_mb"] = resident_mb(process.pid)
        browser.close()
    return results


def table(results: dict) -> str:
    """The results as tables in Markdown."""
    lines = [
        "| from the input to | model | pixels: median | 95 % | predictions: median | 95 % |",
        "|---|---|---|---|---|---|",
    ]
    for view, models in results["new_digits_ms"].items():
        for model, ends in models.items():
            times = (f"{end[name]:.0f} ms" for end in ends.values() for name in ("median", "p95"))
            lines.append(f"| {view} | `{model}` | {' | '.join(times)} |")
    lines += ["", "| changed in every frame | a frame, median | 95th percentile |", "|---|---|---|"]
    for name, times in results["frame_ms"].items():
        lines.append(f"| {name} | {times['median']:.1f} ms | {times['p95']:.1f} ms |")
    app, text_box, load = *results["start_seconds"].values(), results["load"]
    lines += [
        "",
        f"`python app.py` answers after {app:.2f} s, a Gradio page with one text box after {text_box:.2f} s "
        f"({app / text_box:.2f} times).",
        f"The first digits appear {load['first_digits_ms']:.0f} ms after the page is requested. It weighs "
        f"{load['kb']:.0f} kB in {load['requests']:.0f} requests.",
    ]
    if results["resident_mb"]:
        lines.append(f"The server holds {results['resident_mb']:.0f} MB.")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of starts (default: 5)")
    parser.add_argument("--loads", type=int, default=20, help="of the page (default: 20)")
    parser.add_argument("--count", type=int, default=60, help="new values for each view and model (default: 60)")
    parser.add_argument("--models", nargs="+", default=["mlp", "dcgan"], help="default: mlp dcgan")
    args = parser.parse_args()
    results = measure(args.rounds, args.loads, args.count, args.models)
    print_results(results, table(results))
