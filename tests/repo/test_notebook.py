"""The notebook runs from top to bottom, with few digits to train on and to compare with."""

import re
import runpy
import sys

import pytest
import torch
from helpers.readme import ROOT

from gan.checkpoint import load_snapshot
from gan.classifier import load_classifier
from gan.datasets.reals import load_reals
from gan.models import build_gan
from gan.publish.evaluation import quick_metrics, quick_reference

CHECKPOINTS = ROOT / "checkpoints"


@pytest.mark.slow
def test_the_notebook_measures_as_training_does_and_trains_a_gan_that_is_better_than_an_untrained_one(
    monkeypatch, capsys
):
    reals = load_reals(CHECKPOINTS / "reals", "train")
    few = reals._replace(images=reals.images[:1000])
    monkeypatch.setattr("gan.datasets.reals.load_reals", lambda folder, part: few)
    monkeypatch.setattr(sys, "path", [*sys.path])  # the notebook adds to it
    ratio = runpy.run_path(str(ROOT / "gan" / "notebook.py"))["ratio"]
    printed = dict(re.findall(r"^(dcgan|own): (.*)$", capsys.readouterr().out, re.MULTILINE))
    reference = quick_reference(load_classifier(CHECKPOINTS / "classifier.safetensors"), torch.tensor(few.images))
    last = quick_metrics(load_snapshot(CHECKPOINTS / "dcgan", 40).generator, reference)
    assert float(printed["dcgan"]) == pytest.approx(last["frechet_ratio"], abs=0.005)
    assert float(printed["own"]) < ratio(build_gan("mlp", 0).generator.eval())
