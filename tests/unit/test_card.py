from dataclasses import replace

from helpers.digits import TEST
from huggingface_hub import ModelCard

from gan.checkpoint import snapshot_path
from gan.classifier import classifier, save_classifier
from gan.config import RECIPES, TrainConfig
from gan.publish.card import NAMES, command, make_card, text
from gan.publish.pictures import FILM
from gan.store.files import sha256
from train import parse, plan

REAL = dict.fromkeys(NAMES, 0.123)
SNAPSHOTS = {model: f"sum of {model}" for model in RECIPES}
SAMPLES = {model: dict.fromkeys(NAMES, (0.456, 0.007)) for model in RECIPES}


def test_the_hub_reads_the_card(tmp_path):
    card = ModelCard(text(RECIPES, SNAPSHOTS, REAL, SAMPLES, 10_000, 0.9951, "abc"))
    assert card.data.license == "mit"
    assert card.data.datasets == ["ylecun/mnist"]
    assert "{" not in card.text and "}" not in card.text


def test_each_figure_stands_beside_that_of_real_digits():
    card = text(RECIPES, SNAPSHOTS, REAL, SAMPLES, 10_000, 0.9951, "abc")
    for name in NAMES.values():
        assert f"| {name} | 0.123 | 0.456 ± 0.007 | 0.456 ± 0.007 |" in card
    for model in RECIPES:
        assert f"`python train.py {model}` | `sum of {model}` |" in card
    assert "`python train.py --evaluate`" in card
    assert "0 to 29999" in card and "99.51%" in card and "`abc`" in card


def test_the_card_names_the_command_that_gives_a_run():
    classic = TrainConfig("dcgan", epochs=7)
    assert command(classic) == "python train.py dcgan --classic --epochs 7"
    assert command(replace(RECIPES["mlp"], lr=0.5, seed=2**32 - 1)) == "python train.py mlp --lr 0.5 --seed 4294967295"
    assert command(replace(RECIPES["mlp"], r1=7.0)) == ""
    for config in (classic, RECIPES["mlp"]):
        parser, args = parse([*command(config).split()[2:], "--out", "no-such-folder"])
        assert list(plan(parser, args, "digest").values()) == [config]


def test_only_runs_that_are_there_are_measured(tmp_path, checkpoints, mnist):
    (tmp_path / "mlp").symlink_to(checkpoints / "mlp")
    save_classifier(tmp_path / "classifier.safetensors", classifier(0))
    baseline = tmp_path / "classic"
    baseline.mkdir()
    (baseline / "mlp").symlink_to(checkpoints / "mlp")
    card = make_card(tmp_path, mnist, baseline).read_text()
    assert f"{TEST} samples" in card and "`python train.py --evaluate --baseline classic`" in card
    assert sha256(tmp_path / "classifier.safetensors") in card
    assert card.count(f"`{sha256(snapshot_path(checkpoints / 'mlp', 2))}` |") == 2
    assert "| figure | real digits | mlp | classic mlp |" in card and "dcgan.png" not in card
    for name in ("mlp.png", FILM):
        assert f"({name})" in card and (tmp_path / name).is_file()
    assert not list(tmp_path.glob("*.draft"))
