"""The metrics of a run."""

import os

import pytest

from gan.errors import CheckpointError
from gan.store.metrics_log import METRICS, append_metrics, read_metrics, trim_metrics


@pytest.fixture
def log(tmp_path):
    """The file of a run with the rows of epochs 0 to 3."""
    for epoch in range(4):
        append_metrics(tmp_path, {"epoch": epoch, "d_loss": epoch / 7, "class_shares": [0.1] * 10})
    return tmp_path / METRICS


def epochs(log):
    return [row["epoch"] for row in read_metrics(log.parent)]


def test_rows_come_back_in_order(log):
    rows = read_metrics(log.parent)
    assert rows == [{"epoch": epoch, "d_loss": epoch / 7, "class_shares": [0.1] * 10} for epoch in range(4)]


def test_a_row_is_appended_and_the_rows_before_it_are_not_written_again(log):
    before, inode = log.read_bytes(), log.stat().st_ino
    append_metrics(log.parent, {"epoch": 4})
    assert log.read_bytes() == before + b'{"epoch": 4}\n' and log.stat().st_ino == inode


def test_a_row_and_the_name_of_a_new_file_reach_the_disk(tmp_path, monkeypatch):
    synced, fsync = [], os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(os.fstat(descriptor).st_ino), fsync(descriptor)))
    append_metrics(tmp_path, {"epoch": 0})
    inode = (tmp_path / METRICS).stat().st_ino
    assert synced == [inode, tmp_path.stat().st_ino]
    append_metrics(tmp_path, {"epoch": 1})
    assert synced[2:] == [inode]


def test_a_resume_drops_the_rows_of_later_epochs(log):
    trim_metrics(log.parent, 2)
    assert epochs(log) == [0, 1, 2]


@pytest.mark.parametrize("cut", [1, 5, 40])
def test_a_resume_drops_an_incomplete_last_line(log, cut):
    os.truncate(log, log.stat().st_size - cut)
    trim_metrics(log.parent, 3)
    assert epochs(log) == [0, 1, 2]


def test_a_resume_drops_a_last_line_without_its_start(log):
    log.write_bytes(log.read_bytes() + bytes(9) + b"0.1]}\n")
    trim_metrics(log.parent, 3)
    assert epochs(log) == [0, 1, 2, 3]


def test_a_log_without_leftovers_is_not_written(log):
    inode = log.stat().st_ino
    trim_metrics(log.parent, 3)
    assert log.stat().st_ino == inode and epochs(log) == [0, 1, 2, 3]


def test_a_log_that_cannot_be_read_is_refused_by_both_readers(tmp_path):
    (tmp_path / METRICS).mkdir()
    for read in (lambda: read_metrics(tmp_path), lambda: trim_metrics(tmp_path, 3)):
        with pytest.raises(CheckpointError, match="cannot be read"):
            read()


def test_a_run_without_metrics_has_no_rows(tmp_path):
    trim_metrics(tmp_path, 3)
    assert read_metrics(tmp_path) == []


@pytest.mark.parametrize(
    "line", ["{", "[]", "null", '{"d_loss": 1}', '{"epoch": 1.5}', '{"epoch": 1, "d_loss": "1"}', "[" * 10**5]
)
def test_a_line_that_is_not_a_row_is_refused_by_both_readers(log, line):
    log.write_text(f"{line}\n{log.read_text()}")
    for read in (lambda: read_metrics(log.parent), lambda: trim_metrics(log.parent, 3)):
        with pytest.raises(CheckpointError, match=f"{log} .*Delete it"):
            read()
