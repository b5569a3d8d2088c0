"""Recipes and configs."""

from dataclasses import FrozenInstanceError, asdict, replace

import pytest

from gan.config import RECIPES, TrainConfig, recipe
from gan.models import MODELS


def test_every_model_has_a_recipe_of_its_own_name():
    assert {name: recipe(name) for name in MODELS} == RECIPES
    assert {name: config.model for name, config in RECIPES.items()} == {name: name for name in MODELS}


def test_a_model_without_an_entry_has_the_mlps_recipe():
    assert recipe("other") == replace(RECIPES["mlp"], model="other")


def test_a_model_alone_is_the_classic_recipe():
    classic = {"model": "mlp", "epochs": 100, "batch_size": 128, "lr": 3e-4, "betas": (0.9, 0.999), "seed": 0}
    others = {"d_lr": None, "d_steps": 1, "batch_norm": True, "images": None, "only": None, "start": None}
    assert asdict(TrainConfig("mlp")) == classic | {"r1": 0, "ema": 0} | others


def test_a_config_is_immutable():
    with pytest.raises(FrozenInstanceError):
        RECIPES["mlp"].lr = 1.0
