import copy
from dataclasses import replace

import pytest
import torch

from gan.checkpoint import in_progress_dir, load_snapshot
from gan.classifier import classifier, features
from gan.config import RECIPES
from gan.latent import latents
from gan.metrics import frechet
from gan.models import build_gan, to_images
from gan.publish.evaluation import quick_reference
from gan.runs.run import init_run, resume_run, save_epoch, save_snapshot_files
from gan.state import init_state
from gan.store.metrics_log import read_metrics
from gan.training import train


@pytest.fixture(scope="module")
def network():
    return classifier(seed=3)


@pytest.mark.parametrize("model", RECIPES)
def test_the_exported_snapshot_scores_like_the_averaged_generator(tmp_path, images, network, model):
    """An average of weights needs no statistics when batches judge it: what is exported agrees with that."""
    config = replace(RECIPES[model], epochs=10, ema=0.8)
    gan = build_gan(model, 0)
    state = init_state(gan, config)
    list(train(gan, images, config, state))
    save_snapshot_files(tmp_path, gan, state, images, config, None)

    def score(generator):
        with torch.no_grad():
            fake = to_images(generator(latents(range(1000))))
        return frechet(features(network, fake), features(network, images))

    exported = score(load_snapshot(tmp_path, 10).generator)
    averaged = score(copy.deepcopy(state.ema).train())
    assert exported == pytest.approx(averaged, rel=0.03)
    assert score(copy.deepcopy(gan.generator).train()) != pytest.approx(averaged, rel=0.03)
    if model == "dcgan":  # with the statistics that the average began with, it does not score so
        assert score(copy.deepcopy(state.ema).eval()) != pytest.approx(averaged, rel=0.03)


def test_every_snapshot_has_figures_where_there_is_a_yardstick(tmp_path, images, network):
    config = replace(RECIPES["mlp"], epochs=22)
    stick = quick_reference(network, images)
    init_run(tmp_path / "mlp", images, config, "digest", stick)
    gan, config, state = resume_run(tmp_path / "mlp", "cpu", "digest")
    folder = in_progress_dir(tmp_path / "mlp")
    for stats in train(gan, images, config, state):
        save_epoch(folder, gan, state, images, config, stats, "digest", stick)
    lines = read_metrics(folder)
    assert [line["epoch"] for line in lines] == list(range(23))
    assert [line["epoch"] for line in lines if "frechet_ratio" not in line] == [21]
    for line in lines[:21]:
        assert line["frechet_ratio"] > 1 and sum(line["class_shares"]) == pytest.approx(1)
        assert 0 <= line["ambiguity"] <= 1 and line["kernel_distance"] > 0
    assert lines[-1]["frechet_ratio"] < lines[0]["frechet_ratio"]
