from digits import TEST
from huggingface_hub import ModelCard

from gan.card import NAMES, make_card, text
from gan.classifier import classifier, digest, save_classifier
from gan.config import RECIPES

REAL = dict.fromkeys(NAMES, 0.123)
SAMPLES = {model: dict.fromkeys(NAMES, (0.456, 0.007)) for model in RECIPES}


def test_the_hub_reads_the_card(tmp_path):
    card = ModelCard(text(RECIPES, REAL, SAMPLES, 10_000, 0.9951, "abc"))
    assert card.data.license == "mit"
    assert card.data.datasets == ["ylecun/mnist"]
    assert "{" not in card.text and "}" not in card.text


def test_each_figure_stands_beside_that_of_real_digits():
    card = text(RECIPES, REAL, SAMPLES, 10_000, 0.9951, "abc")
    for name in NAMES.values():
        assert f"| {name} | 0.123 | 0.456 ± 0.007 | 0.456 ± 0.007 |" in card
    assert "| mlp | 100 | 128 | 0.0003 | 0.9, 0.999 | 0 | `python train.py mlp` |" in card
    assert "0 to 29999" in card and "99.51%" in card and "`abc`" in card


def test_only_runs_that_are_there_are_measured(tmp_path, checkpoints, mnist):
    (tmp_path / "mlp").symlink_to(checkpoints / "mlp")
    save_classifier(tmp_path / "classifier.safetensors", classifier(0))
    card = make_card(tmp_path, mnist).read_text()
    assert f"{TEST} samples" in card
    assert digest(tmp_path / "classifier.safetensors") in card
    assert "| figure | real digits | mlp |" in card and "dcgan.png" not in card
    assert not list(tmp_path.glob("*.draft"))
