"""The file of a run's directions."""

import shutil
from pathlib import Path

import pytest
import torch
from helpers.films import SAVED
from helpers.runs import flip

from gan import directions_file
from gan.checkpoint import epochs, load_snapshot, old_dir
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.directions import Directions, measure_directions, measures_of
from gan.directions_file import DIRECTIONS, MAX_BYTES, digest, find_directions, load_directions, save_directions
from gan.errors import CheckpointError
from gan.runs.flags import DEFAULT_MODELS
from gan.sampling import to_eval_float64
from gan.shape import SHAPES
from gan.store.files import write_atomic
from gan.store.tensorfile import encode

ROOT = Path(__file__).parents[2]
LAST = SAVED["mlp"][-1]


@pytest.fixture
def run(copy):
    """A run without a file of directions."""
    (copy / "mlp" / DIRECTIONS).unlink()
    return copy / "mlp"


def last_generator(run):
    return load_snapshot(run, LAST).generator


def same(first, second):
    """Whether directions are the same, to the precision of the file."""
    pairs = [(getattr(first, name), getattr(second, name)) for name in ("vectors", "r2", "moves")]
    return first.measures == second.measures and all(torch.equal(a.half(), b.half()) for a, b in pairs)


def test_the_directions_of_the_last_epoch_are_read_as_they_were_measured(run):
    save_directions(run, classifier(0), 200)
    found = load_directions(run, to_eval_float64(last_generator(run)))  # as the page keeps it
    assert same(found, measure_directions(last_generator(run), classifier(0), 200))
    assert (run / DIRECTIONS).stat().st_size < MAX_BYTES / 4


def test_directions_that_are_there_are_not_measured_again_unless_the_classifier_is_another(run, monkeypatch):
    save_directions(run, classifier(0), 200)
    measured = []

    def measure(generator, network, count):
        measured.append(count)
        return measure_directions(generator, network, 200)

    monkeypatch.setattr(directions_file, "measure_directions", measure)
    save_directions(run, classifier(0), 200)
    assert measured == []
    save_directions(run, classifier(1), 300)
    assert measured == [300]


def test_directions_of_another_epoch_or_run_are_not_read(run):
    save_directions(run, classifier(0), 200)
    assert load_directions(run, load_snapshot(run, LAST - 1).generator) is None


def test_a_missing_or_damaged_file_has_no_directions_and_the_next_save_repairs_it(run):
    assert load_directions(run, last_generator(run)) is None
    save_directions(run, classifier(0), 200)
    flip(run / DIRECTIONS, 8 * ((run / DIRECTIONS).stat().st_size - 100))
    assert load_directions(run, last_generator(run)) is None
    save_directions(run, classifier(0), 200)
    assert isinstance(load_directions(run, last_generator(run)), Directions)
    (run / DIRECTIONS).unlink()
    (run / DIRECTIONS).mkdir()
    assert load_directions(run, last_generator(run)) is None


@pytest.mark.parametrize("shape", [(8, 99), (4, 100), (5,)])
def test_directions_of_the_wrong_shape_are_not_used(run, shape):
    tensors = {"vectors": torch.zeros(shape), "r2": torch.zeros(5), "moves": torch.zeros(shape[0], 5)}
    header = {"generator": digest(last_generator(run)), "measures": list(SHAPES)}
    write_atomic(run / DIRECTIONS, encode(tensors, header))
    assert load_directions(run, last_generator(run)) is None


def test_during_a_swap_the_directions_are_those_of_the_served_run(run):
    save_directions(run, classifier(0), 200)
    generator = last_generator(run)
    shutil.move(run, old_dir(run))
    assert isinstance(load_directions(run, generator), Directions)


def test_a_folder_without_snapshots_is_an_error_that_names_it(tmp_path):
    with pytest.raises(CheckpointError, match=str(tmp_path)):
        save_directions(tmp_path, classifier(0), 200)


@pytest.mark.parametrize("model", DEFAULT_MODELS)
def test_the_committed_runs_have_the_directions_of_their_last_epoch(model):
    committed = ROOT / "checkpoints"
    generator = load_snapshot(committed / model, epochs(committed / model)[-1]).generator
    assert load_directions(committed / model, generator).measures == measures_of(classifier(0))


def test_directions_that_are_not_stored_are_measured_with_the_classifier_beside_the_run(run, monkeypatch):
    monkeypatch.setattr(
        directions_file, "measure_directions", lambda g, network, _=0: measure_directions(g, network, 200)
    )
    generator = last_generator(run)
    assert find_directions(run, generator).measures == measures_of(None)
    save_classifier(run.parent / WEIGHTS, classifier(0))
    measured = find_directions(run, generator)
    assert same(measured, measure_directions(generator, classifier(0), 200))
    save_directions(run, classifier(0), 200)
    monkeypatch.setattr(directions_file, "measure_directions", None)
    assert same(find_directions(run, generator), measured)
