"""Snapshots and states on disk."""

import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
import torch
from helpers.gans import EACH_COMMITTED_MODEL
from helpers.runs import flip
from safetensors import safe_open
from safetensors.torch import save_file

from gan.checkpoint import (
    StateHeader,
    epochs,
    load_config,
    load_snapshot,
    load_state,
    load_state_header,
    save_snapshot,
    save_state,
    snapshot_due,
    snapshot_path,
)
from gan.config import RECIPES
from gan.errors import CheckpointError
from gan.models import MODELS, build_gan
from gan.state import init_state, state_tensors
from gan.store.tensorfile import encode

ROOT = Path(__file__).parents[2]


def name_of(gan):
    sizes = {model: [weight.shape for weight in build_gan(model, 0).parameters()] for model in MODELS}
    return next(model for model in MODELS if sizes[model] == [weight.shape for weight in gan.parameters()])


def test_a_snapshot_holds_both_networks_in_float16_and_loads_in_eval_mode(tmp_path, gan):
    save_snapshot(tmp_path, gan.train(), RECIPES[name_of(gan)], 3)
    loaded = load_snapshot(tmp_path, 3)
    assert not any(module.training for module in loaded.modules())
    for name, tensor in gan.state_dict().items():
        expected = tensor.half().float() if tensor.is_floating_point() else tensor
        assert torch.equal(loaded.state_dict()[name], expected), name
        assert loaded.state_dict()[name].dtype == expected.dtype


def test_the_header_of_a_snapshot_names_its_run_and_the_file_is_small(tmp_path, gan):
    config = replace(RECIPES[name_of(gan)], seed=9)
    save_snapshot(tmp_path, gan, config, 12)
    path = tmp_path / "epoch-012.safetensors"
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["header"])
    assert (header["model"], header["epoch"], header["format"]) == (config.model, 12, 1)
    assert header["config"] == asdict(config) | {"betas": list(config.betas)}
    assert path.stat().st_size < 2e6


def test_a_snapshot_holds_the_config_of_its_run(tmp_path, gan):
    config = replace(RECIPES[name_of(gan)], seed=9, lr=0.5)
    save_snapshot(tmp_path, gan, config, 12)
    assert load_config(tmp_path, 12) == config


def test_loading_draws_no_random_numbers(checkpoints):
    before = torch.get_rng_state()
    load_snapshot(checkpoints / "mlp", 0)
    assert torch.equal(before, torch.get_rng_state())


def test_epochs_are_listed_in_numerical_order_and_other_files_are_ignored(tmp_path, checkpoints):
    run = shutil.copytree(checkpoints / "mlp", tmp_path / "mlp")
    names = ["x", "1.5", "-1", "7", "0007", "1000000", "9" * 20, "\uff11\uff12\uff13", "007.safetensors.draft", "007 "]
    for name in [*(f"epoch-{name}.safetensors" for name in names), ".epoch-007.safetensors", "samples-000.png"]:
        (run / name).touch()
    shutil.copy(snapshot_path(run, 2), snapshot_path(run, 1000))
    assert epochs(run) == [0, 1, 2, 1000]
    assert epochs(tmp_path / "none") == []


def test_the_saved_epochs_are_every_one_to_20_fifth_to_50_tenth_to_100_and_fiftieth_later_and_the_last():
    saved = [epoch for epoch in range(218) if snapshot_due(epoch, 217)]
    assert saved == [*range(21), 25, 30, 35, 40, 45, 50, 60, 70, 80, 90, 100, 150, 200, 217]


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:5000]),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_text("<!doctype html><title>Not found</title>"),
        lambda path: path.write_text("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n"),
        lambda path: path.write_bytes((2**62).to_bytes(8, "little") + path.read_bytes()[8:]),
        lambda path: save_file({"generator.0.weight": torch.zeros(2)}, path),
        lambda path: save_file({"generator.0.weight": torch.zeros(2)}, path, {"header": '{"model": "mlp"}'}),
        lambda path: save_file({}, path, {"header": '{"model": "another"}'}),
        lambda path: save_file({}, path, {"header": '{"model": ["mlp"]}'}),
        lambda path: save_file({}, path, {"header": "[]"}),
        lambda path: save_file({}, path, {"header": "null"}),
        lambda path: save_file({}, path, {"header": "{"}),
        lambda path: save_file({"a": torch.zeros(2, dtype=torch.bfloat16)}, path, {"header": '{"sha256": 7}'}),
        lambda path: (path.unlink(), path.mkdir()),
        lambda path: path.unlink(),
    ],
)
def test_the_error_of_a_broken_snapshot_names_it(tmp_path, checkpoints, damage):
    run = shutil.copytree(checkpoints / "mlp", tmp_path / "mlp")
    damage(snapshot_path(run, 1))
    with pytest.raises(CheckpointError, match=r"epoch-001\.safetensors.*train\.py"):
        load_snapshot(run, 1)
    load_snapshot(run, 2)


def test_a_snapshot_of_another_architecture_is_refused(tmp_path):
    gan = build_gan("mlp", 0)
    gan.generator[0] = torch.nn.Linear(100, 300)
    save_snapshot(tmp_path, gan, RECIPES["mlp"], 0)
    with pytest.raises(CheckpointError, match="epoch-000"):
        load_snapshot(tmp_path, 0)


def test_a_state_loads_to_the_same_bits(tmp_path, gan):
    config = RECIPES[name_of(gan)]
    tensors = state_tensors(gan, init_state(gan, config))
    save_state(tmp_path, tensors, config, 4, "digest")
    loaded, header = load_state(tmp_path)
    assert header == StateHeader(config, 4, "digest", "cpu") == load_state_header(tmp_path)
    assert loaded.keys() == tensors.keys()
    assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)


def test_a_snapshot_with_one_flipped_bit_is_refused_or_equal(tmp_path, checkpoints):
    run = shutil.copytree(checkpoints / "mlp", tmp_path / "mlp")
    path = snapshot_path(run, 1)
    original = load_snapshot(run, 1).state_dict()
    data = path.read_bytes()
    header = 8 * (8 + int.from_bytes(data[:8], "little"))
    for bit in [*range(0, header, 61), *range(header, 8 * len(data), 99_991), 8 * len(data) - 1]:
        flip(path, bit)
        try:
            loaded = load_snapshot(run, 1).state_dict()
        except CheckpointError:
            pass
        else:  # a space in the JSON header became another white space
            assert bit < header
            assert all(torch.equal(loaded[name], original[name]) for name in original)
            assert load_config(run, 1) == load_config(checkpoints / "mlp", 1)
        path.write_bytes(data)


def wrap(path, header):
    save_file({"rng": torch.zeros(2)}, path, {"header": header})


@pytest.mark.parametrize(
    "damage",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(b"no state"),
        lambda path: path.write_bytes(path.read_bytes()[:-1]),
        lambda path: path.write_bytes(path.read_bytes() + b"0"),
        lambda path: path.write_bytes((2**62).to_bytes(8, "little") + path.read_bytes()[8:]),
        lambda path: path.write_bytes((10**8).to_bytes(8, "little") + path.read_bytes()[8:]),
        lambda path: wrap(path, "[" * 10**5),
        lambda path: wrap(path, "[]"),
        lambda path: wrap(path, '{"sha256": "0"}'),
        lambda path: wrap(path, "{}"),
        lambda path: (path.unlink(), path.mkdir()),
    ],
)
def test_the_error_of_a_damaged_state_names_the_folder_to_delete(tmp_path, damage):
    gan = build_gan("mlp", 0)
    save_state(tmp_path, state_tensors(gan, init_state(gan, RECIPES["mlp"])), RECIPES["mlp"], 0, "digest")
    damage(tmp_path / "state.safetensors")
    with pytest.raises(CheckpointError, match=rf"state\.safetensors.*Delete the folder {tmp_path} to start a new run"):
        load_state(tmp_path)


def test_a_state_with_one_flipped_bit_is_refused(tmp_path):
    tensors = {"a": torch.arange(3.0), "b": torch.ones((), dtype=torch.int64)}
    save_state(tmp_path, tensors, RECIPES["mlp"], 3, "digest")
    path = tmp_path / "state.safetensors"
    original = path.read_bytes()
    end = 8 * len(original.rstrip(b"\0"))
    for bit in [*range(0, 8 * len(original), 7), *range(end - 64, end)]:
        flip(path, bit)
        try:
            loaded, header = load_state(tmp_path)
        except CheckpointError:
            pass
        else:  # a space in the JSON header became another white space
            assert header == StateHeader(RECIPES["mlp"], 3, "digest", "cpu")
            assert all(torch.equal(loaded[name], tensors[name]) for name in tensors)
            assert 8 <= bit // 8 < end // 8 and original[bit // 8] == ord(" ")
        path.write_bytes(original)


def test_old_field_names_of_the_config_are_read(tmp_path, checkpoints):
    """Committed snapshots call the EMA decay "average"."""
    path = shutil.copy(snapshot_path(checkpoints / "mlp", 1), tmp_path)
    with safe_open(path, "pt") as file:
        header = json.loads(file.metadata()["header"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    del header["sha256"]
    header["config"]["average"] = header["config"].pop("ema")
    (tmp_path / "epoch-001.safetensors").write_bytes(encode(tensors, header))
    assert load_config(tmp_path, 1) == load_config(checkpoints / "mlp", 1)
    load_snapshot(tmp_path, 1)


@EACH_COMMITTED_MODEL
def test_every_committed_snapshot_has_a_config_of_this_version(model):
    run = ROOT / "checkpoints" / model
    assert {load_config(run, epoch).model for epoch in epochs(run)} == {model}
