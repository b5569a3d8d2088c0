"""Rules about the source as a whole, read from its syntax trees without running it."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILES = [ROOT / "app.py", ROOT / "train.py", *sorted((ROOT / "gan").rglob("*.py"))]

CORE = {"gan"}  # the modules directly in gan/
DATA = {"gan.datasets", "gan.store"}
ALLOWED = {  # what each package may import of this project, beside itself
    "gan": DATA,
    "gan.store": {"gan.errors"},
    "gan.datasets": {"gan.errors", "gan.images", "gan.models", "gan.network", "gan.store"},
    "gan.runs": CORE | DATA | {"gan.publish.evaluation"},
    "gan.publish": CORE | DATA,
    "gan.ui": CORE | {"gan.store", "gan.datasets.reals"},
    "train": CORE | DATA | {"gan.runs"},
    "app": {"gan.ui", "gan.publish.hub", "gan.publish.source", "gan.console", "gan.errors", "gan.interrupt"},
}


def name_of(path: Path) -> str:
    """The module of a file: gan/ui/page.py is gan.ui.page."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
PACKAGES = set(ALLOWED)


def package_of(module: str) -> str:
    """gan.ui.page is in gan.ui, and gan.models in gan."""
    return module if module in PACKAGES else module.rpartition(".")[0]


def imports_of(module: str) -> set[str]:
    """Every module that a module imports, anywhere in it. `from gan import data` is gan.data."""
    found = set()
    for node in ast.walk(MODULES[module]):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            found |= names & MODULES.keys() or {node.module}
    return found


def outside(modules: set[str]) -> set[str]:
    """The packages of others among some modules: gradio.routes is gradio."""
    return {module.partition(".")[0] for module in modules} - {"gan", "train", "app"}


def calls_of(module: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(MODULES[module]) if isinstance(node, ast.Call))


def test_imports_between_packages_run_one_way():
    wrong = [
        f"{module} imports {other}"
        for module in MODULES
        for other in imports_of(module) & MODULES.keys()
        if not {other, package_of(other)} & (ALLOWED[package_of(module)] | {package_of(module)})
    ]
    assert not wrong


def test_only_the_page_imports_gradio():
    assert {package_of(module) for module in MODULES if "gradio" in outside(imports_of(module))} <= {"gan.ui", "app"}


def test_nothing_that_the_app_can_load_imports_torchvision():
    loaded, found = set(), {"app"}
    while found - loaded:
        module = (found - loaded).pop()
        loaded.add(module)
        found |= imports_of(module) & MODULES.keys()
    assert "gan.ui.render" in loaded
    assert not [module for module in loaded if "torchvision" in outside(imports_of(module))]


def test_the_app_is_built_without_torch():
    code = "import sys, app; sys.exit('torch' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_the_sprites_of_real_images_are_read_without_torch():
    code = "import sys, gan.datasets.reals; sys.exit('torch' in sys.modules or 'torchvision' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def test_nothing_is_pickled():
    pickles = {"pickle", "dill", "joblib", "shelve", "marshal"}
    loads = {"torch.load", "torch.save", "np.load", "np.save", "np.fromfile", "eval", "exec"}
    for module in MODULES:
        assert not outside(imports_of(module)) & pickles, module
        assert not {ast.unparse(call.func) for call in calls_of(module)} & loads, module


def test_only_the_store_writes_files_directly():
    writes = {"write_bytes", "write_text", "save_file", "mkdir", "makedirs"}
    for module in MODULES:
        called = {ast.unparse(call.func).rpartition(".")[2] for call in calls_of(module)}
        assert not called & writes or package_of(module) == "gan.store", module


def test_no_result_depends_on_the_date():
    """Durations are measured with perf_counter, which nobody sets."""
    for module in MODULES:
        assert "datetime" not in outside(imports_of(module)), module
        assert not {ast.unparse(call.func) for call in calls_of(module)} & {"time.time", "time.time_ns"}, module


def test_every_cache_is_bounded():
    caches = [call for module in MODULES for call in calls_of(module) if ast.unparse(call.func).endswith("lru_cache")]
    assert caches
    for call in caches:
        (limit,) = [keyword.value for keyword in call.keywords if keyword.arg == "maxsize"]
        assert ast.unparse(limit) != "None"
    decorators = [
        ast.unparse(decorator)
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        for decorator in node.decorator_list
    ]
    assert not {"cache", "functools.cache", "lru_cache", "functools.lru_cache"} & set(decorators)  # no limit is given
