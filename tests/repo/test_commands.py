"""Every command in the README is run: here with little data, or by the test that is named. New ones must be entered."""

import ast

import pytest
from helpers.browsing import CHROMIUM
from helpers.hub import TOKEN, standing_in
from helpers.readme import README, ROOT, commands, run

UPLOAD = (
    "hf upload USER/NAME . . --repo-type space "
    '--exclude "data/*" --exclude "tests/*" --exclude "*/.*" --exclude ".venv/*"'
)

# Run here: {} is the command as it is typed, and what follows makes it small.
HERE = {
    "python train.py": "{} --epochs 1",
    "python train.py mlp": "{} --epochs 1",
    "python train.py dcgan": "{} --epochs 1",
    "python train.py classifier": "{} --epochs 1",
    "python train.py --evaluate": "{}",
    "python train.py mlp --classic --out classic": "{} --epochs 1",
    "python train.py dcgan --classic --epochs 25 --out classic": "{} --epochs 1",
    "python train.py --evaluate --baseline classic": "cp -r checkpoints classic && {}",
    "python tests/benchmarks/by_hand.py": "{}",
    "python tests/benchmarks/step_profile.py": "{}",
    "python tests/benchmarks/kills.py": "{} --kills 1",
    "python tests/benchmarks/load.py": "{} --visitors 4 --seconds 6 --requests 40",
    "python tests/benchmarks/ablation.py mlp --epochs 10": "{} --epochs 1 --seeds 1",
    "python tests/benchmarks/ablation.py dcgan --epochs 2": "{} --epochs 1 --seeds 1",
    "python tests/benchmarks/train_speed.py": "{} --rounds 1",
    "python tests/benchmarks/page_speed.py": "{} --rounds 1 --count 1",
    "hf auth login": "{} --help",  # which says what it takes: in earnest it needs someone who types a token
}

# Run by a test of its own.
BY_TEST = {
    UPLOAD: "test_commands.py::test_the_upload_sends_a_space_what_it_needs",
    "pip install -r requirements.txt && python app.py": "test_app.py::test_python_app_py_serves_what_is_there",
    "python app.py": "test_app.py::test_python_app_py_serves_what_is_there",
    "GRADIO_SERVER_PORT=8000 python app.py": "test_troubleshooting.py::test_the_port_that_is_asked_for_is_taken",
    "GAN_CHECKPOINTS=hub:USER/NAME python app.py": "test_hub.py::test_what_was_pushed_is_fetched_and_served",
    "python train.py --push-to-hub USER/NAME": "test_hub.py::test_train_py_pushes_what_is_in_out",
    "python train.py --resume": "test_cli.py::test_a_killed_run_leaves_whole_checkpoints_and_resumes_to_the_same_bits",
    "python tests/smoke.py https://USER-NAME.hf.space": (
        "test_smoke.py::test_a_served_page_passes_and_a_stopped_one_fails_in_one_line"
    ),
    "pip install -r pre-requirements.txt && pip install -r requirements.txt": (
        "test_space.py::test_the_cpu_build_that_a_space_installs_first_is_what_the_requirements_ask_for"
    ),
    "mkdir mine && cp checkpoints/classifier.safetensors mine": "test_fork.py::test_a_model_is_retrained_and_seen",
    "python train.py mlp --epochs 10 --out mine": "test_fork.py::test_a_model_is_retrained_and_seen",
    "GAN_CHECKPOINTS=mine python app.py": "test_fork.py::test_a_model_is_retrained_and_seen",
    "python train.py small --out mine": "test_fork.py::test_a_gan_that_is_added_is_drawn_from_beside_the_others",
    "python train.py classifier --data FashionMNIST --out fashion": (
        "test_fork.py::test_a_set_by_name_has_a_classifier_figures_and_a_card_of_its_own"
    ),
    "python train.py mlp --epochs 10 --data FashionMNIST --out fashion": (
        "test_fork.py::test_a_set_by_name_has_a_classifier_figures_and_a_card_of_its_own"
    ),
    "python train.py mlp --epochs 10 --data data/pictures --out drawn": (
        "test_fork.py::test_a_folder_of_pngs_is_trained_on_and_the_page_reads_nothing"
    ),
}

# No test can run these.
BY_NONE = {
    "pip install --require-hashes -r tests/requirements.lock && python -m pytest": "it runs the tests: .ci/run runs it",
    "pip install uv": "it asks PyPI",
    (
        "uv pip compile --universal --generate-hashes --python-version 3.11 --quiet "
        "--output-file tests/requirements.lock requirements.txt tests/requirements.txt"
    ): "it asks PyPI; test_supply.py holds what it made against the pins",
    "pip install pip-audit": "it asks PyPI",
    "pip-audit --disable-pip --require-hashes --requirement tests/requirements.lock": "it asks PyPI; audit.yml runs it",
    "apt-get install chromium firefox-esr": "it changes the machine; .ci/run runs it where there is no browser",
    "git lfs install && git lfs pull": "it needs Git LFS, and a server that keeps this repository's files with it",
}


def test_every_command_in_the_readme_is_entered_and_no_other():
    assert sorted(commands(README)) == sorted([*HERE, *BY_TEST, *BY_NONE])


@pytest.mark.parametrize("command", HERE)
def test_the_command_runs(fork, command):
    if "page_speed" in command and CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    run(HERE[command].format(command), fork)


@pytest.mark.parametrize("place", sorted(set(BY_TEST.values())))
def test_the_test_that_is_named_is_there(place):
    name, _, test = place.partition("::")
    tree = ast.parse((ROOT / "tests" / name).read_text(encoding="utf-8"))
    assert test in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_the_upload_sends_a_space_what_it_needs(fork, tmp_path):
    (command,) = [command for command in commands(README) if command.startswith("hf upload")]
    for folder in ("checkpoints", "mine"):
        state = fork / folder / ".mlp-in-progress" / "state.safetensors"
        state.parent.mkdir(parents=True)
        state.write_text("half")
    with standing_in() as hub:
        hub.repositories["USER/NAME"] = {}
        run(command, fork, **hub.environment(tmp_path, HF_TOKEN=TOKEN))
        sent = hub.repositories["USER/NAME"]
    assert {"app.py", "README.md", "pre-requirements.txt", "gan/ui/page.py"} <= sent.keys()
    assert "checkpoints/mlp/epoch-001.safetensors" in sent
    assert not [name for name in sent if name.startswith(("data/", "tests/")) or "/." in name]
