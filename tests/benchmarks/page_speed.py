"""How fast the page is, in headless Chromium on this machine: JSON on standard output, a table on standard error.

python tests/benchmarks/page_speed.py [--rounds N]. Run it when nothing else runs. Times go from the input event to the
frame after the new pixels, and to what the networks say of them; the next one is typed when that is there. A start goes
from the command to the first answer with HTTP 200, by turns with a Gradio page
that holds one text box.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from helpers.browsing import ARGUMENTS, CHROMIUM  # noqa: E402
from helpers.serving import free_port  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

TEXT_BOX = "import gradio as gr\nwith gr.Blocks() as demo:\n    gr.Textbox()\ndemo.launch(ssr_mode=False)"
VIEWS = {  # the address, the box that is typed into
    "grid of 64 digits": ("?view=generate&model={model}&count=64", "#seed"),
    "journey of 60 frames": ("?view=interpolate&model={model}", "#to"),
    "progression of 16 digits": ("?view=progression&model={model}&count=16", "#seed"),
}
# Type a value, and wait until what is said of the canvas has changed, which is drawn just before, and then until
# the networks' predictions are there: the milliseconds to the frame after each.
CHANGE = """async ([selector, value]) => {
  const began = performance.now();
  const changed = (node, is) => new Promise((done) => {
    const observer = new MutationObserver(() => {
      if (!is()) return;
      observer.disconnect();
      requestAnimationFrame(() => done(performance.now() - began));
    });
    observer.observe(node, { attributes: true, childList: true, characterData: true, subtree: true });
  });
  const readout = document.querySelector(".readout");
  const drawn = changed(document.querySelector(".said"), () => true);
  const box = document.querySelector(selector);
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
  const pixels = await drawn;
  const busy = readout.ariaBusy === "true";
  return [pixels, busy ? await changed(readout, () => readout.ariaBusy === "false") : pixels];
}"""
RESTS = "document.querySelector('.said')?.textContent && !document.querySelector('.readout[aria-busy=true]')"
SLIDERS = {  # the address, the slider that is moved to another place in every frame
    "a journey's place": ("?view=interpolate&model=both", ".place"),
    "a progression's epoch": ("?view=progression&model=both&count=16", "#epoch"),
}
SCRUB = """([selector, count]) => new Promise((done) => {
  const slider = document.querySelector(selector);
  const times = [];
  const step = (now) => {
    times.push(now);
    if (times.length > count) return done(times.slice(1).map((time, i) => time - times[i]));
    slider.value = times.length % (Number(slider.max) + 1);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""
DRAWN = """() => {
  const canvas = document.querySelector(".screens canvas");
  if (!canvas) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((level, i) => i % 4 === 0 && level > 100);
}"""


@contextmanager
def started(command: list[str]):
    """A server's process, its address, and the seconds to its first answer."""
    port = free_port()
    environment = os.environ | {"GRADIO_SERVER_PORT": str(port), "GRADIO_ANALYTICS_ENABLED": "False"}
    began = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        address = f"http://127.0.0.1:{port}"
        while True:
            try:
                urllib.request.urlopen(address).close()
                break
            except urllib.error.URLError:
                time.sleep(0.01)
        yield process, address, time.perf_counter() - began
    finally:
        process.terminate()
        process.wait()


def starts(rounds: int) -> dict[str, float]:
    """Median seconds to HTTP 200 of both pages."""
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "plain.py"
        plain.write_text(TEXT_BOX)
        commands = {"app": [sys.executable, "app.py"], "text box": [sys.executable, str(plain)]}
        seconds = {name: [] for name in commands}
        for turn in range(int(rounds == 1), rounds + 1):  # a single round goes without the first turn
            for name, command in commands.items():
                with started(command) as (_, _, taken):
                    if turn:  # the first turn fills the disk's cache
                        seconds[name].append(taken)
    return {name: statistics.median(values) for name, values in seconds.items()}


def resident(process: subprocess.Popen) -> float | None:
    """Resident memory in MB, where the system tells it."""
    status = Path(f"/proc/{process.pid}/status")
    if not status.exists():
        return None
    return int(next(line for line in status.read_text().splitlines() if line.startswith("VmRSS")).split()[1]) / 1000


def answers(page, address: str, count: int, models: list[str]) -> dict:
    """Milliseconds from a new number to its pixels and to the predictions of them, for each view and model."""
    chance = random.Random(0)
    found = {}
    for view, (query, selector) in VIEWS.items():
        for model in models:
            page.goto(address + query.format(model=model))
            page.wait_for_function(RESTS)
            page.evaluate(CHANGE, [selector, "1"])
            times = [page.evaluate(CHANGE, [selector, str(chance.randrange(2**32))]) for _ in range(count)]
            pixels, predictions = (spread(each) for each in zip(*times, strict=True))
            found.setdefault(view, {})[model] = {"pixels": pixels, "predictions": predictions}
    return found


def spread(times: Iterable[float]) -> dict[str, float]:
    """The median and the 95th percentile."""
    times = sorted(times)
    return {"median": statistics.median(times), "p95": times[round(0.95 * (len(times) - 1))]}


def scrubs(page, address: str, count: int) -> dict[str, dict[str, float]]:
    """Milliseconds from one frame to the next while a slider is moved in each: median and 95th percentile."""
    found = {}
    for name, (query, selector) in SLIDERS.items():
        page.goto(address + query)
        page.wait_for_function(RESTS)
        page.evaluate(SCRUB, [selector, 10])
        found[name] = spread(page.evaluate(SCRUB, [selector, count]))
    return found


def measure(rounds: int, count: int, models: list[str]) -> dict:
    """All figures, as the JSON shows them."""
    figures = {"seconds_to_http_200": starts(rounds)}
    with started([sys.executable, "app.py"]) as (process, address, _), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(address)
        page.wait_for_function(RESTS)
        first = []
        for _ in range(rounds):
            context = browser.new_context()  # with nothing in its cache
            page = context.new_page()
            session = context.new_cdp_session(page)
            session.send("Network.enable")
            sizes = []
            session.on("Network.loadingFinished", lambda event, sizes=sizes: sizes.append(event["encodedDataLength"]))
            began = time.perf_counter()
            page.goto(address, wait_until="commit")
            page.wait_for_function(DRAWN)
            first.append(1000 * (time.perf_counter() - began))
            page.wait_for_load_state("networkidle")
            figures["requests"], figures["page_weight_kb"] = len(sizes), sum(sizes) / 1000
            context.close()
        figures["milliseconds_to_first_digits"] = statistics.median(first)
        figures["milliseconds_from_the_input"] = answers(browser.new_page(), address, count, models)
        figures["milliseconds_of_a_frame"] = scrubs(browser.new_page(), address, 5 * count)
        figures["resident_mb"] = resident(process)
        browser.close()
    return figures


def table(figures: dict) -> str:
    """The figures as the README shows them."""
    lines = ["| from the input to | model | the pixels: median | 95 % | the predictions: median | 95 % |"]
    lines.append("|---|---|---|---|---|---|")
    for view, models in figures["milliseconds_from_the_input"].items():
        for model, ends in models.items():
            times = (f"{ends[end][name]:.0f} ms" for end in ("pixels", "predictions") for name in ("median", "p95"))
            lines.append(f"| {view} | {model} | {' | '.join(times)} |")
    lines += ["", "| moved in every frame, both models | a frame, median | 95th percentile |", "|---|---|---|"]
    for name, times in figures["milliseconds_of_a_frame"].items():
        lines.append(f"| {name} | {times['median']:.1f} ms | {times['p95']:.1f} ms |")
    start = figures["seconds_to_http_200"]
    lines += [
        "",
        f"`python app.py` answers after {start['app']:.2f} s, a Gradio page with one text box after "
        f"{start['text box']:.2f} s ({start['app'] / start['text box']:.2f} times). The first digits are there "
        f"{figures['milliseconds_to_first_digits']:.0f} ms after the page is asked for; it weighs "
        f"{figures['page_weight_kb']:.0f} kB in {figures['requests']} requests. The server holds "
        f"{figures['resident_mb']:.0f} MB."
        if figures["resident_mb"]
        else "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=60, help="new numbers for each view and model")
    parser.add_argument("--models", nargs="+", default=["mlp", "dcgan"])
    args = parser.parse_args()
    results = measure(args.rounds, args.count, args.models)
    print(json.dumps(results, indent=2))
    print(table(results), file=sys.stderr)
