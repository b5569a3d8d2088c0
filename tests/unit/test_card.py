import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.digits import TEST, write_mnist, write_pngs
from huggingface_hub import ModelCard
from tqdm import tqdm

from gan import directions_file
from gan.arguments import classifier_command
from gan.checkpoint import epochs, load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.command import command_of
from gan.config import RECIPES, TrainConfig
from gan.directions import measure_directions, measures_of
from gan.directions_file import DIRECTIONS, load_directions
from gan.errors import CheckpointError, DataError
from gan.publish import card as card_py
from gan.publish.card import METRIC_NAMES, EvaluatedRun, Evaluation, card_text, make_card
from gan.publish.evaluation import SAMPLE_SETS
from gan.publish.pictures import FILM
from gan.runs.cli import plan_runs
from gan.runs.flags import DEFAULT_MODELS, parse
from gan.store.files import sha256

ROOT = Path(__file__).parents[2]
EVALUATION = Evaluation(
    runs={
        model: EvaluatedRun(config, f"sha256 of {model}", dict.fromkeys(METRIC_NAMES, (0.456, 0.007)))
        for model, config in RECIPES.items()
    },
    real=dict.fromkeys(METRIC_NAMES, 0.123),
    left_out=[],
    count=10_000,
    accuracy=0.9951,
    classifier_sha256="sha256 of the classifier",
)


def test_the_hub_can_read_the_cards_metadata():
    card = ModelCard(card_text(EVALUATION))
    assert card.data.license == "mit" and card.data.datasets == ["ylecun/mnist"] and "mnist" in card.data.tags
    assert "{" not in card.text and "}" not in card.text


def test_a_card_for_other_data_names_that_and_not_mnist():
    card = ModelCard(card_text(EVALUATION, "KMNIST"))
    assert card.data.datasets is None and "mnist" not in card.data.tags
    assert "KMNIST" in card.text and "MNIST" not in card.text.replace("KMNIST", "")


def test_each_metric_stands_beside_its_value_for_real_digits():
    card = card_text(EVALUATION)
    for name in METRIC_NAMES.values():
        assert f"| {name} | 0.123 | {' | '.join(['0.456 ± 0.007'] * len(RECIPES))} |" in card
    for model in RECIPES:
        assert f"`python train.py {model}` | `sha256 of {model}` |" in card
    assert "`python -m gan.publish card`" in card
    assert "0 to 29999" in card and "99.51%" in card and "`sha256 of the classifier`" in card


@pytest.mark.parametrize(
    ("config", "command"),
    [
        (RECIPES["mlp"], "python train.py mlp"),
        (TrainConfig("dcgan", epochs=7), "python train.py dcgan --classic --epochs 7"),
        (replace(RECIPES["mlp"], lr=0.5, seed=2**32 - 1), "python train.py mlp --lr 0.5 --seed 4294967295"),
        (
            replace(
                RECIPES["small"],
                d_lr=0.5,
                betas=(0.9, 0.5),
                r1=7.0,
                ema=0.0,
                d_steps=3,
                batch_norm=False,
                images=9,
                only=0,
            ),
            "python train.py small --d-lr 0.5 --betas 0.9 0.5 --r1 7.0 --ema 0.0 --d-steps 3 --no-batch-norm"
            " --images 9 --only 0",
        ),
    ],
)
def test_the_command_on_the_card_trains_with_the_runs_config(config, command):
    assert command_of(config) == command
    flags = [*command.split()[2:], "--out", "no-such-folder"]
    assert list(plan_runs(parse(flags)).values()) == [config]


def test_make_card_evaluates_the_runs_that_exist_and_those_of_the_baseline(tmp_path, checkpoints, mnist):
    (tmp_path / "mlp").symlink_to(checkpoints / "mlp")
    save_classifier(tmp_path / WEIGHTS, classifier(0))
    baseline = tmp_path / "classic"
    baseline.mkdir()
    (baseline / "mlp").symlink_to(checkpoints / "mlp")
    path, left_out = make_card(tmp_path, mnist, baseline)
    card = path.read_text()
    assert left_out == [] and "Left out" not in card
    assert f"{TEST} samples" in card and "`python -m gan.publish card --baseline classic`" in card
    assert sha256(tmp_path / WEIGHTS) in card
    last = epochs(checkpoints / "mlp")[-1]
    assert card.count(f"`{sha256(snapshot_path(checkpoints / 'mlp', last))}` |") == 2
    assert "| metric | real digits | mlp | classic mlp |" in card and "dcgan.png" not in card
    assert "| below the memorisation percentile |  |" in card  # real digits have no value: they are the training set
    for name in ("mlp.png", FILM):
        assert f"({name})" in card and (tmp_path / name).is_file()
    assert not list(tmp_path.glob("*.draft"))


def test_make_card_measures_the_directions_of_a_run_that_has_none(copy, mnist, monkeypatch):
    shutil.rmtree(copy / "dcgan")
    (copy / "mlp" / DIRECTIONS).unlink()
    save_classifier(copy / WEIGHTS, classifier(0))
    monkeypatch.setattr(directions_file, "measure_directions", lambda *args: measure_directions(*args[:2], 200))
    make_card(copy, mnist)
    found = load_directions(copy / "mlp", load_snapshot(copy / "mlp", epochs(copy / "mlp")[-1]).generator)
    assert found.measures == measures_of(classifier(0))


def test_a_metric_that_no_run_has_is_left_out_by_name_and_one_that_some_runs_have_is_blank_for_the_others():
    mlp, dcgan = EVALUATION.runs["mlp"], EVALUATION.runs["dcgan"]
    others = {metric: value for metric, value in mlp.metrics.items() if metric != "recall"}
    runs = {"mlp": mlp, "dcgan": replace(dcgan, metrics=others)}
    card = card_text(replace(EVALUATION, runs=runs, left_out=["density"]))
    assert "| recall | 0.123 | 0.456 ± 0.007 |  |" in card
    assert "| density |" not in card and "too alike: density." in card


def test_the_card_names_the_metrics_that_a_few_images_do_not_have(tmp_path, checkpoints):
    write_mnist(tmp_path / "few", train=20, test=3)
    root = tmp_path / "runs"
    root.mkdir()
    (root / "mlp").symlink_to(checkpoints / "mlp")
    save_classifier(root / WEIGHTS, classifier(0))
    path, left_out = make_card(root, tmp_path / "few")
    names = ["precision", "recall", "density", "coverage"]
    assert left_out == names and f"too alike: {', '.join(names)}." in path.read_text()
    assert "| nan" not in path.read_text() and "| inf" not in path.read_text()


def test_a_progress_bar_counts_the_sets_that_are_measured(tmp_path, checkpoints, mnist, monkeypatch):
    bars = []

    class Bar(tqdm):
        def __init__(self, **options):
            assert options["disable"] is None  # on a terminal only
            super().__init__(**options | {"disable": False, "file": io.StringIO()})
            bars.append(self)

    monkeypatch.setattr(card_py, "tqdm", Bar)
    (tmp_path / "mlp").symlink_to(checkpoints / "mlp")
    save_classifier(tmp_path / WEIGHTS, classifier(0))
    make_card(tmp_path, mnist)
    (bar,) = bars
    assert bar.n == bar.total == 2 + SAMPLE_SETS


def test_a_missing_classifier_is_made_by_a_command_for_the_same_images_and_folder(tmp_path, mnist):
    for source, flags in ((mnist, f" --data {mnist} --out {tmp_path}"), ("MNIST", f" --out {tmp_path}")):
        command = f"python train.py classifier{flags}"
        assert classifier_command(source, tmp_path) == command
        args = parse(command.split()[2:])
        assert (args.data, args.out) == (source, tmp_path)
    with pytest.raises(CheckpointError, match=f"`{classifier_command(mnist, tmp_path)}`"):
        make_card(tmp_path, mnist)


def test_images_without_labels_need_labels_before_a_classifier(tmp_path):
    write_pngs(tmp_path / "drawn")
    with pytest.raises(DataError, match="has no labels") as error:
        make_card(tmp_path, tmp_path / "drawn" / "train")
    assert "train.py" not in str(error.value)


def test_the_committed_card_describes_the_committed_checkpoints():
    root = ROOT / "checkpoints"
    card = (root / "README.md").read_text(encoding="utf-8")
    for model in DEFAULT_MODELS:
        assert sha256(snapshot_path(root / model, epochs(root / model)[-1])) in card
    assert sha256(root / WEIGHTS) in card
