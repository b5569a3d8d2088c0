"""The workflow on GitHub runs .ci/run, and uploads to the Space what a Space needs."""

import os
import re
import subprocess

import pytest
import yaml
from helpers.hub import TOKEN, running_hub
from helpers.readme import ROOT, run

NAME = "someone/digits"


@pytest.fixture(scope="module")
def jobs():
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "test.yml").read_text())
    assert workflow[True] == {"push": None, "pull_request": None}  # YAML reads the key `on` as True
    assert workflow["permissions"] == {"contents": "read"}
    return workflow["jobs"]


def commands(job):
    return [step["run"] for step in job["steps"] if "run" in step]


def test_the_test_job_is_ci_run(jobs):
    assert commands(jobs["test"]) == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


STUB = """#!/bin/sh
echo "$(basename "$0") $*" >> "$LOG"
if [ "$2" = venv ]; then mkdir -p "$3/bin" && touch "$3/bin/activate"; fi
"""


def test_ci_run_installs_from_the_lock_then_lints_and_runs_each_tier_once_and_a_training(tmp_path):
    for name in ("python", "python3", "pip", "ruff", "chromium", "firefox", "nginx", "npm", "npx"):
        stub = tmp_path / "bin" / name
        stub.parent.mkdir(exist_ok=True)
        stub.write_text(STUB)
        stub.chmod(0o755)
    log = tmp_path / "log"
    variables = {"PATH": f"{stub.parent}:/usr/bin:/bin", "LOG": str(log), "TMPDIR": str(tmp_path)}
    subprocess.run([ROOT / ".ci" / "run"], env=variables, check=True, capture_output=True)
    commands = [re.sub(r" /\S+", " PATH", line) for line in log.read_text().splitlines()]
    assert commands == [
        "python3 -m venv PATH",
        "pip install --require-hashes -r tests/requirements.lock",
        "ruff check .",
        "ruff format --check .",
        "npx --yes @biomejs/biome@2.6.8 ci --config-path=.ci gan/ui/web",
        "npm install --silent --prefix PATH @gradio/client@2.7.0",
        "python -m pytest",
        "python -m pytest -m slow",
        "python tests/helpers/digits.py PATH",
        "python train.py --epochs 1 --data PATH --out PATH",
        "python tests/helpers/serving.py PATH",
    ]


def test_only_tested_pushes_to_main_are_deployed_and_only_to_a_named_space(jobs):
    deploy = jobs["deploy"]
    assert deploy["needs"] == "test"
    conditions = {"github.ref == 'refs/heads/main'", "github.event_name == 'push'", "vars.SPACE != ''"}
    assert set(deploy["if"].split(" && ")) == conditions
    assert deploy["steps"][-1]["env"] == {"SPACE": "${{ vars.SPACE }}", "HF_TOKEN": "${{ secrets.HF_TOKEN }}"}


def test_the_deploy_job_installs_the_pinned_client(jobs):
    (pin,) = [line for line in (ROOT / "requirements.txt").read_text().splitlines() if "huggingface_hub" in line]
    command = commands(jobs["deploy"])[0].replace("pip install", "echo")
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == pin


@pytest.mark.slow
def test_the_deploy_job_uploads_what_a_space_serves_and_deletes_the_rest(tmp_path, jobs):
    uploaded = ["app.py", "README.md", "gan/ui/page.py", "checkpoints/mlp/epoch-001.safetensors", ".gitignore"]
    excluded = ["data/MNIST/raw/t", "tests/test_app.py", "checkpoints/.mlp-in-progress/state.safetensors"]
    excluded += [
        "mine/mlp/epoch-001.safetensors",
        "classic/mlp/epoch-001.safetensors",
        ".git/config",
        ".ci/run",
        ".github/workflows/test.yml",
    ]
    for name in uploaded + excluded:
        path = tmp_path / "clone" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\n")
    with running_hub() as hub:
        hub.repositories[NAME] = {"gan/old.py": b"gone", ".gitattributes": b"kept"}
        variables = hub.environment(tmp_path, HF_TOKEN=TOKEN, SPACE=NAME, GITHUB_SHA="abc")
        run(commands(jobs["deploy"])[-1], tmp_path / "clone", **variables)
        assert hub.repositories[NAME].keys() == {*uploaded, ".gitattributes"}
