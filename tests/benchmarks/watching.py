"""What the benchmarks of live runs share: visitors who watch runs, and films that others ask for meanwhile."""

import asyncio
import json
import re
import time

import numpy as np

LIVE_RUNS = 4  # beside which films are asked for
FILM_PAUSE = 0.5  # seconds between two films


class Visitor:
    """A visitor with an open connection, who reads of an answer only what he needs: his machine is not the server's."""

    async def open(self, address: str) -> None:
        """Connect."""
        host, port = address.removeprefix("http://").split(":")
        self.host = host
        self.reader, self.writer = await asyncio.open_connection(host, int(port))

    async def ask(self, name: str, values: list) -> bytes:
        """The JSON of an answer."""
        body = json.dumps({"data": values}).encode()
        head = f"POST /gradio_api/run/{name} HTTP/1.1\r\nHost: {self.host}\r\nContent-Length: {len(body)}\r\n\r\n"
        self.writer.write(head.encode() + body)
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode().lower()
        assert head.startswith("http/1.1 200 "), head
        return await self.reader.readexactly(int(head.partition("content-length:")[2].partition("\r\n")[0]))


def numbers(name: str, answer: bytes) -> list[int]:
    """The list of integers under a name in the JSON of an answer."""
    return [int(number) for number in re.search(rf'"{name}":\[([\d,]*)\]'.encode(), answer)[1].split(b",") if number]


async def watch(address: str, model: str, seed: int, end: float) -> dict:
    """What a visitor gets who watches a run until the time `end`: frames, their images, and ms to the first."""
    visitor = Visitor()
    await visitor.open(address)
    start = time.perf_counter()
    have, frames, images, first = -1, 0, 0, None
    while time.perf_counter() < end:
        answer = await visitor.ask("live", [model, [], seed, have, 0])
        if steps := numbers("steps", answer):
            first = first or 1000 * (time.perf_counter() - start)
            have, images = steps[-1], numbers("images", answer)[-1]
            frames += len(steps)
    visitor.writer.close()
    return {"frames": frames, "images": images, "first_ms": first}


def measure_watching(address: str, model: str, seeds: list[int], seconds: float) -> list[dict]:
    """What visitors get who watch at once, each the run of a seed."""

    async def together() -> list[dict]:
        end = time.perf_counter() + seconds
        return await asyncio.gather(*(watch(address, model, seed, end) for seed in seeds))

    return asyncio.run(together())


async def films_beside(address: str, epoch: int, seconds: float) -> list[float]:
    """The milliseconds of DCGAN grids that are asked for one after the other, while LIVE_RUNS runs are watched."""
    end = time.perf_counter() + seconds
    watchers = [asyncio.create_task(watch(address, "small", 900 + number, end)) for number in range(LIVE_RUNS)]
    times, visitor = [], Visitor()
    await visitor.open(address)
    while time.perf_counter() < end:
        await asyncio.sleep(FILM_PAUSE)
        start = time.perf_counter()
        await visitor.ask("pictures", ["generate", ["dcgan", epoch, len(times), 64]])
        times.append(1000 * (time.perf_counter() - start))
    await asyncio.gather(*watchers)
    return times


def measure_films_beside(address: str, epoch: int, seconds: float) -> dict:
    """The times of the films of `films_beside`."""
    times = asyncio.run(films_beside(address, epoch, seconds))
    median, p95 = np.percentile(times, (50, 95)).tolist()
    return {"films": len(times), "median_ms": median, "p95_ms": p95}


def films_beside_text(beside: dict) -> str:
    """The result of `measure_films_beside` as a sentence."""
    return (
        f"Beside {LIVE_RUNS} live runs, {beside['films']} films took {beside['median_ms']:.0f} ms in the median, "
        f"{beside['p95_ms']:.0f} ms at the 95th percentile."
    )
