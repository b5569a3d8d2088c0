"""Shared by the benchmarks: the import path, the flags, timing, output, and facts about the machine.

Import this module before `gan` and `helpers`: it puts the repository and tests/ on the import path.
"""

import argparse
import json
import os
import platform
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]


def make_parser(doc: str) -> argparse.ArgumentParser:
    """A parser whose --help prints the docstring of the script."""
    return argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)


def add_data_flag(parser: argparse.ArgumentParser) -> None:
    """Add --data, a folder that holds MNIST."""
    parser.add_argument("--data", type=Path, default=Path("data"), help="a folder that holds MNIST (default: data)")


def seconds(function: Callable[[], object]) -> float:
    """The seconds that one call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def print_results(results: dict, table: str) -> None:
    """Print the results as JSON on standard output, and the table on standard error."""
    print(json.dumps(results, indent=2))
    print(table, file=sys.stderr)


def machine() -> str:
    """The number of cores and the name of the processor."""
    name = platform.processor()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        name = models[0].partition(":")[2].strip() if models else name
    return f"{os.cpu_count()} cores of {name}"


def resident_mb(pid: int) -> float | None:
    """The resident memory of a process in MB. None on a system without /proc."""
    status = Path(f"/proc/{pid}/status")
    return int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1000 if status.exists() else None
