"""Many visitors at once, on the same machine as the server. Linux only.

    python tests/benchmarks/load.py [--visitors N ... --seconds N --rounds N --requests N --checkpoints DIR]

A visitor opens the page, then looks for 1 to 4 seconds and acts, again and again. Half of the actions show another
seed, view or model. The others drag or play what is shown, which sends no request. A visitor asks for the pictures and
then for the predictions, like the page, and for nothing twice. Times end with the last byte of the answer.

Then 30 visitors open one link, a DCGAN progression, at the same time: how much longer do they wait than one alone? Each
round takes another seed, so that no answer is kept yet.

A visitor asks for films while others watch four live runs: training must not hold a film up.

A second server shows what memory a server keeps: eight clients send --requests requests without a pause. Its memory is
measured after the first 1,000 and at the end.

Takes fifteen minutes; run it when nothing else uses the machine. In half a minute:
--visitors 2 --seconds 2 --rounds 1 --requests 10.
"""

import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path

import httpx
import numpy as np
from common import ROOT, machine, make_parser, print_results, resident_mb
from helpers.serving import ask, started
from watching import films_beside_text, measure_films_beside

PAUSE = 1, 4  # seconds
ACTIONS = {"seed": 5, "view": 2, "model": 1, "drag": 4, "play": 2}  # with their relative frequencies
VIEWS = ["generate", "truncated", "interpolate", "plane", "progression"]
SAME_LINK_VISITORS = 30
CLIENTS = 8  # that send requests without a pause
WARM_REQUESTS = 1000  # after which a server has filled its caches
TIMEOUT = 60  # seconds


class Visitor:
    """What a visitor sees, and what the page asks for. All choices are drawn from `rng`."""

    def __init__(self, runs: dict, rng: random.Random):
        self.runs, self.rng, self.asked = runs, rng, set()
        self.model, self.view, self.seed = list(runs)[-1], "generate", 0

    def act(self) -> None:
        """Do one of ACTIONS. Dragging and playing change nothing here."""
        (action,) = self.rng.choices(list(ACTIONS), ACTIONS.values())
        if action == "seed":
            self.seed = self.rng.randrange(2**32 - 100)
        elif action == "view":
            self.view = self.rng.choice([view for view in VIEWS if view != self.view])
        elif action == "model":
            self.model = self.rng.choice(list(self.runs))

    def question(self) -> list:
        """The inputs of /pictures and of /predictions for what the visitor sees: the view, and its arguments."""
        model, epoch, seed = self.model, self.runs[self.model]["epochs"][-1], self.seed
        arguments = {
            "generate": [model, epoch, seed, 64],
            "truncated": [model, epoch, seed, 64, 0.7],
            "interpolate": [model, epoch, seed, 7, 60, "slerp"],
            "plane": [model, epoch, [seed, 7, 2, 3]],
            "progression": [model, seed, 16],
        }
        return [self.view, arguments[self.view]]

    def new_question(self) -> list | None:
        """Like `question`, or None if this visitor has asked it before."""
        question = self.question()
        key = json.dumps(question)
        if key in self.asked:
            return None
        self.asked.add(key)
        return question


async def send(client: httpx.AsyncClient, name: str, values: list, times: list, errors: Counter) -> None:
    """Ask an endpoint. Append the milliseconds to `times`, or count the error."""
    start = time.perf_counter()
    try:
        response = await client.post(f"/gradio_api/run/{name}", json={"data": values})
        if response.status_code != 200 or not response.json()["data"][0]:
            errors[f"status {response.status_code}"] += 1
            return
    except httpx.HTTPError as error:
        errors[type(error).__name__] += 1
        return
    times.append(1000 * (time.perf_counter() - start))


async def visit(address: str, visitor: Visitor, end: float, times: list, errors: Counter) -> None:
    """Open the page after up to four seconds, and act on it until the time `end`."""
    async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT) as client:
        await asyncio.sleep(visitor.rng.uniform(0, min(PAUSE[1], end - time.perf_counter())))
        if (await client.get("/")).status_code != 200:
            errors["the page"] += 1
        await send(client, "catalogue", [], times, errors)
        while True:
            if question := visitor.new_question():
                await send(client, "pictures", question, times, errors)
                await send(client, "predictions", question, times, errors)
            pause = visitor.rng.uniform(*PAUSE)
            if time.perf_counter() + pause > end:
                return
            await asyncio.sleep(pause)
            visitor.act()


async def visit_together(address: str, runs: dict, count: int, seconds: float) -> tuple[list, Counter]:
    """The milliseconds of each request, and the errors, of `count` visitors at once."""
    times, errors = [], Counter()
    end = time.perf_counter() + seconds
    visitors = [Visitor(runs, random.Random(f"{count} {number}")) for number in range(count)]
    await asyncio.gather(*(visit(address, visitor, end, times, errors) for visitor in visitors))
    return times, errors


async def send_many(address: str, runs: dict, first: int, last: int) -> Counter:
    """Send the requests number `first` to `last` - 1 from all clients. Return the errors.

    Request 2n asks for the pictures of a view at seed n, request 2n + 1 for its predictions.
    """
    numbers, errors = iter(range(first, last)), Counter()

    async def send_next() -> None:
        async with httpx.AsyncClient(base_url=address, timeout=TIMEOUT) as client:
            for number in numbers:
                seed = number // 2
                visitor = Visitor(runs, random.Random(seed))
                visitor.seed, visitor.model = seed, visitor.rng.choice(list(runs))
                visitor.view = VIEWS[seed % len(VIEWS)]
                await send(client, ("pictures", "predictions")[number % 2], visitor.question(), [], errors)

    await asyncio.gather(*(send_next() for _ in range(CLIENTS)))
    return errors


def measure_visitors(pid: int, address: str, runs: dict, count: int, seconds: float) -> dict:
    """The results of `count` visitors at once."""
    mb_before = resident_mb(pid)
    times, errors = asyncio.run(visit_together(address, runs, count, seconds))
    median, p95, p99 = np.percentile(times, (50, 95, 99)).tolist()
    return {
        "visitors": count,
        "requests": len(times) + errors.total(),
        "errors": dict(errors),
        "per_second": len(times) / seconds,
        "median_ms": median,
        "p95_ms": p95,
        "p99_ms": p99,
        "mb_before": mb_before,
        "mb_after": resident_mb(pid),
    }


async def open_together(address: str, count: int, model: str, seed: int) -> float:
    """The milliseconds until `count` visitors who open the same link at once all have its pictures and predictions.

    They read the bytes of the answers and no more, because visitors have machines of their own.
    """
    host, port = address.removeprefix("http://").split(":")
    connections = [await asyncio.open_connection(host, int(port)) for _ in range(count)]

    async def open_link(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for name in ("pictures", "predictions"):
            body = json.dumps({"data": ["progression", [model, seed, 16]]}).encode()
            head = f"POST /gradio_api/run/{name} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {len(body)}\r\n\r\n"
            writer.write(head.encode() + body)
            head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
            assert head.startswith("http/1.1 200 "), head
            await reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))

    start = time.perf_counter()
    await asyncio.gather(*(open_link(*connection) for connection in connections))
    milliseconds = 1000 * (time.perf_counter() - start)
    for _, writer in connections:
        writer.close()
    return milliseconds


def measure_same_link(address: str, runs: dict, rounds: int) -> dict:
    """The median milliseconds for one visitor alone, and for SAME_LINK_VISITORS at once."""
    model = list(runs)[-1]
    alone, together = [], []
    for seed in range(rounds):
        alone.append(asyncio.run(open_together(address, 1, model, 1000 + 2 * seed)))
        together.append(asyncio.run(open_together(address, SAME_LINK_VISITORS, model, 1001 + 2 * seed)))
    return {"alone_ms": float(np.median(alone)), "together_ms": float(np.median(together))}


def measure_memory(checkpoints: Path, requests: int) -> dict:
    """The memory of a new server after WARM_REQUESTS requests, and after all."""
    warm = min(WARM_REQUESTS, requests)
    with started(checkpoints) as (process, address):
        runs = ask(address, "catalogue", [])["models"]
        errors = asyncio.run(send_many(address, runs, 0, warm))
        mb_warm = resident_mb(process.pid)
        errors += asyncio.run(send_many(address, runs, warm, requests))
        return {"requests": [warm, requests], "mb": [mb_warm, resident_mb(process.pid)], "errors": dict(errors)}


def table(results: dict) -> str:
    """The results as a table in Markdown."""
    lines = [
        "| visitors | requests | errors | a second | median | 95th percentile | 99th | memory before, after |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in results["visitors"]:
        lines.append(
            f"| {row['visitors']} | {row['requests']:,} | {sum(row['errors'].values())} | {row['per_second']:.1f} "
            f"| {row['median_ms']:.0f} ms | {row['p95_ms']:.0f} ms | {row['p99_ms']:.0f} ms "
            f"| {row['mb_before']:.0f}, {row['mb_after']:.0f} MB |"
        )
    link = results["same_link"]
    lines += ["", f"One visitor who opens a DCGAN progression waits {link['alone_ms']:.0f} ms for all of it."]
    ratio = link["together_ms"] / link["alone_ms"]
    lines += [f"{SAME_LINK_VISITORS} at once wait {link['together_ms']:.0f} ms: {ratio:.2f} times as long."]
    lines += ["", films_beside_text(results["films_beside"])]
    (warm, requests), (mb_warm, mb_end) = results["memory"]["requests"], results["memory"]["mb"]
    lines += ["", f"A new server holds {mb_warm:.0f} MB after {warm:,} requests, {mb_end:.0f} MB after {requests:,}."]
    return "\n".join(lines)


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("--visitors", type=int, nargs="+", default=[1, 8, 32, 128], help="default: 1 8 32 128")
    parser.add_argument("--seconds", type=float, default=60, help="for each number of visitors (default: 60)")
    parser.add_argument("--rounds", type=int, default=9, help="of the same link (default: 9)")
    parser.add_argument("--requests", type=int, default=20_000, help="to the second server (default: 20000)")
    parser.add_argument("--checkpoints", type=Path, default=ROOT / "checkpoints", help="default: checkpoints")
    args = parser.parse_args()
    with started(args.checkpoints) as (process, address):
        runs = ask(address, "catalogue", [])["models"]  # the answer comes once the server has loaded the runs
        rows = [measure_visitors(process.pid, address, runs, count, args.seconds) for count in args.visitors]
        same_link = measure_same_link(address, runs, args.rounds)
        beside = measure_films_beside(address, runs["dcgan"]["epochs"][-1], args.seconds / 3)
    memory = measure_memory(args.checkpoints, args.requests)
    results = {
        "machine": machine(),
        "seconds": args.seconds,
        "visitors": rows,
        "same_link": same_link,
        "films_beside": beside,
        "memory": memory,
    }
    print_results(results, table(results))
