"""The choices of a run beside its recipe: its images, its batch norm, and the snapshot that it starts from."""

import base64
import shlex
from dataclasses import replace

import pytest
import torch
from helpers.digits import TRAIN, draw_digits
from helpers.gans import equal, weights
from helpers.runs import folders
from helpers.stopping import only_line

from gan.batches import select_images
from gan.checkpoint import load_config, load_snapshot, snapshot_path
from gan.config import RECIPES
from gan.live import LiveRun
from gan.models import build_gan
from gan.state import init_state
from gan.store.files import sha256
from gan.training import export_gan, train
from gan.ui.live_files import snapshot_of

QUICK = ("--epochs", 1, "--batch-size", 64)


@pytest.fixture
def train_small(train_here, mnist, tmp_path):
    """Run train.py small for an epoch. Return its exit code and what it printed to stderr."""
    return lambda *flags: train_here("small", *QUICK, "--data", mnist, "--out", tmp_path / "out", *flags)


def in_float16(gan):
    return [tensor.half().float() if tensor.is_floating_point() else tensor for tensor in weights(gan)]


def test_a_run_trains_on_the_first_images_of_a_class(train_small, tmp_path):
    assert train_small("--images", 20, "--only", 3) == (0, "")
    images, labels = map(torch.from_numpy, draw_digits(TRAIN, 0))
    chosen = select_images(images, labels, 20, 3)
    assert len(chosen) == 20 and torch.equal(chosen, images[labels == 3][:20])
    config = replace(RECIPES["small"], epochs=1, batch_size=64, images=20, only=3)
    gan = build_gan("small", 0)
    state = init_state(gan, config)
    list(train(gan, chosen, config, state))
    saved = load_snapshot(tmp_path / "out" / "small", 1)
    assert equal(weights(saved), in_float16(export_gan(gan, state.ema, chosen)))
    assert load_config(tmp_path / "out" / "small", 1) == config


def test_a_class_without_images_is_refused(train_here, mnist, tmp_path):
    code, printed = train_here("small", "--data", mnist, "--out", tmp_path, "--images", 0)
    assert code == 2 and "--images" in only_line(printed)


def test_a_run_without_batch_norm_has_biases_instead_and_the_same_first_weights(train_small, tmp_path):
    assert train_small("--no-batch-norm") == (0, "")
    bare, full = (build_gan("small", 0, batch_norm) for batch_norm in (False, True))
    assert not bare.d_has_batch_norm and full.d_has_batch_norm
    shared = {name: weight for name, weight in full.named_parameters() if name in dict(bare.named_parameters())}
    assert shared and all(
        torch.equal(weight, bare.get_parameter(name)) for name, weight in shared.items() if weight.dim() > 1
    )
    loaded = load_snapshot(tmp_path / "out" / "small", 0)
    assert equal(weights(loaded), in_float16(bare))


def test_a_run_starts_from_the_networks_of_a_snapshot(train_small, checkpoints, tmp_path):
    assert train_small() == (0, "")
    start = snapshot_path(tmp_path / "out" / "small", 1).rename(tmp_path / "start.safetensors")
    code, printed = train_small("--start", start, "--seed", 3)
    assert (code, printed) == (0, "")
    begun = load_snapshot(tmp_path / "out" / "small", 0)
    start.rename(snapshot_path(tmp_path, 1))
    for one, other in zip(begun.parameters(), load_snapshot(tmp_path, 1).parameters(), strict=True):
        assert torch.equal(one, other)
    assert load_config(tmp_path / "out" / "small", 1).start == sha256(snapshot_path(tmp_path, 1))[:12]


@pytest.mark.parametrize("flags", [["mlp"], ["small", "--no-batch-norm"]])
def test_a_snapshot_of_other_networks_is_refused_in_one_line_and_leaves_nothing(
    train_small, train_here, mnist, tmp_path, flags
):
    assert train_small() == (0, "")
    start = snapshot_path(tmp_path / "out" / "small", 1)
    code, printed = train_here(*flags, "--data", mnist, "--out", tmp_path / "new", "--start", start)
    assert code == 1 and str(start) in only_line(printed)
    assert folders(tmp_path / "new") == []


@pytest.mark.parametrize("content", [None, b"no snapshot"])
def test_a_start_that_is_no_snapshot_is_refused_in_one_line(train_small, tmp_path, content):
    start = tmp_path / "start.safetensors"
    if content:
        start.write_bytes(content)
    code, printed = train_small("--start", start)
    assert code == 1 and str(start) in only_line(printed)


def test_the_command_that_a_live_run_gives_trains_it_further(train_here, mnist, images, tmp_path, monkeypatch):
    config = replace(RECIPES["small"], batch_size=64, batch_norm=False, d_steps=2, images=100, seed=4)
    run = LiveRun(config, select_images(images, None, 100, None), images[:0])
    run.advance(60, until=4)
    kept = snapshot_of(run)
    monkeypatch.chdir(tmp_path)
    (tmp_path / kept["name"]).write_bytes(run_bytes(kept))
    flags = shlex.split(kept["command"])[2:]
    assert train_here(*flags, "--epochs", 1, "--data", mnist, "--out", "out") == (0, "")
    assert load_config(tmp_path / "out" / "small", 1) == replace(
        config, epochs=1, start=sha256(tmp_path / kept["name"])[:12]
    )
    assert equal(weights(load_snapshot(tmp_path / "out" / "small", 0))[:1], in_float16(run.export())[:1])


def run_bytes(kept):
    return base64.b64decode(kept["file"].partition(",")[2])
