"""Any number of images trains both models and the classifier. What cannot be measured is left out, and said."""

import pytest
import torch
from helpers.digits import write_mnist

from gan.checkpoint import epochs
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.runs.flags import DEFAULT_MODELS
from gan.runs.run import load_training_data
from gan.store.metrics_log import read_metrics


@pytest.mark.parametrize(
    ("count", "measured"), [(1, False), (2, False), (3, False), pytest.param(129, True, marks=pytest.mark.slow)]
)
def test_a_few_images_train_both_models_and_the_classifier(tmp_path, train_here, count, measured):
    write_mnist(tmp_path, train=count, test=1)
    flags = ["--epochs", 1, "--data", tmp_path, "--out", tmp_path / "out"]
    assert train_here("classifier", *flags) == (0, "") and (tmp_path / "out" / WEIGHTS).exists()
    assert train_here(*flags, "--batch-size", count + 1) == (0, "")
    for model in DEFAULT_MODELS:
        rows = read_metrics(tmp_path / "out" / model)
        assert epochs(tmp_path / "out" / model) == [0, 1] == [row["epoch"] for row in rows]
        assert all("class_shares" in row and ("frechet_ratio" in row) == measured for row in rows)
    assert train_here("mlp", *flags, "--batch-size", 1) == (0, "")


@pytest.mark.parametrize(("count", "lines"), [(3, 1), (4, 0)])
def test_one_line_names_the_metrics_that_the_images_are_too_few_for(tmp_path, capsys, count, lines):
    write_mnist(tmp_path, train=count, test=1)
    save_classifier(tmp_path / WEIGHTS, classifier(0))
    load_training_data(tmp_path, tmp_path, torch.device("cpu"))
    printed = capsys.readouterr().out
    assert printed.count("\n") == lines and ("frechet_ratio and kernel_distance" in printed) == bool(lines)
