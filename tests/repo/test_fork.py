"""The steps of "Make it yours" in gan/README.md do what they say: their own commands and code, with little data."""

import ast
import re
from dataclasses import replace

import pytest
import torch
from helpers.digits import TRAIN, draw_digits
from helpers.forking import make_fork
from helpers.readme import blocks, commands, run, section, steps
from helpers.serving import ask, serving
from playwright.sync_api import expect

from gan import models
from gan.checkpoint import epochs
from gan.classifier import classifier, train_classifier
from gan.config import recipe
from gan.datasets.idx import SETS
from gan.models import build_gan
from gan.publish.evaluation import quick_metrics, quick_reference
from gan.runs.flags import DEFAULT_MODELS
from gan.state import init_state
from gan.store.metrics_log import read_metrics
from gan.training import train

STEPS = steps(section("gan/README.md", "Make it yours"))
RETRAIN, CHANGE, ADD, OTHER = STEPS.values()


def run_short(command, fork):
    """Run a command of the README. One that trains gets one epoch."""
    return run(f"{command} --epochs 1" if command.startswith("python train.py") else command, fork)


def replace_in(path, old, new):
    text = path.read_text()
    assert text.count(old) == 1, old
    path.write_text(text.replace(old, new))


@pytest.mark.slow
def test_a_model_is_retrained_and_shown(fork):
    *made, serve = commands(RETRAIN)
    for command in made:
        run_short(command, fork)
    folder = fork / re.fullmatch(r"GAN_CHECKPOINTS=(\w+) python app\.py", serve)[1]
    assert all("frechet_ratio" in row for row in read_metrics(folder / "mlp"))
    with serving(folder, program=fork / "app.py") as address:
        catalogue = ask(address, "catalogue", [])
        assert catalogue["models"]["mlp"]["epochs"] == [0, 1] and catalogue["classifier"] and not catalogue["notices"]
        film = ask(address, "generate", ["mlp", 1, 7, 4])
        assert film["seeds"] == [7, 8, 9, 10] and len(film["labels"][0]) == 4


@pytest.mark.slow
def test_an_architecture_is_changed_and_snapshots_that_no_longer_fit_are_named(fork):
    new, old = re.search(r"put (\d+) in place of\s+(\d+)", CHANGE).groups()
    path = fork / "gan" / "models.py"
    (function,) = [f for f in ast.parse(path.read_text()).body if isinstance(f, ast.FunctionDef) and f.name == "mlp"]
    source = ast.get_source_segment(path.read_text(), function)
    replace_in(path, source, source.replace(old, new))
    run("python train.py mlp --epochs 1 --out mine", fork)
    smaller, larger = (fork / root / "mlp" / "epoch-001.safetensors" for root in ("mine", "checkpoints"))
    assert smaller.stat().st_size < larger.stat().st_size / 2
    with serving(fork / "checkpoints", program=fork / "app.py") as address:
        catalogue = ask(address, "catalogue", [])
    assert catalogue["models"]["mlp"]["epochs"] == [] and catalogue["models"]["dcgan"]["epochs"] == [0, 1]
    (notice,) = catalogue["notices"]
    assert notice["key"] == "server.unfit" and notice["values"]["epochs"] == "0, 1, 2"


@pytest.fixture(scope="module")
def small_gan(tmp_path_factory, checkpoints):
    """The address of a fork's page with the README's GAN, trained beside the others."""
    fork = make_fork(tmp_path_factory.mktemp("shallow") / "fork", checkpoints)
    (code,) = blocks(ADD, "python")
    function, entry = re.fullmatch(r"(def .*\n)\n\n(MODELS = .*\n)", code, re.DOTALL).groups()
    path = fork / "gan" / "models.py"
    (old,) = re.findall(r"^MODELS = .*\n", path.read_text(), re.MULTILINE)
    replace_in(path, old, f"{function}\n\n{entry}")
    run("ruff check gan && ruff format --check gan", fork)
    (fork / "checkpoints").rename(fork / "mine")
    (command,) = commands(ADD)
    run_short(command, fork)
    with serving(fork / "mine", program=fork / "app.py") as address:
        yield address


@pytest.mark.slow
def test_a_gan_that_is_added_draws_digits(small_gan):
    catalogue = ask(small_gan, "catalogue", [])
    assert list(catalogue["models"]) == [*DEFAULT_MODELS, "shallow"] and not catalogue["notices"]
    assert ask(small_gan, "generate", ["shallow", 1, 7, 4])["seeds"] == [7, 8, 9, 10]
    assert ask(small_gan, "progression", ["shallow", 7, 4])["captions"] == ["epoch 0", "epoch 1"]


@pytest.mark.slow
def test_a_gan_that_is_added_is_shown_beside_the_others(small_gan, browser):
    page = browser.new_page()
    page.goto(f"{small_gan}?view=generate&model=both&seed=7&count=4")
    names = ["MLP", "DCGAN", "SHALLOW"]
    captions = [f"{name}, epoch {epoch}" for name, epoch in zip(names, (2, 1, 1), strict=True)]
    expect(page.locator(".screen figcaption")).to_have_text(captions)
    expect(page.locator(".models .segments label")).to_have_text([*names, "All"])
    page.close()


@pytest.mark.slow
def test_a_gan_that_is_added_learns_with_the_recipe_that_it_gets(monkeypatch):
    """On 320 drawn digits, in 2,000 steps: its distance from them falls to less than half of the untrained GAN's."""
    (code,) = blocks(ADD, "python")
    exec(code, names := dict(vars(models)))
    monkeypatch.setitem(models.MODELS, "shallow", names["MODELS"]["shallow"])
    images, labels = map(torch.from_numpy, draw_digits(TRAIN, 0))
    network = classifier()
    list(train_classifier(network, images, labels.long(), epochs=12))
    reference = quick_reference(network, images)
    config = replace(recipe("shallow"), epochs=100, batch_size=16)
    gan = build_gan("shallow", config.seed)
    state = init_state(gan, config)
    untrained = quick_metrics(gan.generator, reference)["frechet_ratio"]
    list(train(gan, images, config, state))
    assert quick_metrics(state.ema, reference)["frechet_ratio"] < untrained / 2


@pytest.mark.slow
def test_a_data_set_by_name_has_a_classifier_metrics_and_a_card_of_its_own(fork):
    train_commands = [command for command in commands(OTHER) if "FashionMNIST" in command]
    for command in train_commands:
        run_short(command, fork)
    (out,) = {re.search(r"--out (\S+)", command)[1] for command in train_commands}
    assert all("frechet_ratio" in row for row in read_metrics(fork / out / "mlp"))
    run(f"python -m gan.publish card --data FashionMNIST --out {out}", fork)
    card = (fork / out / "README.md").read_text()
    assert "FashionMNIST" in card and "MNIST" not in card.replace("FashionMNIST", "") and "mnist" not in card


@pytest.mark.slow
def test_a_folder_of_images_without_labels_is_enough_for_a_gan(fork):
    (fork / "data" / "pictures" / "train").rename(fork / "data" / "pictures" / "any name")
    (fork / "data" / "pictures" / "test").rename(fork / "data" / "pictures" / "more")
    (command,) = [command for command in commands(OTHER) if "data/pictures" in command]
    run_short(command, fork)
    assert epochs(fork / re.search(r"--out (\S+)", command)[1] / "mlp") == [0, 1]


def test_labelled_images_train_a_classifier(fork, train_here, monkeypatch):
    assert "data/pictures/train/CLASS/" in OTHER and "data/pictures/test/CLASS/" in OTHER
    monkeypatch.chdir(fork)
    code, _ = train_here("classifier", "--epochs", 1, "--data", "data/pictures", "--out", "mine")
    assert code == 0 and (fork / "mine" / "classifier.safetensors").exists()


def test_the_data_sets_that_are_named_are_all_that_exist():
    assert set(re.findall(r"`((?:Fashion|K|E)?MNIST(?:-\w+)?)`", OTHER)) == set(SETS)
