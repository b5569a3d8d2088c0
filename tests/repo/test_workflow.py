"""The workflow on GitHub: it tests by .ci/run, and sends to the Space what a Space needs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from helpers.hub import TOKEN, standing_in

ROOT = Path(__file__).parents[2]
NAME = "someone/digits"


@pytest.fixture(scope="module")
def jobs():
    flow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    assert flow[True] == {"push": None, "pull_request": None}  # YAML reads `on` as a truth
    assert flow["permissions"] == {"contents": "read"}
    return flow["jobs"]


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_tests_are_the_commands_of_ci_run(jobs):
    assert commands(jobs["test"]) == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def test_only_what_is_tested_on_main_is_deployed_and_only_where_a_space_is_named(jobs):
    deploy = jobs["deploy"]
    assert deploy["needs"] == "test"
    wanted = {"github.ref == 'refs/heads/main'", "github.event_name == 'push'", "vars.SPACE != ''"}
    assert set(deploy["if"].split(" && ")) == wanted
    assert deploy["steps"][-1]["env"] == {"SPACE": "${{ vars.SPACE }}", "HF_TOKEN": "${{ secrets.HF_TOKEN }}"}


def test_the_deploying_machine_has_the_pinned_client(jobs):
    (pin,) = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if "huggingface_hub" in line]
    done = subprocess.run(
        ["bash", "-c", commands(jobs["deploy"])[0].replace("pip install", "echo")],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.stdout.strip() == pin


def test_the_space_gets_what_it_serves_and_nothing_that_it_does_not_need(tmp_path, jobs):
    kept = ["app.py", "README.md", "gan/ui/page.py", "checkpoints/mlp/epoch-001.safetensors", ".gitignore"]
    left = ["data/MNIST/raw/t", "tests/test_app.py", "checkpoints/.mlp-in-progress/state.safetensors"]
    left += [".git/config", ".ci/run", ".github/workflows/test.yml"]
    for name in kept + left:
        path = tmp_path / "clone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\n")
    with standing_in() as hub:
        hub.repositories[NAME] = {"gan/old.py": b"gone", ".gitattributes": b"kept"}
        variables = hub.environment(tmp_path, HF_TOKEN=TOKEN, SPACE=NAME, GITHUB_SHA="abc")
        variables["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{variables['PATH']}"
        command = commands(jobs["deploy"])[-1]
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path / "clone", env=variables, capture_output=True)
        assert done.returncode == 0, done.stderr
        assert hub.repositories[NAME].keys() == {*kept, ".gitattributes"}
