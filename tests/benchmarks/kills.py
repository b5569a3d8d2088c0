"""Kill trainings at many moments and see what it costs: python tests/benchmarks/kills.py [--kills N] [--seed N].

Short runs of the MLP on drawn digits, two seeds by turns, are killed (SIGKILL) and resumed until they are complete:
half the time at any moment, half in each save and in the swap. Each must end in the bits of a run that nothing stopped;
and another process, which loads all that is served over and over, must find every snapshot whole, of one run or the
other. Lives are forks of this process, so that PyTorch is imported once.
"""

import argparse
import contextlib
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import torch  # noqa: E402
from helpers.digits import write_mnist  # noqa: E402

import train  # noqa: E402
from gan.checkpoint import epochs, in_progress_dir, load_snapshot  # noqa: E402
from gan.runs.swap import has_unfinished_run  # noqa: E402
from gan.store.metrics_log import METRICS  # noqa: E402

EPOCHS = 6
SEEDS = 0, 1
KINDS = ["save of epoch", "save of samples", "save of metrics", "save of state"]
KINDS += ["swap: a folder moves", "swap: a file is deleted"]
fork = multiprocessing.get_context("fork")


def live(argv: list[str], chosen: str = "", count: int = 0, report=None) -> None:
    """Train, and die before the `count`-th call on the disk that is of the `chosen` kind, after saying so."""

    def dying(call, original):
        def counted(first, *args, **kwargs):
            nonlocal count
            path = os.readlink(f"/proc/self/fd/{first}") if call == "fsync" else os.fspath(first)
            count -= kind(call, Path(path).name) == chosen
            if count == 0:
                report.send(chosen)
                os.kill(os.getpid(), signal.SIGKILL)
            return original(first, *args, **kwargs)

        return counted

    if chosen:
        for call in ("fsync", "replace", "rename", "unlink"):
            setattr(os, call, dying(call, getattr(os, call)))
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        sys.exit(train.main(argv))


def kind(call: str, name: str) -> str:
    """What a call on a file of that name belongs to: one of KINDS, or nothing."""
    if call in ("rename", "unlink"):
        return {"rename": "swap: a folder moves", "unlink": "swap: a file is deleted"}[call]
    what = name.strip(".").replace(".", "-").partition("-")[0]
    return f"save of {what}" if name.endswith(".draft") or name == METRICS else ""


def watch(directory: Path, whole: dict[int, Path], stop, loaded) -> None:
    """Load every served snapshot, over and over."""
    sound = {epoch: [load_snapshot(run, epoch).state_dict() for run in whole.values()] for epoch in range(EPOCHS + 1)}
    while not stop.is_set():
        assert epochs(directory) == list(range(EPOCHS + 1)), epochs(directory)
        for epoch in range(EPOCHS + 1):
            gan = load_snapshot(directory, epoch).state_dict()
            assert any(all(torch.equal(gan[name], run[name]) for name in gan) for run in sound[epoch])
            with loaded.get_lock():
                loaded.value += 1


def snapshots(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.glob("epoch-*.safetensors")}


def begin(argv: list[str], *moment) -> multiprocessing.Process:
    process = fork.Process(target=live, args=(argv, *moment))
    process.start()
    return process


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()
    draw = random.Random(args.seed)
    began = time.perf_counter()
    torch.set_num_threads(1)  # the watcher has a core to itself, and no thread is there when a life is forked
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_mnist(root / "data")
        flags = ["mlp", "--epochs", str(EPOCHS), "--data", str(root / "data")]
        whole, seconds = {}, 0.0
        for seed in SEEDS:
            whole[seed] = root / f"whole-{seed}" / "mlp"
            start = time.perf_counter()
            process = begin([*flags, "--seed", str(seed), "--out", str(whole[seed].parent)])
            process.join()
            assert process.exitcode == 0
            seconds = time.perf_counter() - start
        expected = {seed: snapshots(run) for seed, run in whole.items()}
        out = root / "out"
        shutil.copytree(whole[1], out / "mlp")

        stop, loaded = fork.Event(), fork.Value("l", 0)
        watcher = fork.Process(target=watch, args=(out / "mlp", whole, stop, loaded))
        watcher.start()
        kills, places, runs, resumed = 0, Counter(), 0, 0
        chosen = itertools.cycle(draw.sample(KINDS, len(KINDS)))
        while kills < args.kills or has_unfinished_run(out / "mlp"):
            seed = SEEDS[runs % 2]
            argv = [*flags, "--seed", str(seed), "--out", str(out)]
            if has_unfinished_run(out / "mlp"):
                argv.append("--resume")
                resumed += 1
            if kills >= args.kills:
                process = begin(argv)
                process.join()
            elif draw.random() < 0.5:
                process = begin(argv)
                process.join(draw.uniform(0, seconds / 2))
                if process.is_alive():
                    process.kill()
                    process.join()
                    places["any moment"] += process.exitcode == -signal.SIGKILL
            else:
                hear, tell = fork.Pipe(duplex=False)
                process = begin(argv, next(chosen), draw.randint(1, 4), tell)
                process.join()
                if hear.poll():
                    places[hear.recv()] += 1
            kills += process.exitcode == -signal.SIGKILL
            assert process.exitcode in (0, -signal.SIGKILL), process.exitcode
            assert watcher.is_alive(), "what was served could not be loaded"
            if process.exitcode == 0:
                assert snapshots(out / "mlp") == expected[seed], "other bits than those of a run that nothing stopped"
                assert not in_progress_dir(out / "mlp").exists()
                runs += 1
        stop.set()
        watcher.join()
        assert watcher.exitcode == 0
    assert args.kills < 50 or set(places) == {"any moment", *KINDS}, places
    print(f"{kills} kills, {resumed} resumes, {runs} runs complete: each in the bits of a run that nothing stopped")
    print(f"{loaded.value:,} snapshots were loaded meanwhile, all whole; {time.perf_counter() - began:.0f} s")
    for name, number in sorted(places.items()):
        print(f"{number:>4}  {name}")


if __name__ == "__main__":
    main()
