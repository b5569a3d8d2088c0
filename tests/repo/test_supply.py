"""Where everything that is installed comes from: the lock, what installs from it, what checks it, and the licenses."""

import re
import subprocess
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
LOCK = "tests/requirements.lock"
PINS = ["requirements.txt", "tests/requirements.txt"]


def pins(name):
    """The requirements in a file."""
    return [Requirement(line) for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]


def entries(text):
    """What a lock holds, [(requirement, its hashes)]: lines that end in a backslash go on in the next."""
    lines = [line for line in text.replace("\\\n", "").splitlines() if not line.lstrip().startswith("#")]
    parts = [re.split(r"\s+--hash=", line.strip()) for line in lines if line.strip()]
    return [(Requirement(requirement), hashes) for requirement, *hashes in parts]


PINNED = [requirement for name in PINS for requirement in pins(name)]


@pytest.fixture(scope="module")
def lock():
    return entries((ROOT / LOCK).read_text())


@pytest.fixture(scope="module")
def locked(lock):
    """The one version of each package that is for this machine."""
    here = [requirement for requirement, _ in lock if requirement.marker is None or requirement.marker.evaluate()]
    versions = {canonicalize_name(requirement.name): str(requirement.specifier) for requirement in here}
    assert len(versions) == len(here)
    return versions


def test_every_entry_of_the_lock_is_one_version_with_hashes_of_its_files(lock):
    assert lock
    for requirement, hashes in lock:
        (only,) = requirement.specifier
        assert only.operator == "==" and "*" not in only.version, requirement
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", one) for one in hashes), requirement
        assert len(set(hashes)) == len(hashes), requirement


def test_every_pin_is_in_the_lock_with_its_version(locked):
    for requirement in PINNED:
        assert locked[canonicalize_name(requirement.name)] == str(requirement.specifier), requirement


def test_all_that_the_pins_bring_along_is_in_the_lock(locked):
    """By what the installed packages say of themselves; one that is not installed here says nothing."""
    wanted, seen = PINNED.copy(), set()
    while wanted:
        requirement = wanted.pop()
        extras = {"", *requirement.extras}
        if (name := (canonicalize_name(requirement.name), *sorted(extras))) in seen:
            continue
        seen.add(name)
        assert name[0] in locked, requirement
        try:
            needs = [Requirement(line) for line in requires(requirement.name) or []]
        except PackageNotFoundError:
            continue
        wanted += [n for n in needs if n.marker is None or any(n.marker.evaluate({"extra": e}) for e in extras)]
    assert len(seen) > len(PINNED)


def test_the_command_in_the_readme_is_the_one_that_made_the_lock():
    (command,) = re.findall(r"^uv pip compile .*$", README, re.MULTILINE)
    made = (ROOT / LOCK).read_text().splitlines()[1].lstrip("# ")
    assert made == command.replace(" --quiet", "")
    assert command.split()[-2:] == PINS and LOCK in command.split()


def test_the_tests_of_the_readme_and_so_of_ci_run_install_from_the_lock_alone():
    (reading,) = re.findall(r"^test_command=\$\((.*)\)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)
    done = subprocess.run(["bash", "-c", reading], cwd=ROOT, check=True, capture_output=True, text=True)
    assert done.stdout == f"pip install --require-hashes -r {LOCK} && python -m pytest\n"


def test_the_audit_on_github_is_the_readmes_command_on_a_pinned_tool():
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text())
    assert flow[True].keys() == {"push", "pull_request", "schedule"}  # YAML reads `on` as a truth
    assert flow["permissions"] == {"contents": "read"}
    install, audit = [step["run"] for step in flow["jobs"]["audit"]["steps"] if "run" in step]
    assert re.fullmatch(r"pip install pip-audit==[\d.]+", install)
    assert f"\n```\n{audit}\n```\n" in README
    assert {"--require-hashes", LOCK} < set(audit.split())


def test_the_readme_names_the_license_of_every_package_that_the_page_needs():
    section = README.partition("## Licenses")[2].partition("\n## ")[0]
    named = dict(re.findall(r"^\| ([\w-]+) \| (.+) \|$", section, re.MULTILINE))
    assert named.pop("package") == "license"
    assert list(named) == [requirement.name for requirement in pins("requirements.txt")]
    for name, license in named.items():
        about = metadata(name)
        classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier", []) if line.startswith("License")]
        assert license in {about["License-Expression"], about["License"], *classifiers}, name
