import copy
from dataclasses import replace

import pytest
import torch

from gan.checkpoint import in_progress, load_snapshot
from gan.classifier import classifier, features
from gan.config import RECIPES
from gan.evaluation import yardstick
from gan.figures import read_metrics
from gan.latent import latents
from gan.metrics import frechet
from gan.models import build, to_images
from gan.run import begin, keep, save, take_up
from gan.state import start
from gan.training import train


@pytest.fixture(scope="module")
def network():
    return classifier(seed=3)


@pytest.mark.parametrize("model", RECIPES)
def test_the_exported_snapshot_scores_like_the_averaged_generator(tmp_path, images, network, model):
    """An average of weights needs no statistics when batches judge it: what is exported agrees with that."""
    config = replace(RECIPES[model], epochs=10, average=0.8)
    gan = build(model, 0)
    state = start(gan, config)
    list(train(gan, images, config, state))
    save(tmp_path, gan, state, images, config, None)

    def score(generator):
        with torch.no_grad():
            fake = to_images(generator(latents(range(1000))))
        return frechet(features(network, fake), features(network, images))

    exported = score(load_snapshot(tmp_path, 10).generator)
    averaged = score(copy.deepcopy(state.average).train())
    assert exported == pytest.approx(averaged, rel=0.03)
    assert score(copy.deepcopy(gan.generator).train()) != pytest.approx(averaged, rel=0.03)
    if model == "dcgan":  # with the statistics that the average began with, it does not score so
        assert score(copy.deepcopy(state.average).eval()) != pytest.approx(averaged, rel=0.03)


def test_every_snapshot_has_figures_where_there_is_a_yardstick(tmp_path, images, network):
    config = replace(RECIPES["mlp"], epochs=22)
    stick = yardstick(network, images)
    begin(tmp_path / "mlp", images, config, "digest", stick)
    gan, config, state = take_up(tmp_path / "mlp", "cpu", "digest")
    folder = in_progress(tmp_path / "mlp")
    for stats in train(gan, images, config, state):
        keep(folder, gan, state, images, config, stats, "digest", stick)
    lines = read_metrics(folder)
    assert [line["epoch"] for line in lines] == list(range(23))
    assert [line["epoch"] for line in lines if "frechet_ratio" not in line] == [21]
    for line in lines[:21]:
        assert line["frechet_ratio"] > 1 and sum(line["class_shares"]) == pytest.approx(1)
        assert 0 <= line["ambiguity"] <= 1 and line["kernel_distance"] > 0
    assert lines[-1]["frechet_ratio"] < lines[0]["frechet_ratio"]
