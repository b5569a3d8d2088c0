"""Checkpoints to and from a stand-in for the Hugging Face Hub, over HTTP."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers.films import SAVED
from helpers.hub import TOKEN, standing_in
from helpers.serving import ask, serving

from gan.checkpoint import snapshot_path
from gan.publish.card import CARD
from gan.publish.hub import fetch
from gan.publish.pictures import FILM
from gan.store.files import sha256
from gan.ui.catalogue import catalogue

ROOT = Path(__file__).parents[2]
NAME = "someone/digits"
PUSH = "import sys; from pathlib import Path; from gan.publish.hub import push; print(push(Path(sys.argv[1]), sys.argv[2]))"
TELL = "import sys; from gan.publish.hub import *\ntry: {}\nexcept HubError as error: print(error)"
PUSHED = "push(Path(sys.argv[1]), 'someone/digits')"
FETCH = "import sys; from gan.publish.hub import fetch; print(fetch(sys.argv[1]))"


@pytest.fixture
def hub():
    with standing_in() as hub:
        yield hub


@pytest.fixture
def runs(tmp_path, checkpoints):
    """A folder of checkpoints as training leaves it, with much that is nobody else's."""
    root = shutil.copytree(checkpoints, tmp_path / "runs")
    snapshots = [snapshot_path(root / model, saved[-1]) for model, saved in SAVED.items()]
    (root / "README.md").write_text(CARD + "".join(map(sha256, snapshots)))
    (root / "classifier.safetensors").write_bytes(b"reads")
    (root / FILM).write_bytes(b"digits")
    for model in ("mlp", "dcgan"):
        (root / f"{model}.png").write_bytes(b"digits")
        (root / model / "metrics.jsonl").write_text('{"epoch": 0}\n')
        (root / model / "samples-001.png").write_bytes(b"digits")
        for folder in (f".{model}-in-progress", f".{model}-old"):
            shutil.copytree(root / model, root / folder)
    (root / "mlp" / "state.safetensors").write_bytes(b"untidy")
    (root / "mlp" / ".epoch-002.safetensors.draft").write_bytes(b"half")
    (root / "notes.txt").write_text("mine")
    return root


def run(code, *words, environment):
    command = [sys.executable, "-c", code, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def finished(root):
    """What is meant for others in a folder of checkpoints."""
    names = ["README.md", "classifier.safetensors", "mlp.png", "dcgan.png", FILM]
    for model in ("mlp", "dcgan"):
        names += [f"{model}/metrics.jsonl", f"{model}/samples-001.png"]
        names += [f"{model}/{path.name}" for path in (root / model).glob("epoch-*.safetensors")]
    return {name: (root / name).read_bytes() for name in names}


def test_what_is_pushed_is_all_that_is_finished_and_nothing_else(tmp_path, hub, runs):
    done = run(PUSH, runs, NAME, environment=hub.environment(tmp_path, HF_TOKEN=TOKEN))
    assert done.stdout.strip() == f"http://127.0.0.1:{hub.server_port}/{NAME}", done.stderr
    assert hub.repositories == {NAME: finished(runs)}


def test_a_new_run_takes_the_place_of_the_old_one_of_its_name(tmp_path, hub, runs):
    others = {"mlp/epoch-100.safetensors": b"old", "mlp/metrics.jsonl": b"old", "vae/epoch-001.safetensors": b"theirs"}
    hub.repositories[NAME] = others | {"LICENSE": b"mit"}
    done = run(PUSH, runs, NAME, environment=hub.environment(tmp_path, HF_TOKEN=TOKEN))
    kept = {"vae/epoch-001.safetensors": b"theirs", "LICENSE": b"mit"}
    assert hub.repositories[NAME] == finished(runs) | kept, done.stderr


def test_what_was_pushed_is_fetched_and_served(tmp_path, hub, runs):
    hub.repositories[NAME] = finished(runs) | {"pytorch_model.bin": b"a pickle", "run.py": b"code"}
    environment = hub.environment(tmp_path / "home")
    with serving(f"hub:{NAME}", environment) as address:
        assert ask(address, "catalogue", [])["models"] == catalogue(runs)["models"]
        assert ask(address, "generate", ["mlp", 2, 7, 4])["seeds"] == [7, 8, 9, 10]
    assert not [line for line in hub.asked if "pytorch_model" in line or "run.py" in line]


def test_what_was_fetched_once_is_there_without_the_hub(tmp_path, hub, runs):
    hub.repositories[NAME] = finished(runs)
    first = run(FETCH, f"hub:{NAME}", environment=hub.environment(tmp_path / "home"))
    hub.broken = 503
    again = run(FETCH, f"hub:{NAME}", environment=hub.environment(tmp_path / "home"))
    assert again.stdout == first.stdout, again.stderr
    root = Path(first.stdout.strip())
    files = {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}
    assert files == finished(runs)


def test_a_folder_is_taken_as_it_is():
    assert fetch("runs/of mine") == Path("runs/of mine")


def started(environment, place):
    """python app.py with these checkpoints, which it cannot have."""
    return subprocess.run(
        [sys.executable, "app.py"],
        cwd=ROOT,
        env=environment | {"GAN_CHECKPOINTS": place},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_page_ends_with_one_line_where_the_hub_cannot_be_reached(tmp_path):
    with standing_in() as gone:
        environment = gone.environment(tmp_path)
    done = started(environment, f"hub:{NAME}")
    assert done.returncode == 1
    assert done.stderr.startswith(f"app.py: hub:{NAME}: the Hub cannot be reached; check the network")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("hub:digits", "named USER/NAME"),
        ("hub:some/one/digits", "named USER/NAME"),
        ("hub:some one/digits", "letters, digits"),
        ("hub:/", "letters, digits"),
        ("hub:someone/absent", "no such model repository, or you may not read it"),
        ("hub:someone/empty", "`python train.py --push-to-hub someone/empty` puts them there"),
    ],
)
def test_what_cannot_be_fetched_is_told_in_one_line(tmp_path, hub, place, message):
    hub.repositories["someone/empty"] = {"README.md": b"", "model.safetensors": b""}
    done = run(TELL.format("fetch(sys.argv[1])"), place, environment=hub.environment(tmp_path))
    assert done.stdout.startswith(place) and message in done.stdout, done.stderr
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(("status", "message"), [(403, "you may not read it"), (500, "the Hub answers 500")])
def test_a_hub_that_refuses_is_told_from_one_that_is_not_there(tmp_path, hub, status, message):
    hub.broken = status
    done = run(TELL.format("fetch(sys.argv[1])"), f"hub:{NAME}", environment=hub.environment(tmp_path))
    assert done.stdout.startswith(f"hub:{NAME}: {message}") and done.stdout.count("\n") == 1, done.stderr


@pytest.mark.parametrize(
    ("broken", "more", "message"),
    [
        (None, {}, "you may not write to it: log in with `hf auth login`"),
        (None, {"HF_TOKEN": "hf_other"}, "you may not write to it"),
        (500, {"HF_TOKEN": TOKEN}, "the Hub answers 500; try again later"),
        (None, {"HF_HUB_OFFLINE": "1"}, "cannot be reached"),
    ],
)
def test_what_cannot_be_pushed_is_told_in_one_line(tmp_path, hub, runs, broken, more, message):
    hub.repositories[NAME], hub.broken = {}, broken
    done = run(TELL.format(PUSHED), runs, environment=hub.environment(tmp_path, **more))
    assert done.stdout.startswith(f"hub:{NAME}: ") and message in done.stdout, done.stderr
    assert done.stdout.count("\n") == 1
    assert not hub.repositories[NAME]


def test_a_folder_without_checkpoints_is_not_pushed(tmp_path, hub):
    done = run(TELL.format(PUSHED), tmp_path, environment=hub.environment(tmp_path))
    assert done.stdout == f"there are no checkpoints in {tmp_path}: `python train.py` makes them\n"
    assert not hub.asked


def test_a_card_of_another_run_is_not_pushed_and_none_is_needed(tmp_path, hub, runs):
    path = snapshot_path(runs / "dcgan", 1)
    path.write_bytes(path.read_bytes() + b" ")  # as a new training might leave it
    environment = hub.environment(tmp_path, HF_TOKEN=TOKEN)
    done = run(TELL.format(PUSHED), runs, environment=environment)
    assert done.stdout.startswith(f"{runs / 'README.md'} is not about what is in {runs / 'dcgan'}: "), done.stderr
    assert f"`python train.py --evaluate --out {runs}`" in done.stdout and done.stdout.count("\n") == 1
    assert not hub.asked
    (runs / "README.md").unlink()
    run(TELL.format(PUSHED), runs, environment=environment)
    assert f"dcgan/{path.name}" in hub.repositories[NAME]


def test_a_card_that_the_hub_refuses_is_told_in_one_line(tmp_path, hub, runs):
    card = (runs / "README.md").read_text()
    (runs / "README.md").write_text(f"# Mine\n{card.rpartition('---')[2]}")
    environment = hub.environment(tmp_path, HF_TOKEN=TOKEN)
    done = run(TELL.format(PUSHED), runs, environment=environment)
    assert done.stdout == f"hub:{NAME}: Invalid metadata in README.md. - no metadata\n"


def train(*words, environment):
    command = [sys.executable, "train.py", "--push-to-hub", NAME, *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)


def test_train_py_pushes_what_is_in_out(tmp_path, hub, runs):
    done = train("--out", runs, environment=hub.environment(tmp_path, HF_TOKEN=TOKEN))
    assert (done.returncode, done.stdout) == (0, f"http://127.0.0.1:{hub.server_port}/{NAME}\n"), done.stderr
    assert hub.repositories == {NAME: finished(runs)}


def test_train_py_says_in_one_line_why_it_cannot_push(tmp_path, hub, runs):
    done = train("--out", runs, environment=hub.environment(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"train.py: hub:{NAME}: you may not write to it") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("other", ["mlp", "--resume", "--classic", "--evaluate"])
def test_pushing_goes_with_no_training(tmp_path, hub, other):
    done = train(other, environment=hub.environment(tmp_path, HF_TOKEN=TOKEN))
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("train.py: --push-to-hub: ")
    assert not hub.asked
