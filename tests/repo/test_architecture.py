"""The directions of imports, read from the source without running it."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", ROOT / "train.py", *sorted((ROOT / "gan").rglob("*.py"))]

# What a module of this project may import of the others.
ALLOWED = {
    "app": {"gan.publish.hub", "gan.ui"},
    "train": {
        "gan.publish.card",
        "gan.checkpoint",
        "gan.classifier",
        "gan.config",
        "gan.data",
        "gan.store.files",
        "gan.publish.evaluation",
        "gan.store.metrics_log",
        "gan.runs.cli",
        "gan.publish.hub",
        "gan.runs.lock",
        "gan.models",
        "gan.runs.run",
        "gan.training",
    },
    "gan": set(),
    "gan.config": set(),
    "gan.runs.cli": {"gan.config", "gan.data", "gan.models"},
    "gan.store.files": set(),
    "gan.runs.lock": {"gan.store.files"},
    "gan.models": {"gan.config"},
    "gan.data": {"gan.models", "gan.datasets.pngs", "gan.datasets.idx"},
    "gan.datasets.pngs": {"gan.models", "gan.datasets.idx"},
    "gan.datasets.idx": {"gan.models"},
    "gan.state": {"gan.config", "gan.models"},
    "gan.training": {"gan.config", "gan.data", "gan.models", "gan.state"},
    "gan.runs.run": {
        "gan.checkpoint",
        "gan.config",
        "gan.store.files",
        "gan.publish.evaluation",
        "gan.store.metrics_log",
        "gan.images",
        "gan.latent",
        "gan.models",
        "gan.sampling",
        "gan.state",
        "gan.training",
    },
    "gan.store.metrics_log": {"gan.checkpoint", "gan.store.files"},
    "gan.store.tensorfile": {"gan.store.files"},
    "gan.checkpoint": {"gan.config", "gan.store.files", "gan.models", "gan.store.tensorfile"},
    "gan.latent": {"gan.config", "gan.models"},
    "gan.sampling": {"gan.models"},
    "gan.images": set(),
    "gan.classifier": {"gan.checkpoint", "gan.store.files", "gan.models", "gan.store.tensorfile"},
    "gan.metrics": {"gan.classifier"},
    "gan.publish.evaluation": {"gan.classifier", "gan.latent", "gan.metrics", "gan.sampling"},
    "gan.publish.card": {
        "gan.checkpoint",
        "gan.classifier",
        "gan.config",
        "gan.data",
        "gan.store.files",
        "gan.publish.evaluation",
        "gan.models",
        "gan.publish.pictures",
    },
    "gan.publish.pictures": {
        "gan.checkpoint",
        "gan.store.files",
        "gan.images",
        "gan.latent",
        "gan.models",
        "gan.sampling",
    },
    "gan.publish.hub": {"gan.checkpoint", "gan.config", "gan.store.files"},
    "gan.ui": {
        "gan.checkpoint",
        "gan.classifier",
        "gan.config",
        "gan.store.files",
        "gan.store.metrics_log",
        "gan.images",
        "gan.latent",
        "gan.models",
        "gan.sampling",
        "gan.ui",
    },
}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> set[str]:
    """Every module that a file names in an import, anywhere in it; `from gan import data` names gan.data."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found |= {f"gan.{alias.name}" for alias in node.names} if node.module == "gan" else {node.module}
    return found


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_run_one_way(path):
    name = name_of(path)
    owner = "gan.ui" if name.startswith("gan.ui") else name
    ours = {"gan.ui" if module.startswith("gan.ui") else module for module in imports(path) if module.startswith("gan")}
    assert ours <= ALLOWED[owner]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_gradio_stays_in_the_page_and_torchvision_out_of_it(path):
    outside = {module.split(".")[0] for module in imports(path)}
    if name_of(path).startswith("gan.ui") or name_of(path) == "app":
        assert "torchvision" not in outside
    else:
        assert "gradio" not in outside


def test_the_page_is_there_before_torch_is_loaded_and_never_loads_torchvision():
    code = """
import sys, app
assert "torch" not in sys.modules
import gan.ui.export
assert "torch" in sys.modules and "torchvision" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_files_keep_to_one_subject():
    long = {name_of(path): count for path in FILES if (count := len(path.read_text().splitlines())) > 250}
    assert not long


def calls(path: Path) -> set[str]:
    """Whatever a file calls, as it is written: "torch.load"."""
    called = {node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)}
    return {ast.unparse(name) for name in called}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_nothing_is_pickled(path):
    assert not {module.split(".")[0] for module in imports(path)} & {"pickle", "dill", "joblib", "shelve", "marshal"}
    assert not calls(path) & {"torch.load", "torch.save", "np.load", "np.fromfile", "eval", "exec"}


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_only_the_disk_module_writes_files_that_stay(path):
    deeds = {name.rpartition(".")[2] for name in calls(path) - {"Image.open"}}
    writes = deeds & {"write_bytes", "write_text", "save_file", "fsync", "mkdir", "makedirs"}
    assert not writes or name_of(path) == "gan.store.files"
    assert (
        "open" not in deeds
        or name_of(path) in ("gan.store.files", "gan.runs.lock")
        or name_of(path).startswith("gan.ui")
    )


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_training_does_nothing_by_the_clock_on_the_wall(path):
    """Seconds are measured by perf_counter, which no one sets."""
    if not name_of(path).startswith("gan.ui"):
        assert not imports(path) & {"datetime"}
        assert not calls(path) & {"time.time", "time.time_ns", "time.monotonic", "time.sleep", "path.stat().st_mtime"}
        assert "mtime" not in path.read_text()


def test_every_cache_is_bounded():
    found = [
        line for path in FILES for line in re.findall(r"^\s*@.*\bcache\b.*$|.*\blru_cache\(.*$", path.read_text(), re.M)
    ]
    assert found
    assert [line for line in found if not re.fullmatch(r"@lru_cache\(maxsize=(\d+|[A-Z_]+)\)", line)] == []
