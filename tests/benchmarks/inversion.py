"""How close an inverted generator comes to a digit, and how fast, on the same machine as the server.

    python tests/benchmarks/inversion.py [--models MODEL ... --digits N --times N --checkpoints DIR]

Each model at its last epoch looks for the latent vectors of three kinds of digits:

- test: real test digits. Their class is their label.
- own: what the model draws from seeds that are not in the bank. Their class is what the classifier reads.
- drawings: those of helpers/strokes.py, drawn with the mouse on the page in headless Chromium, and prepared like MNIST.
  Their class is what was meant.

RMSE is that of the pixels, in grey levels: of the nearest seed of the bank, and of the digit that was found. A class is
kept if the classifier reads it in the digit that was found. Seconds are those of the processor, on one thread.

Then /invert is asked for the drawings over HTTP, alone, and beside a visitor who asks for a grid of 64 digits (of the
DCGAN, if there is one), again and again, and pauses for half a second after each.

Takes ten minutes; run it when nothing else uses the machine. Without the times over HTTP: --times 0. In half a minute:
--digits 2 --times 2.
"""

import asyncio
import time
from pathlib import Path

import numpy as np
import torch
from common import ROOT, make_parser, print_results
from helpers.browsing import ARGUMENTS, CHROMIUM
from helpers.pad import draw_with_mouse
from helpers.serving import ask, started
from helpers.strokes import DRAWINGS, rasterise, to_base64
from playwright.sync_api import sync_playwright
from torch import Tensor
from watching import FILM_PAUSE, Visitor

from gan.checkpoint import epochs, load_snapshot
from gan.classifier import WEIGHTS, classify, load_classifier
from gan.datasets.reals import REALS, load_reals
from gan.drawing import to_digit
from gan.inversion import BANK, Inverter, invert, make_inverter
from gan.latent import consecutive, latents
from gan.models import GAN
from gan.sampling import generate

CLOSE = 10  # grey levels
FIRST_SEED = 10 * BANK  # of the own samples


def draw_all(checkpoints: Path, drawings: list[dict]) -> np.ndarray:
    """The pictures that the page sends of drawings that are made with the mouse: uint8 (N, SIDE, SIDE)."""
    with started(checkpoints) as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page()
        page.goto(f"{address}?view=draw")
        pictures = []
        for drawing in drawings:
            pictures.append(draw_with_mouse(page, drawing))
            page.locator(".clear").click()
        browser.close()
    return np.stack(pictures)


def digits_of(gan: GAN, classifier: torch.nn.Sequential, checkpoints: Path, pictures: np.ndarray, count: int) -> dict:
    """The digits of each kind, uint8 (N, 28, 28), and their classes, (N,): `count` of them, or as many as there are.

    pictures: of the first drawings.
    """
    reals = load_reals(checkpoints / REALS, "test")
    chosen = np.random.RandomState(0).permutation(len(reals.images))[:count]
    own = generate(gan.generator, latents(consecutive(FIRST_SEED, count)))
    return {
        "test": (torch.from_numpy(reals.images[chosen]), torch.from_numpy(reals.labels[chosen])),
        "own": (own, classify(classifier, own)[0]),
        "drawings": (
            torch.from_numpy(np.stack([to_digit(picture) for picture in pictures])),
            torch.tensor([drawing["digit"] for drawing in DRAWINGS[: len(pictures)]]),
        ),
    }


def measure_quality(
    gan: GAN, inverter: Inverter, classifier: torch.nn.Sequential, digits: Tensor, classes: Tensor
) -> dict:
    """How close the digits that are found come to some digits, (N, 28, 28), of these classes, (N,)."""
    start = time.thread_time()
    climbs = [invert(inverter, digit) for digit in digits]
    seconds = (time.thread_time() - start) / len(digits)
    found = generate(gan.generator, torch.stack([climb.z[-1] for climb in climbs]))
    nearest = generate(gan.generator, latents([climb.seed for climb in climbs]))
    errors = rmse(found, digits)
    return {
        "digits": len(digits),
        "nearest_rmse": rmse(nearest, digits).median().item(),
        "rmse": errors.median().item(),
        "rmse_p90": errors.quantile(0.9).item(),
        "close": (errors <= CLOSE).double().mean().item(),
        "read": share(classify(classifier, digits)[0], classes),
        "kept": share(classify(classifier, found)[0], classes),
        "seconds": seconds,
    }


def rmse(images: Tensor, others: Tensor) -> Tensor:
    """The errors of images in grey levels: two uint8 (N, 28, 28) -> (N,)."""
    return (images.double() - others.double()).square().mean((1, 2)).sqrt()


def share(read: Tensor, classes: Tensor) -> float:
    """The share of images whose class is right."""
    return (read == classes).double().mean().item()


async def ask_often(address: str, model: str, epoch: int, films: list | None, pictures: list[str]) -> dict:
    """The milliseconds of /invert for some drawings, one after the other; and of the `films` that are asked beside."""
    visitor, times = Visitor(), {"invert": [], "films": []}
    await visitor.open(address)
    beside = asyncio.create_task(ask_films(address, films, times["films"])) if films else None
    for picture in pictures:
        start = time.perf_counter()
        await visitor.ask("invert", [model, epoch, picture])
        times["invert"].append(1000 * (time.perf_counter() - start))
    if beside:
        beside.cancel()
    return {name: summary(values) for name, values in times.items() if values}


async def ask_films(address: str, film: list, times: list[float]) -> None:
    """Ask for a film at one seed after the other, until cancelled. film: its model and epoch."""
    visitor = Visitor()
    await visitor.open(address)
    while True:
        start = time.perf_counter()
        await visitor.ask("pictures", ["generate", [*film, len(times), 64]])
        times.append(1000 * (time.perf_counter() - start))
        await asyncio.sleep(FILM_PAUSE)


def summary(times: list[float]) -> dict:
    """The median and the 95th percentile."""
    median, p95 = np.percentile(times, (50, 95)).tolist()
    return {"median_ms": median, "p95_ms": p95}


def measure_times(checkpoints: Path, models: list[str], count: int) -> dict:
    """The times of /invert over HTTP, for each model: the first one, and `count` alone and beside films."""
    pictures = [to_base64(rasterise(DRAWINGS[number % len(DRAWINGS)])) for number in range(count)]
    results = {}
    with started(checkpoints) as (_, address):
        runs = ask(address, "catalogue", [])["models"]
        film = [list(runs)[-1], list(runs.values())[-1]["epochs"][-1]]
        ask(address, "prepare", [*film, pictures[0]])  # loads the classifier
        for model in models:
            epoch = runs[model]["epochs"][-1]
            results[model] = {
                "first": asyncio.run(ask_often(address, model, epoch, None, pictures[:1])),  # draws the bank
                "alone": asyncio.run(ask_often(address, model, epoch, None, pictures)),
                "beside films": asyncio.run(ask_often(address, model, epoch, film, pictures)),
            }
    return results


def table(results: dict) -> str:
    """The results as tables in Markdown."""
    lines = [
        "| digits | model | RMSE: nearest seed | find | 90 % | at most 10 | class read | kept | processor |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for model, kinds in results["quality"].items():
        for kind, row in kinds.items():
            lines.append(
                f"| {row['digits']} {kind} | `{model}` | {row['nearest_rmse']:.1f} | {row['rmse']:.1f} "
                f"| {row['rmse_p90']:.1f} | {row['close']:.1%} | {row['read']:.1%} | {row['kept']:.1%} "
                f"| {row['seconds']:.2f} s |"
            )
    lines += ["", "| time | model | median | 95th percentile |", "|---|---|---|---|"]
    for model, situations in results["times"].items():
        for situation, what in situations.items():
            for name, times in what.items():
                head = f"| {name}, {situation} | `{model}` "
                lines.append(f"{head}| {times['median_ms']:.0f} ms | {times['p95_ms']:.0f} ms |")
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("--models", nargs="+", default=["mlp", "dcgan"], help="default: mlp dcgan")
    parser.add_argument("--digits", type=int, default=200, help="of each kind, at most (default: 200)")
    parser.add_argument("--times", type=int, default=50, help="drawings that are sent (default: 50)")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints", help="default: checkpoints")
    args = parser.parse_args()
    torch.set_num_threads(1)
    classifier = load_classifier(args.checkpoints / WEIGHTS)
    pictures = draw_all(args.checkpoints, DRAWINGS[: args.digits])
    quality = {}
    for model in args.models:
        gan = load_snapshot(args.checkpoints / model, epochs(args.checkpoints / model)[-1])
        inverter = make_inverter(gan.generator)
        quality[model] = {
            kind: measure_quality(gan, inverter, classifier, *pair)
            for kind, pair in digits_of(gan, classifier, args.checkpoints, pictures, args.digits).items()
        }
    times = measure_times(args.checkpoints, args.models, args.times) if args.times else {}
    results = {"quality": quality, "times": times}
    print_results(results, table(results))
