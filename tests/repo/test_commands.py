"""Every command in the READMEs is run: here with little data, or by the named test. Enter new ones here."""

import ast
import shutil

import pytest
from helpers.browsing import CHROMIUM
from helpers.hub import TOKEN, running_hub
from helpers.readme import READMES, ROOT, commands, run

UPLOAD = (
    "hf upload USER/NAME . . --repo-type space "
    '--exclude "data/*" --exclude "tests/*" --exclude "*/.*" --exclude ".venv/*" '
    '--exclude "mine/*" --exclude "classic/*"'
)
CLASSIC = [
    "python train.py mlp --classic --out classic",
    "python train.py dcgan --classic --epochs 25 --out classic",
    "python -m gan.publish card --baseline classic",
]

# Run here. {} stands for the command as it is written; the rest makes it small.
HERE = {
    "python train.py": "{} --epochs 1",
    "python tests/benchmarks/trials.py mlp": "{} --epochs 1 --seeds 0 --changes recipe",
    "python tests/benchmarks/train_speed.py": "{} --rounds 1 --models mlp --images 128",
    "python tests/benchmarks/step_profile.py": "{} --quick",
    "python tests/benchmarks/by_hand.py": "{} --rounds 1",
    "python tests/benchmarks/gpu.py": "{} --device cpu --quick --models mlp",
    "python tests/benchmarks/page_speed.py": "{} --rounds 1 --loads 1 --count 1 --models mlp",
    "python tests/benchmarks/load.py": "{} --visitors 2 --seconds 2 --rounds 1 --requests 10",
    "python tests/benchmarks/kills.py": "{} --kills 1",
    "python tests/benchmarks/live.py": "{} --seconds 0.2 --runs 21",
    "python tests/benchmarks/coach.py": "{} --seeds 1 --steps 2",
    "python tests/benchmarks/inversion.py": "{} --models mlp --digits 1 --times 1",
    "python tests/benchmarks/directions.py": "{} --models mlp --seeds 200 --unseen 10 --requests 1",
    "python tests/benchmarks/record_presets.py": "{} --steps 2",
    "hf auth login": "{} --help",  # the real one waits for someone to type a token
}

# Run by a test below tests/.
BY_TEST = {
    "repo/test_commands.py::test_the_classic_baseline_is_trained_and_put_on_the_card": CLASSIC,
    "repo/test_commands.py::test_the_upload_sends_a_space_what_it_needs": [UPLOAD],
    "repo/test_fork.py::test_a_model_is_retrained_and_shown": [
        "mkdir mine && cp checkpoints/classifier.safetensors mine",
        "python train.py mlp --epochs 10 --out mine",
        "GAN_CHECKPOINTS=mine python app.py",
    ],
    "repo/test_fork.py::test_a_gan_that_is_added_draws_digits": ["python train.py shallow --epochs 10 --out mine"],
    "repo/test_fork.py::test_a_data_set_by_name_has_a_classifier_metrics_and_a_card_of_its_own": [
        "python train.py classifier --data FashionMNIST --out mine/fashion",
        "python train.py mlp --epochs 10 --data FashionMNIST --out mine/fashion",
        "python -m gan.publish card",
    ],
    "repo/test_fork.py::test_a_folder_of_images_without_labels_is_enough_for_a_gan": [
        "python train.py mlp --epochs 10 --data data/pictures --out mine/drawn"
    ],
    "runs/test_hub.py::test_app_py_serves_checkpoints_from_the_hub": ["GAN_CHECKPOINTS=hub:USER/NAME python app.py"],
    "runs/test_processes.py::test_a_killed_run_leaves_complete_checkpoints_and_resumes_to_the_same_bits": [
        "python train.py --resume"
    ],
    "runs/test_publish.py::test_card_and_push_upload_a_card_that_describes_the_runs": [
        "python -m gan.publish push USER/NAME"
    ],
    "server/test_app.py::test_python_app_py_serves_what_is_there": [
        "pip install -r requirements.txt && python app.py",
        "python app.py",
        "GRADIO_SERVER_PORT=8000 python app.py",  # `serving` in helpers/serving.py sets the variable
    ],
    "server/test_smoke.py::test_a_served_page_passes_and_a_stopped_one_fails_in_one_line": [
        "python tests/smoke.py https://USER-NAME.hf.space"
    ],
    "server/test_space.py::test_the_cpu_build_that_a_space_installs_first_is_what_the_requirements_ask_for": [
        "pip install -r pre-requirements.txt"
    ],
}

# No test can run these.
BY_NONE = {
    "pip install --require-hashes -r tests/requirements.lock && python -m pytest": "it runs the tests; .ci/run runs it",
    "python -m pytest": "it runs the tests",
    "npx @biomejs/biome@2.6.8 check --config-path=.ci gan/ui/web": "it asks npm; .ci/run runs it",
    "python -m pytest --all": "it runs the tests",
    "python -m pytest -m slow": "it runs the tests; .ci/run runs it",
    "python -m pytest tests/unit": "it runs the tests",
    "python -m pytest -n 0 tests/unit/test_latent.py": "it runs the tests",
    "pip install uv": "it asks PyPI",
    (
        "uv pip compile --universal --generate-hashes --python-version 3.11 --quiet "
        "--output-file tests/requirements.lock requirements.txt tests/requirements.txt"
    ): "it asks PyPI; test_supply.py compares what it made with the pins",
    "pip install pip-audit": "it asks PyPI",
    "pip-audit --disable-pip --require-hashes --requirement tests/requirements.lock": "it asks PyPI; audit.yml runs it",
    "apt-get install chromium firefox-esr": "it changes the machine; .ci/run runs it if a browser is missing",
    "git lfs install && git lfs pull": "it needs Git LFS and a server with this repository's files",
}


def test_every_command_in_the_readmes_is_entered_and_no_other():
    entered = [*HERE, *BY_NONE, *(command for commands in BY_TEST.values() for command in commands)]
    assert {command for text in READMES.values() for command in commands(text)} == set(entered)


@pytest.mark.parametrize("test", BY_TEST)
def test_the_named_test_exists(test):
    path, _, name = test.partition("::")
    tree = ast.parse((ROOT / "tests" / path).read_text(encoding="utf-8"))
    assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.slow
@pytest.mark.parametrize("command", HERE)
def test_the_command_runs(fork, command):
    if "page_speed" in command and CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    run(HERE[command].format(command), fork)


@pytest.mark.slow
def test_the_classic_baseline_is_trained_and_put_on_the_card(fork):
    for command in CLASSIC:
        run(f"{command} --epochs 1" if "train.py" in command else command, fork)
    assert "| metric | real digits | mlp | classic mlp | dcgan | classic dcgan |" in (
        fork / "checkpoints" / "README.md"
    ).read_text(encoding="utf-8")


@pytest.mark.slow
def test_the_upload_sends_a_space_what_it_needs(fork, tmp_path):
    shutil.copytree(fork / "checkpoints", fork / "mine")
    shutil.copytree(fork / "checkpoints", fork / "classic")
    for folder in ("checkpoints", "mine"):
        state = fork / folder / ".mlp-in-progress" / "state.safetensors"
        state.parent.mkdir(parents=True)
        state.write_text("half")
    with running_hub() as hub:
        hub.repositories["USER/NAME"] = {}
        run(UPLOAD, fork, **hub.environment(tmp_path, HF_TOKEN=TOKEN))
        sent = hub.repositories["USER/NAME"]
    assert {"app.py", "README.md", "pre-requirements.txt", "gan/ui/page.py"} <= sent.keys()
    assert "checkpoints/mlp/epoch-001.safetensors" in sent
    assert not [name for name in sent if name.startswith(("data/", "tests/", "mine/", "classic/")) or "/." in name]
