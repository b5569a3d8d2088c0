"""The digit classifier: training, inference, augmentation, its file."""

import pytest
import torch
from helpers.digits import draw_digits
from safetensors.torch import load_file
from torch import nn

from gan import classifier as module
from gan.classifier import (
    FEATURES,
    augment,
    classifier,
    classify,
    features,
    load_classifier,
    save_classifier,
    train_classifier,
)
from gan.errors import CheckpointError
from gan.models import to_real
from gan.store.tensorfile import encode

BOUNDS = ("MAX_ROTATION", "MAX_SCALING", "MAX_SHEAR", "MAX_TRANSLATION")


def labelled_digits(count: int, seed: int) -> tuple[torch.Tensor, torch.Tensor]:
    images, labels = map(torch.from_numpy, draw_digits(count, seed))
    return images, labels.long()


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def flatten(network: nn.Module) -> torch.Tensor:
    return torch.cat([tensor.flatten().float() for tensor in network.state_dict().values()])


@pytest.fixture(scope="module")
def trained() -> tuple[nn.Sequential, list]:
    network = classifier()
    return network, list(train_classifier(network, *labelled_digits(640, 0), epochs=8))


@pytest.fixture
def network(trained) -> nn.Sequential:
    copy = classifier()
    copy.load_state_dict(trained[0].state_dict())
    return copy.eval()


def test_it_learns_drawn_digits_and_classifies_new_ones(trained):
    network, _ = trained
    images, labels = labelled_digits(200, 1)
    digits, confidence = classify(network, images)
    assert (digits == labels).double().mean() >= 0.97
    assert confidence.median() > 0.9


def test_each_epoch_yields_its_loss_and_accuracy(trained):
    _, stats = trained
    assert [epoch.epoch for epoch in stats] == [1, 2, 3, 4, 5, 6, 7, 8]
    assert stats[-1].loss < 0.5 < stats[0].loss < 4
    assert stats[0].accuracy < 0.6 < 0.9 < stats[-1].accuracy <= 1
    assert all(epoch.seconds > 0 for epoch in stats)


def test_an_untrained_network_depends_on_its_seed_only():
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, again, other = (classifier(seed)[0].weight for seed in (1, 1, 2))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.equal(first, again) and not torch.equal(first, other)


def test_training_depends_on_its_seed_only():
    weights = []
    for seed, global_seed in ((1, 10), (1, 11), (2, 10)):
        torch.manual_seed(global_seed)
        network = classifier()
        list(train_classifier(network, *labelled_digits(60, 0), epochs=2, seed=seed))
        weights.append(flatten(network))
    assert torch.equal(weights[0], weights[1]) and not torch.equal(weights[0], weights[2])


def test_inference_between_epochs_does_not_change_training():
    weights = []
    for infer in (False, True):
        network = classifier()
        for _ in train_classifier(network, *labelled_digits(60, 0), epochs=2):
            if infer:
                classify(network, labelled_digits(20, 1)[0])
        weights.append(flatten(network))
    assert torch.equal(*weights)


@pytest.mark.parametrize(("count", "epochs"), [(1, 1), (1, 5), (2, 5), (128, 1), (128, 5), (129, 1), (257, 2)])
def test_it_learns_from_any_number_of_images_over_any_number_of_steps(count, epochs):
    """A batch of one, and five steps, of which one is the warm-up."""
    network = classifier()
    before = flatten(network)
    stats = list(train_classifier(network, *labelled_digits(count, 0), epochs=epochs))
    assert [epoch.epoch for epoch in stats] == list(range(1, epochs + 1))
    assert all(0 < epoch.loss < 10 and 0 <= epoch.accuracy <= 1 for epoch in stats)
    after = flatten(network)
    assert after.isfinite().all() and not torch.equal(before, after)


def test_progress_gets_every_image_once_an_epoch():
    seen = []

    def progress(batches):
        for batch in batches:
            seen.append(batch)
            yield batch

    list(train_classifier(classifier(), *labelled_digits(300, 0), epochs=1, progress=progress))
    assert sorted(torch.cat(seen).tolist()) == list(range(300))


def test_features_are_the_inputs_of_the_last_layer(network):
    images, _ = labelled_digits(20, 1)
    penultimate = features(network, images)
    assert (penultimate.shape, penultimate.dtype) == ((20, FEATURES), torch.float32) and penultimate.min() >= 0
    digits, confidence = classify(network, images)
    probabilities = network[-1](penultimate).softmax(1)
    assert (digits.dtype, confidence.dtype) == (torch.int64, torch.float32)
    assert torch.equal(digits, probabilities.argmax(1))
    assert torch.allclose(confidence, probabilities.amax(1))
    assert torch.allclose(network(to_real(images)).softmax(1), probabilities, atol=1e-6)


def test_inference_uses_running_statistics_in_either_mode(network):
    images, _ = labelled_digits(20, 1)
    expected = features(network, images), *classify(network, images)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    again = features(network.train(), images), *classify(network.train(), images)
    assert all(map(torch.equal, expected, again))
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())


def test_the_chunk_size_does_not_change_the_result(network, monkeypatch):
    images, _ = labelled_digits(50, 1)
    expected = features(network, images), *classify(network, images)
    monkeypatch.setattr(module, "CHUNK", 7)
    parts = features(network, images), *classify(network, images)
    assert all(torch.allclose(a, b, atol=1e-5) for a, b in zip(expected, parts, strict=True))


def allow_only(monkeypatch, allowed):
    for bound in BOUNDS:
        if bound != allowed:
            monkeypatch.setattr(module, bound, 0.0)


def sampled_matrices() -> torch.Tensor:
    """The matrix A of each of 500 transformations, where pixel p takes its value from A p: (500, 2, 2)."""
    ramp = (4 * torch.arange(28, dtype=torch.uint8)).expand(500, 28, 28)  # grey level 4 x, so its slopes tell A
    rows = []
    for levels in (augment(ramp, rng()), augment(ramp.mT, rng())):
        slopes = levels[:, 13, 14] - levels[:, 13, 13], levels[:, 14, 13] - levels[:, 13, 13]
        rows.append(torch.stack(slopes, 1) / 4)
    return torch.stack(rows, 1)


def test_augmentation_without_transformations_changes_nothing(monkeypatch):
    allow_only(monkeypatch, None)
    images, _ = labelled_digits(20, 1)
    assert torch.allclose(augment(images, rng()), images.float(), atol=0.01)


def test_a_translation_is_up_to_two_pixels_and_pads_with_background(monkeypatch):
    allow_only(monkeypatch, "MAX_TRANSLATION")
    dots = torch.zeros(500, 28, 28, dtype=torch.uint8)
    dots[:, 13:15, 13:15] = 255
    moved = augment(dots, rng())
    positions = torch.arange(28).float()
    for axis in (1, 2):
        centres = (moved.sum(3 - axis) * positions).sum(1) / moved.sum((1, 2))
        assert 11.49 < centres.min() < 11.6 and 15.4 < centres.max() < 15.51
    white = augment(torch.full((500, 28, 28), 255, dtype=torch.uint8), rng())
    assert white.min() == 0 and white.max() <= 255.01
    assert white[:, 2:-2, 2:-2].min() > 254.9


def test_a_rotation_is_up_to_0_2_radians(monkeypatch):
    allow_only(monkeypatch, "MAX_ROTATION")
    found = sampled_matrices()
    angle = torch.atan2(found[:, 1, 0], found[:, 0, 0])
    expected = torch.stack((angle.cos(), -angle.sin(), angle.sin(), angle.cos()), 1).view(-1, 2, 2)
    assert torch.allclose(found, expected, atol=1e-4)
    assert -0.2001 < angle.min() < -0.19 and 0.19 < angle.max() < 0.2001


def test_a_scaling_is_up_to_12_percent_in_each_direction(monkeypatch):
    allow_only(monkeypatch, "MAX_SCALING")
    found = sampled_matrices()
    horizontal, vertical = found[:, 0, 0], found[:, 1, 1]
    assert torch.allclose(found, torch.diag_embed(torch.stack((horizontal, vertical), 1)), atol=1e-4)
    for scale in (horizontal, vertical):
        assert 0.8799 < scale.min() < 0.89 and 1.11 < scale.max() < 1.1201
    assert not torch.allclose(horizontal, vertical, atol=0.1)


def test_a_shear_is_horizontal_and_up_to_0_15(monkeypatch):
    allow_only(monkeypatch, "MAX_SHEAR")
    found = sampled_matrices()
    shear = found[:, 0, 1]
    expected = torch.eye(2).repeat(500, 1, 1)
    expected[:, 0, 1] = shear
    assert torch.allclose(found, expected, atol=1e-4)
    assert -0.1501 < shear.min() < -0.14 and 0.14 < shear.max() < 0.1501


def test_images_are_never_mirrored():
    corner = torch.zeros(500, 28, 28, dtype=torch.uint8)
    corner[:, 4:12, 4:12] = 255
    moved = augment(corner, rng())
    assert (moved[:, :14, :14].sum((1, 2)) > 0.5 * moved.sum((1, 2))).all()


def test_the_saved_network_is_loaded(tmp_path, network):
    path = tmp_path / "classifier.safetensors"
    save_classifier(path, network.train())
    loaded = load_classifier(path)
    assert not any(layer.training for layer in loaded.modules())
    assert all(torch.equal(tensor, network.state_dict()[name]) for name, tensor in loaded.state_dict().items())
    images, _ = labelled_digits(20, 1)
    assert all(map(torch.equal, classify(loaded, images), classify(network, images)))


def test_the_file_is_reproducible_and_under_a_megabyte(tmp_path, network):
    first, again, other = (tmp_path / name for name in ("first", "again", "other"))
    for path, weights in ((first, network), (again, network), (other, classifier(3))):
        save_classifier(path, weights)
    assert first.stat().st_size < 1_000_000
    assert first.read_bytes() == again.read_bytes() != other.read_bytes()


def error_of(path) -> str:
    with pytest.raises(CheckpointError) as error_info:
        load_classifier(path)
    message = str(error_info.value)
    assert str(path) in message and "python train.py classifier" in message
    return message


def test_without_the_file_the_error_names_it_and_says_what_to_do(tmp_path):
    assert "cannot be read" in error_of(tmp_path / "classifier.safetensors")


def flip_a_bit(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


@pytest.mark.parametrize(
    "damage", [lambda data: b"", lambda data: data[:-1], lambda data: b"\xff" * 99 + data[99:], flip_a_bit]
)
def test_the_error_of_a_damaged_file_names_it(tmp_path, network, damage):
    path = tmp_path / "classifier.safetensors"
    save_classifier(path, network)
    path.write_bytes(damage(path.read_bytes()))
    assert "damaged" in error_of(path)


@pytest.mark.parametrize(
    "change",
    [
        lambda tensors: {"weight": torch.zeros(3)},
        lambda tensors: tensors | {"extra": torch.zeros(3)},
        lambda tensors: tensors | {"0.weight": torch.zeros(16, 1, 3, 3)},
    ],
)
def test_the_error_of_another_networks_file_names_it(tmp_path, network, change):
    path = tmp_path / "classifier.safetensors"
    save_classifier(path, network)
    path.write_bytes(encode(change(load_file(path)), {}))
    assert "is not this project's classifier" in error_of(path)
