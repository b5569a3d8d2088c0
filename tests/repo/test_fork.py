"""What the README's "Make it yours" says is what happens: its own commands and code, in a fork with little data."""

import ast
import json
import re
import shutil

import pytest
from helpers.readme import blocks, commands, run, section, shell
from helpers.serving import ask, serving
from playwright.sync_api import expect

from gan.checkpoint import epochs
from gan.datasets.idx import SETS
from gan.store.metrics_log import read_metrics

MINE = section("Make it yours")
STEPS = dict(re.findall(r"^\*\*(.*?)\.\*\*(.*?)(?=^\*\*|\Z)", MINE, re.MULTILINE | re.DOTALL))
SERVE = re.compile(r"GAN_CHECKPOINTS=(\w+) python app\.py")


def small(command):
    """A command of the README, with one epoch if it trains."""
    trains = command.startswith("python train.py") and "--evaluate" not in command
    return f"{command} --epochs 1" if trains else command


def served(fork, folder):
    """The fork's page over a folder in it."""
    return serving(fork / folder, program=fork / "app.py")


def change(path, old, new):
    """Put something into a file, at the one place that it fits."""
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))


def test_every_step_is_one_of_these():
    assert list(STEPS) == ["Retrain in minutes", "Change an architecture", "Add a GAN", "Use other images"]


def test_a_model_is_retrained_and_seen(fork):
    *made, shown = commands(STEPS["Retrain in minutes"])
    for command in made:
        run(small(command), fork)
    folder = SERVE.fullmatch(shown)[1]
    assert all("frechet_ratio" in line for line in read_metrics(fork / folder / "mlp"))
    with served(fork, folder) as address:
        catalogue = ask(address, "catalogue", [])
        assert catalogue["models"]["mlp"]["epochs"] == [0, 1] and catalogue["reads"] and not catalogue["notices"]
        film = ask(address, "generate", ["mlp", 1, 7, 4])
        assert film["seeds"] == [7, 8, 9, 10] and len(film["labels"][0]) == 4


def test_an_architecture_is_changed_and_what_no_longer_fits_is_told(fork):
    new, old = re.search(r"put (\d+) wherever\s+there is (\d+)", STEPS["Change an architecture"]).groups()
    path = fork / "gan" / "models.py"
    (function,) = [f for f in ast.parse(path.read_text()).body if isinstance(f, ast.FunctionDef) and f.name == "mlp"]
    before = ast.get_source_segment(path.read_text(), function)
    change(path, before, before.replace(old, new))
    with served(fork, "checkpoints") as address:
        catalogue = ask(address, "catalogue", [])
        assert catalogue["models"]["mlp"]["epochs"] == [] and catalogue["models"]["dcgan"]["epochs"] == [0, 1]
        assert [re.match(r"mlp/(\S+) ", notice)[1] for notice in catalogue["notices"]] == [
            f"epoch-00{epoch}.safetensors" for epoch in range(3)
        ]
    run("python train.py mlp --epochs 1 --out mine", fork)
    assert (fork / "mine/mlp/epoch-001.safetensors").stat().st_size < (
        fork / "checkpoints/mlp/epoch-001.safetensors"
    ).stat().st_size / 2
    with served(fork, "mine") as address:
        assert ask(address, "catalogue", [])["notices"] == []
        assert ask(address, "generate", ["mlp", 1, 7, 4])["seeds"] == [7, 8, 9, 10]


@pytest.fixture
def grown(fork):
    """The fork with the README's GAN, by a function and two entries, trained beside the others in mine/."""
    step = STEPS["Add a GAN"]
    (code,) = blocks(step, "python")
    function, entry = re.fullmatch(r"(def .*\n)\n\n(MODELS = .*\n)", code, re.DOTALL).groups()
    models = fork / "gan" / "models.py"
    (old,) = re.findall(r"^MODELS = .*\n", models.read_text(), re.MULTILINE)
    change(models, old, f"{function}\n\n{entry}")
    (recipe,) = re.findall(r'`("\w+": TrainConfig\(.*?\))`', step)
    last = re.search(r'    "dcgan": .*\n', (fork / "gan" / "config.py").read_text())[0]
    change(fork / "gan" / "config.py", last, f"{last}    {recipe},\n")
    run("ruff check gan && ruff format --check gan", fork)

    (command,) = commands(step)
    (fork / "checkpoints").rename(fork / "mine")
    run(small(command), fork)
    return fork


def test_a_gan_that_is_added_is_drawn_from_beside_the_others(grown):
    with served(grown, "mine") as address:
        catalogue = ask(address, "catalogue", [])
        assert list(catalogue["models"]) == ["mlp", "dcgan", "small"] and not catalogue["notices"]
        assert ask(address, "generate", ["small", 1, 7, 4])["seeds"] == [7, 8, 9, 10]
        assert ask(address, "progression", ["small", 7, 4])["captions"] == ["epoch 0", "epoch 1"]


def test_a_gan_that_is_added_is_shown_beside_the_others(grown, browser):
    with served(grown, "mine") as address:
        page = browser.new_page()
        page.goto(f"{address}?view=generate&model=both&seed=7&count=4")
        names = ["MLP", "DCGAN", "SMALL"]
        expect(page.locator(".screen figcaption")).to_have_text(
            [f"{name}, epoch {e}" for name, e in zip(names, (2, 1, 1), strict=True)]
        )
        expect(page.locator(".models .segments label")).to_have_text([*names, "All"])
        page.close()


def test_a_set_by_name_has_a_classifier_figures_and_a_card_of_its_own(fork):
    step = STEPS["Use other images"]
    fashion = [command for command in commands(step) if "FashionMNIST" in command]
    for command in fashion:
        run(small(command), fork)
    (out,) = {re.search(r"--out (\w+)", command)[1] for command in fashion}
    assert all("frechet_ratio" in line for line in read_metrics(fork / out / "mlp"))
    with served(fork, out) as address:
        assert ask(address, "catalogue", [])["reads"]
        assert ask(address, "generate", ["mlp", 1, 7, 4])["labels"]
    run(f"python train.py --evaluate --data FashionMNIST --out {out}", fork)
    card = (fork / out / "README.md").read_text()
    assert "FashionMNIST" in card and "MNIST" not in card.replace("FashionMNIST", "") and "mnist" not in card


def test_a_folder_of_pngs_is_trained_on_and_the_page_reads_nothing(fork):
    (command,) = [command for command in commands(STEPS["Use other images"]) if "data/pictures" in command]
    shutil.move(fork / "data" / "pictures" / "train", fork / "data" / "pictures" / "any name")
    shutil.rmtree(fork / "data" / "pictures" / "test")
    run(small(command), fork)
    out = re.search(r"--out (\w+)", command)[1]
    with served(fork, out) as address:
        assert not ask(address, "catalogue", [])["reads"]
        assert "labels" not in ask(address, "generate", ["mlp", 1, 7, 4])
    refused(shell(f"python train.py classifier --data data/pictures --out {out}", fork), 1, "pictures has no labels")


def refused(done, code, *said):
    assert (done.returncode, done.stdout) == (code, "") and done.stderr.count("\n") == 1, done.stderr
    assert all(words in done.stderr for words in said), done.stderr


def test_labelled_pngs_make_a_classifier(fork):
    assert "data/pictures/train/CLASS/" in MINE and "data/pictures/test/CLASS/" in MINE
    printed = run("python train.py classifier --epochs 1 --data data/pictures --out drawn", fork)
    assert "of the test digits" in printed


def test_the_sets_that_are_named_are_those_that_there_are():
    step = STEPS["Use other images"]
    named = set(re.findall(r"`((?:Fashion|K|E)?MNIST(?:-\w+)?)`", step))
    named |= {f"EMNIST{part}" for part in re.findall(r"`(-\w+)`", step)}
    assert named == set(SETS)


def test_another_name_is_told_what_sets_there_are(fork):
    done = shell("python train.py mlp --data fashionmnist --out mine", fork)
    refused(done, 2, "there is no folder fashionmnist", ", ".join(SETS))


@pytest.mark.parametrize(
    "words",
    [
        "mlp --data KMNIST",
        "mlp --data data/pictures",
        "classifier --data ./data/pictures",
        "--evaluate --data data/pictures",
    ],
)
def test_runs_on_other_images_never_go_among_those_on_mnist_unasked(fork, words):
    kept = {path: path.read_bytes() for path in (fork / "checkpoints").rglob("*") if path.is_file()}
    refused(shell(f"python train.py {words}", fork), 2, "--data", "--out mine")
    assert {path: path.read_bytes() for path in (fork / "checkpoints").rglob("*") if path.is_file()} == kept


def test_a_folder_with_the_name_of_a_set_is_meant_by_a_path(fork):
    (fork / "FashionMNIST").mkdir()
    run("python train.py mlp --epochs 1 --data FashionMNIST --out mine", fork)
    (fork / "FashionMNIST" / "a.jpg").touch()
    done = shell("python train.py mlp --epochs 1 --data ./FashionMNIST --out mine", fork)
    refused(done, 1, "FashionMNIST holds neither PNGs nor MNIST")
    assert epochs(fork / "mine" / "mlp") == [0, 1]


def test_a_run_on_pngs_resumes_on_the_same_ones_only(fork):
    flags = "mlp --epochs 2 --data data/pictures --out mine"
    killed = shell(f"python tests/helpers/killed_train.py write 14 {flags}", fork, PYTHONPATH=".")
    assert killed.returncode != 0 and (fork / "mine" / ".mlp-in-progress" / "state.safetensors").exists()
    path = next((fork / "data" / "pictures" / "train").rglob("*.png"))
    path.rename(fork / "aside.png")
    refused(shell(f"python train.py {flags} --resume", fork), 1, "other images")
    (fork / "aside.png").rename(path)
    run(f"python train.py {flags} --resume", fork)
    assert [json.loads(line)["epoch"] for line in (fork / "mine/mlp/metrics.jsonl").read_text().splitlines()] == [1, 2]
