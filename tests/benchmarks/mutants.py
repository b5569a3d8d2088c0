"""Break the code on purpose, one line at a time, and see which tests notice.

    python tests/benchmarks/mutants.py [--all] [NAME ...]

mutants.json has the breaks: the file, the old and the new text, and the test files that should fail. Each break is made
in a copy of the repository. Prints for each whether a test of the quick tier (or, with --all, of any tier) caught it,
and which. --check only looks for the old texts. Takes about ten minutes.
"""

import argparse
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
NO_TESTS = 5  # pytest's exit code if all tests of the files are slow
MUTANTS = json.loads(Path(__file__).with_suffix(".json").read_text())


def copy_repository(folder: Path) -> Path:
    """A copy without git's files. The checkpoints are a link."""
    ignore = shutil.ignore_patterns(".git", "checkpoints", "__pycache__", ".*_cache", "data")
    copy = Path(shutil.copytree(ROOT, folder / "copy", ignore=ignore))
    (copy / "checkpoints").symlink_to(ROOT / "checkpoints")
    return copy


def failed_test(copy: Path, files: list[str], flags: list[str]) -> str:
    """The first test that fails, or an empty string if all pass. Raises RuntimeError if pytest reports neither."""
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "-p", "no:cacheprovider", *flags, *files]
    done = subprocess.run(command, cwd=copy, capture_output=True, text=True)
    if done.returncode in (0, NO_TESTS):
        return ""
    found = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if not found:  # killed: this must not count as caught
        raise RuntimeError(f"pytest exited with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}")
    return found[1]


def stale(mutant: dict) -> bool:
    """Whether the old text is not in its file exactly once."""
    return (ROOT / mutant["file"]).read_text(encoding="utf-8").count(mutant["old"]) != 1


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="breaks to try (default: all)")
    parser.add_argument("--all", action="store_true", help="run the slow tests of the files too")
    parser.add_argument("--check", action="store_true", help="only check that each old text is in its file once")
    args = parser.parse_args()
    mutants = [mutant for mutant in MUTANTS if not args.names or mutant["name"] in args.names]
    if names := [mutant["name"] for mutant in mutants if stale(mutant)]:
        sys.exit(f"the old text must be in its file once: {', '.join(names)}. Update mutants.json")
    if args.check:
        print(f"{len(mutants)} old texts found")
        return 0
    missed = []
    with tempfile.TemporaryDirectory() as folder:
        copy = copy_repository(Path(folder))
        for mutant in mutants:
            path = copy / mutant["file"]
            original = path.read_text(encoding="utf-8")
            path.write_text(original.replace(mutant["old"], mutant["new"]), encoding="utf-8")
            start = time.perf_counter()
            test = failed_test(copy, mutant["tests"], ["--all"] if args.all else [])
            path.write_text(original, encoding="utf-8")
            print(f"{mutant['name']:<22} {time.perf_counter() - start:5.0f} s  {test or 'MISSED'}", flush=True)
            if not test:
                missed.append(mutant["name"])
    print(f"{len(missed)} missed: {', '.join(missed)}" if missed else "every break was caught")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
