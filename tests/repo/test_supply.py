"""The packages: every pin and its dependencies are in the lock, the lock is audited, and licences are named."""

import re
from importlib.metadata import PackageNotFoundError, metadata, requires

import pytest
import yaml
from helpers.readme import READMES, ROOT, commands, section
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LOCK = "tests/requirements.lock"
PIN_FILES = ["requirements.txt", "tests/requirements.txt"]
COMMANDS = commands(READMES["tests/README.md"])


def pins(name):
    return [Requirement(line) for line in (ROOT / name).read_text().splitlines() if line and line[0] not in "#-"]


PINNED = [requirement for name in PIN_FILES for requirement in pins(name)]


@pytest.fixture(scope="module")
def lock():
    """The entries of the lock: [(requirement, its hashes)]. A line that ends in a backslash continues."""
    text = (ROOT / LOCK).read_text().replace("\\\n", "")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    parts = [re.split(r"\s+--hash=", line) for line in lines]
    return [(Requirement(requirement), hashes) for requirement, *hashes in parts]


@pytest.fixture(scope="module")
def locked(lock):
    """The version of each package for this machine."""
    here = [requirement for requirement, _ in lock if requirement.marker is None or requirement.marker.evaluate()]
    versions = {canonicalize_name(requirement.name): str(requirement.specifier) for requirement in here}
    assert len(versions) == len(here)
    return versions


def test_every_entry_of_the_lock_is_one_version_with_hashes(lock):
    assert lock
    for requirement, hashes in lock:
        (specifier,) = requirement.specifier
        assert specifier.operator == "==" and "*" not in specifier.version, requirement
        assert hashes and all(re.fullmatch("sha256:[0-9a-f]{64}", value) for value in hashes), requirement
        assert len(set(hashes)) == len(hashes), requirement


def test_every_pin_is_in_the_lock_with_its_version(locked):
    for requirement in PINNED:
        assert locked[canonicalize_name(requirement.name)] == str(requirement.specifier), requirement


def test_every_dependency_of_the_pins_is_in_the_lock(locked):
    """As the installed packages declare them. A package that is not installed here declares nothing."""
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


def test_the_documented_command_made_the_lock():
    (command,) = [command for command in COMMANDS if command.startswith("uv pip compile")]
    made_by = (ROOT / LOCK).read_text().splitlines()[1].lstrip("# ")
    assert made_by == command.replace(" --quiet", "")
    assert command.split()[-2:] == PIN_FILES and LOCK in command.split()


def test_github_audits_the_lock_with_the_documented_command_and_a_pinned_tool():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "audit.yml").read_text())
    assert workflow[True].keys() == {"push", "pull_request", "schedule"}  # YAML reads the key `on` as True
    assert workflow["permissions"] == {"contents": "read"}
    install, audit = [step["run"] for step in workflow["jobs"]["audit"]["steps"] if "run" in step]
    assert re.fullmatch(r"pip install pip-audit==[\d.]+", install)
    assert audit in COMMANDS
    assert {"--require-hashes", LOCK} < set(audit.split())


def test_the_licence_of_every_required_package_is_named():
    text = section("gan/README.md", "Licences of the packages")
    named = dict(re.findall(r"^\| ([\w-]+) \| (.+) \|$", text, re.MULTILINE))
    assert named.pop("package") == "licence"
    assert list(named) == [requirement.name for requirement in pins("requirements.txt")]
    for name, licence in named.items():
        about = metadata(name)
        classifiers = [line.split(" :: ")[-1] for line in about.get_all("Classifier", []) if line.startswith("License")]
        assert licence in {about["License-Expression"], about["License"], *classifiers}, name
