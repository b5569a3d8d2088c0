"""The directions of a run, measured when it is complete."""

import pytest

from gan import directions_file
from gan.checkpoint import epochs, in_progress_dir, load_snapshot
from gan.classifier import WEIGHTS, classifier, save_classifier
from gan.directions import measure_directions, measures_of
from gan.directions_file import DIRECTIONS, load_directions


@pytest.fixture
def measured(monkeypatch):
    """Measure 200 seeds only. Returns the generators that were measured."""
    generators = []

    def measure(generator, network, count):
        generators.append(generator)
        return measure_directions(generator, network, 200)

    monkeypatch.setattr(directions_file, "measure_directions", measure)
    return generators


def directions_in(run):
    return load_directions(run, load_snapshot(run, epochs(run)[-1]).generator)


def test_a_complete_run_has_the_directions_of_its_last_epoch(tmp_path, train_mlp, measured):
    save_classifier(tmp_path / WEIGHTS, classifier(0))
    assert train_mlp(tmp_path) == (0, "")
    assert len(measured) == 1 and directions_in(tmp_path / "mlp").measures == measures_of(classifier(0))


def test_without_a_classifier_a_run_has_no_directions(tmp_path, train_mlp, measured):
    assert train_mlp(tmp_path) == (0, "")
    assert not measured and not (tmp_path / "mlp" / DIRECTIONS).exists()


def test_a_run_that_is_stopped_while_they_are_measured_is_finished_by_resume(tmp_path, train_mlp, monkeypatch):
    save_classifier(tmp_path / WEIGHTS, classifier(0))

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(directions_file, "measure_directions", stop)
        code, printed = train_mlp(tmp_path)
    assert code == 130 and "--resume" in printed
    assert not epochs(tmp_path / "mlp") and epochs(in_progress_dir(tmp_path / "mlp"))
    monkeypatch.setattr(directions_file, "measure_directions", lambda *args: measure_directions(*args[:2], 200))
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert directions_in(tmp_path / "mlp")
