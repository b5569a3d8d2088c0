"""What an epoch leaves on disk."""

import copy
from dataclasses import replace

import pytest
import torch

from gan import checkpoint
from gan.checkpoint import in_progress_dir, load_snapshot
from gan.classifier import classifier, features
from gan.config import RECIPES
from gan.latent import latents
from gan.metrics import frechet
from gan.models import to_images
from gan.publish.evaluation import quick_reference
from gan.runs.run import TrainingData, init_run, save_epoch
from gan.store.metrics_log import read_metrics
from gan.training import train


@pytest.fixture(scope="module")
def network():
    return classifier(seed=3)


@pytest.mark.slow
@pytest.mark.parametrize("model", RECIPES)
def test_a_saved_snapshot_scores_like_the_ema_generator_in_training_mode(tmp_path, images, network, model):
    """Batch statistics measured for the EMA weights replace those of each batch."""
    config = replace(RECIPES[model], epochs=10, ema=0.95)
    run = init_run(tmp_path / model, config, TrainingData(images, "sha256"))
    for stats in train(run.gan, images, config, run.state):
        save_epoch(run, stats)

    def score(generator):
        with torch.no_grad():
            fake = to_images(generator(latents(range(1000))))
        return frechet(features(network, fake), features(network, images))

    saved = score(load_snapshot(in_progress_dir(tmp_path / model), 10).generator)
    ema = score(copy.deepcopy(run.state.ema).train())
    assert saved == pytest.approx(ema, rel=0.03)
    assert score(copy.deepcopy(run.gan.generator).train()) != pytest.approx(ema, rel=0.03)
    if model == "dcgan":  # the batch statistics that the EMA copy started with would not do
        assert score(copy.deepcopy(run.state.ema).eval()) != pytest.approx(ema, rel=0.03)


def test_a_snapshot_is_measured_and_other_epochs_are_not(tmp_path, images, network, monkeypatch):
    monkeypatch.setattr(checkpoint, "snapshot_due", lambda epoch, last: epoch != 1)
    config = replace(RECIPES["mlp"], epochs=2)
    run = init_run(tmp_path / "mlp", config, TrainingData(images, "sha256", quick_reference(network, images)))
    for stats in train(run.gan, images, config, run.state):
        save_epoch(run, stats)
    rows = read_metrics(in_progress_dir(tmp_path / "mlp"))
    assert [row["epoch"] for row in rows] == [0, 1, 2]
    assert ["frechet_ratio" in row for row in rows] == [True, False, True]
    for row in (rows[0], rows[2]):
        assert row["frechet_ratio"] > 1 and len(row["class_shares"]) == 10
        assert 0 <= row["ambiguity"] <= 1 and row["kernel_distance"] > 0


def test_a_start_after_one_that_was_cut_short_has_one_row_for_epoch_zero(tmp_path, images, network):
    data = TrainingData(images, "sha256", quick_reference(network, images))
    init_run(tmp_path / "mlp", RECIPES["mlp"], data)
    folder = in_progress_dir(tmp_path / "mlp")
    (folder / checkpoint.STATE).unlink()
    init_run(tmp_path / "mlp", RECIPES["mlp"], data)
    assert [row["epoch"] for row in read_metrics(folder)] == [0]
