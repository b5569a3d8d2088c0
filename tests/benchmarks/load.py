"""Many visitors at once on loopback: JSON on standard output, a table on standard error.

python tests/benchmarks/load.py [--visitors 1 8 32 128] [--seconds N] [--requests N] [--checkpoints DIR]

A visitor opens the page (its HTML; what else it weighs comes once, from the disk), then looks, for 1 to 4 seconds at a
time, and acts: another seed, another view, another model, or scrubs or plays what is there, which asks nothing. As the
page does, a visitor asks for the pictures and then for the predictions of them, one after the other, and for none twice.
Then a new server answers --requests questions from eight who do not look, to see what it keeps: the memory after 1,000
of them and after all. Times go from sending a question to the last byte of its answer. Run it when nothing else runs:
visitors and server share the machine.
"""

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import httpx  # noqa: E402
from helpers.serving import ask, started  # noqa: E402

LOOK = 1, 4  # seconds
ACTIONS = {"seed": 5, "view": 2, "model": 1, "scrub": 4, "play": 2}  # how often, in parts
VIEWS = ["generate", "truncated", "interpolate", "plane", "progression"]
HURRIED = 8
SETTLED = 1000  # requests, after which a server holds what it needs


class Visitor:
    """What one visitor has on the page, and what it asks for: choices come from `draw` alone."""

    def __init__(self, runs: dict, draw: random.Random):
        self.runs, self.draw, self.asked = runs, draw, set()
        self.model, self.view, self.seed = list(runs)[-1], "generate", 0

    def act(self) -> None:
        """Do one of ACTIONS."""
        (action,) = self.draw.choices(list(ACTIONS), ACTIONS.values())
        if action == "seed":
            self.seed = self.draw.randrange(2**32 - 100)
        elif action == "view":
            self.view = self.draw.choice([view for view in VIEWS if view != self.view])
        elif action == "model":
            self.model = self.draw.choice(list(self.runs))

    def question(self) -> list:
        """The view and the values behind what is on the page now, as the page asks for their pictures and predictions."""
        model, epoch, seed = self.model, self.runs[self.model]["epochs"][-1], self.seed
        values = {
            "generate": [model, epoch, seed, 64],
            "truncated": [model, epoch, seed, 64, 0.7],
            "interpolate": [model, epoch, seed, 7, 60, "slerp"],
            "plane": [model, epoch, [seed, 7, 2, 3]],
            "progression": [model, seed, 16],
        }
        return [self.view, values[self.view]]

    def new_question(self) -> list | None:
        """The same, where it has not been asked before."""
        question = self.question()
        known = json.dumps(question) in self.asked
        self.asked.add(json.dumps(question))
        return None if known else question


async def answer(client: httpx.AsyncClient, question: tuple[str, list], times: list, errors: Counter) -> None:
    """Ask, and note the milliseconds of a right answer or what went wrong."""
    name, values = question
    began = time.perf_counter()
    try:
        given = await client.post(f"/gradio_api/run/{name}", json={"data": values})
        if given.status_code != 200 or not given.json()["data"][0]:
            errors[f"status {given.status_code}"] += 1
            return
    except httpx.HTTPError as error:
        errors[type(error).__name__] += 1
        return
    times.append(1000 * (time.perf_counter() - began))


async def visit(address: str, visitor: Visitor, end: float, times: list, errors: Counter) -> None:
    """Come within a few seconds, open the page, and act on it until the end."""
    async with httpx.AsyncClient(base_url=address, timeout=60) as client:
        await asyncio.sleep(visitor.draw.uniform(0, min(LOOK[1], end - time.perf_counter())))
        if (await client.get("/")).status_code != 200:
            errors["the page"] += 1
        await answer(client, ("catalogue", []), times, errors)
        while True:
            if question := visitor.new_question():
                await answer(client, ("pictures", question), times, errors)
                await answer(client, ("predictions", question), times, errors)
            pause = visitor.draw.uniform(*LOOK)
            if time.perf_counter() + pause > end:
                return
            await asyncio.sleep(pause)
            visitor.act()


async def crowd(address: str, runs: dict, count: int, seconds: float) -> tuple[list, Counter]:
    """The times and the errors of so many visitors."""
    times, errors = [], Counter()
    end = time.perf_counter() + seconds
    visitors = [Visitor(runs, random.Random(f"{count} {number}")) for number in range(count)]
    await asyncio.gather(*(visit(address, visitor, end, times, errors) for visitor in visitors))
    return times, errors


async def hurry(address: str, runs: dict, first: int, count: int) -> Counter:
    """The errors of `count` questions, numbered from `first`, from HURRIED who do not look: two for each scene."""
    numbers, errors = iter(range(first, first + count)), Counter()

    async def one() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=60) as client:
            for number in numbers:
                scene = number // 2
                visitor = Visitor(runs, random.Random(scene))
                visitor.seed, visitor.model = scene, visitor.draw.choice(list(runs))
                visitor.view = VIEWS[scene % len(VIEWS)]
                await answer(client, (("pictures", "predictions")[number % 2], visitor.question()), [], errors)

    await asyncio.gather(*(one() for _ in range(HURRIED)))
    return errors


def resident(process) -> float:
    """The memory that a process has now, in MB."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) / 1000


def level(process, address: str, runs: dict, count: int, seconds: float) -> dict:
    """What so many visitors found."""
    before = resident(process)
    times, errors = asyncio.run(crowd(address, runs, count, seconds))
    cuts = statistics.quantiles(times, n=100, method="inclusive")
    found = {"visitors": count, "requests": len(times) + errors.total(), "errors": dict(errors)}
    found |= {"median_ms": cuts[49], "p95_ms": cuts[94], "p99_ms": cuts[98]}
    return found | {"per_second": len(times) / seconds, "mb_before": before, "mb_after": resident(process)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 8, 32, 128])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints")
    args = parser.parse_args()

    with started(args.checkpoints) as (process, address):
        runs = ask(address, "catalogue", [])["models"]  # by now the server has loaded them
        levels = []
        print("visitors  requests  errors  median ms  95th  99th  a second  MB before  after", file=sys.stderr)
        for count in args.visitors:
            found = level(process, address, runs, count, args.seconds)
            levels.append(found)
            print(
                f"{count:8}  {found['requests']:8}  {sum(found['errors'].values()):6}  {found['median_ms']:9.0f}  "
                f"{found['p95_ms']:4.0f}  {found['p99_ms']:4.0f}  {found['per_second']:8.1f}  "
                f"{found['mb_before']:9.0f}  {found['mb_after']:5.0f}",
                file=sys.stderr,
            )
    settled = min(SETTLED, args.requests)
    with started(args.checkpoints) as (process, address):
        errors = asyncio.run(hurry(address, runs, 0, settled))
        early = resident(process)
        errors += asyncio.run(hurry(address, runs, settled, args.requests - settled))
        late = resident(process)
    kept = {"requests": [settled, args.requests], "mb": [early, late], "errors": dict(errors)}
    print(f"memory: {early:.0f} MB after {settled:,} requests, {late:.0f} after {args.requests:,}", file=sys.stderr)
    json.dump({"cpus": os.cpu_count(), "seconds": args.seconds, "levels": levels, "memory": kept}, sys.stdout, indent=2)
    print()


if __name__ == "__main__":
    main()
