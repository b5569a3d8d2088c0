"""Kill trainings at many moments and check that nothing is lost.

    python tests/benchmarks/kills.py [--kills N --seed N]

Short runs of the MLP on drawn digits are killed (SIGKILL) and resumed until they are complete. Half of the kills come
at a random moment, half during a save or during the swap of the served run. Each run must end with the same bits as a
run that was never stopped. Meanwhile another process loads the served snapshots again and again. Each must be complete
and belong to the old run or to the new one.

Fifty kills take three minutes, one kill (--kills 1) some 15 s. Linux only: each training is a fork of this process, so
that PyTorch is imported once, and the paths of open files are read from /proc.
"""

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
from collections.abc import Callable
from pathlib import Path

import torch
from common import make_parser
from helpers.digits import write_mnist

import train
from gan.checkpoint import STATE, epochs, in_progress_dir, load_snapshot
from gan.runs.swap import has_unfinished_run
from gan.store.metrics_log import METRICS

EPOCHS = 6
SEEDS = 0, 1  # of the runs, in turns
RANDOM_MOMENT = "at a random moment"
RENAME, DELETE = "swap: rename a folder", "swap: delete a file"
SAVES = {
    "epoch-": "save a snapshot",
    "samples-": "save a picture",
    METRICS: "save the metrics",
    STATE: "save the state",
}
ACTIONS = [*SAVES.values(), RENAME, DELETE]
fork = multiprocessing.get_context("fork")


def action_of(call: str, path: Path) -> str | None:
    """The action that a call of the `os` module belongs to: an item of ACTIONS, or None."""
    if call in ("rename", "unlink"):
        return RENAME if call == "rename" else DELETE
    name = path.name.lstrip(".")  # a file that is being written is called .NAME.draft
    return next((action for prefix, action in SAVES.items() if name.startswith(prefix)), None)


def kill_at(action: str, count: int, report: Callable[[str], None]) -> None:
    """Make this process report `action` and kill itself, just before its `count`-th call that belongs to it."""

    def wrap(call: str, original: Callable) -> Callable:
        def wrapped(target, *args, **kwargs):
            nonlocal count
            path = os.readlink(f"/proc/self/fd/{target}") if call == "fsync" else target
            count -= action_of(call, Path(path)) == action
            if count == 0:
                report(action)
                os.kill(os.getpid(), signal.SIGKILL)
            return original(target, *args, **kwargs)

        return wrapped

    for call in ("fsync", "replace", "rename", "unlink"):
        setattr(os, call, wrap(call, getattr(os, call)))


def start_training(argv: list[str], kill: tuple | None = None) -> multiprocessing.Process:
    """Start `python train.py` in a fork of this process. `kill`: the arguments of `kill_at`."""

    def run() -> None:
        if kill:
            kill_at(*kill)
        with open(os.devnull, "w") as null, contextlib.redirect_stdout(null):
            sys.exit(train.main(argv))

    process = fork.Process(target=run)
    process.start()
    return process


def train_to_end(argv: list[str]) -> float:
    """Train without a kill. Return the seconds it took."""
    start = time.perf_counter()
    process = start_training(argv)
    process.join()
    assert process.exitcode == 0
    return time.perf_counter() - start


def check_served(directory: Path, complete_runs: list[Path], stop, loaded) -> None:
    """Load the served snapshots until the event `stop` is set. Count them in the shared value `loaded`."""
    expected = {epoch: [load_snapshot(run, epoch).state_dict() for run in complete_runs] for epoch in range(EPOCHS + 1)}
    while not stop.is_set():
        assert epochs(directory) == list(range(EPOCHS + 1)), epochs(directory)
        for epoch in range(EPOCHS + 1):
            weights = load_snapshot(directory, epoch).state_dict()
            assert any(all(torch.equal(weights[name], run[name]) for name in weights) for run in expected[epoch])
            with loaded.get_lock():
                loaded.value += 1


def snapshots(directory: Path) -> dict[str, bytes]:
    """The bytes of a run's snapshots, by file name."""
    return {path.name: path.read_bytes() for path in directory.glob("epoch-*.safetensors")}


def train_and_kill(argv: list[str], rng: random.Random, seconds: float, actions: itertools.cycle) -> tuple[int, str]:
    """Train, and try to kill the process, which may end before. Return its exit code and what the kill hit."""
    if rng.random() < 0.5:
        process = start_training(argv)
        process.join(rng.uniform(0, seconds / 2))
        process.kill()
        process.join()
        return process.exitcode, RANDOM_MOMENT
    receiver, sender = fork.Pipe(duplex=False)
    process = start_training(argv, (next(actions), rng.randint(1, 4), sender.send))
    process.join()
    return process.exitcode, receiver.recv() if receiver.poll() else ""


def main(max_kills: int, rng: random.Random) -> None:
    """Kill and resume runs until `max_kills` kills are done and the last run is complete. Print a summary."""
    start = time.perf_counter()
    torch.set_num_threads(1)  # a core for the process that loads; also, a fork copies no other threads
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_mnist(root / "data")
        flags = ["mlp", "--epochs", str(EPOCHS), "--data", str(root / "data")]
        complete = {seed: root / f"complete-{seed}" / "mlp" for seed in SEEDS}
        for seed, run in complete.items():
            seconds = train_to_end([*flags, "--seed", str(seed), "--out", str(run.parent)])
        expected = {seed: snapshots(run) for seed, run in complete.items()}
        served = shutil.copytree(complete[1], root / "out" / "mlp")

        stop, loaded = fork.Event(), fork.Value("l", 0)
        checker = fork.Process(target=check_served, args=(served, list(complete.values()), stop, loaded))
        checker.start()
        kills, runs, resumes = Counter(), 0, 0
        actions = itertools.cycle(rng.sample(ACTIONS, len(ACTIONS)))
        while kills.total() < max_kills or has_unfinished_run(served):
            seed = SEEDS[runs % 2]
            argv = [*flags, "--seed", str(seed), "--out", str(served.parent)]
            if has_unfinished_run(served):
                argv.append("--resume")
                resumes += 1
            if kills.total() < max_kills:
                exit_code, hit = train_and_kill(argv, rng, seconds, actions)
            else:
                train_to_end(argv)
                exit_code = 0
            assert exit_code in (0, -signal.SIGKILL), exit_code
            assert checker.is_alive(), "a served snapshot could not be loaded"
            if exit_code == 0:
                assert snapshots(served) == expected[seed], "the run has other bits than a run that was never stopped"
                assert not in_progress_dir(served).exists()
                runs += 1
            else:
                kills[hit] += 1
        stop.set()
        checker.join()
        assert checker.exitcode == 0
    assert max_kills < 50 or set(kills) == {RANDOM_MOMENT, *ACTIONS}, kills
    print(f"{kills.total()} kills, {resumes} resumes, {runs} complete runs: each has the bits of a run without a kill")
    print(f"{loaded.value:,} snapshots loaded meanwhile, all complete; {time.perf_counter() - start:.0f} s")
    for name, number in sorted(kills.items()):
        print(f"{number:>4}  {name}")


if __name__ == "__main__":
    parser = make_parser(__doc__)
    parser.add_argument("--kills", type=int, default=50, help="default: 50")
    parser.add_argument("--seed", type=int, default=0, help="draws the moments (default: 0)")
    args = parser.parse_args()
    main(args.kills, random.Random(args.seed))
