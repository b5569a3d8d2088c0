"""Files and folders that survive a crash."""

import errno
import os
import socket
import stat

import pytest

from gan.errors import CheckpointError, DiskError
from gan.store.files import (
    append_line,
    last_numbered,
    make_dir,
    read_limited,
    read_regular,
    sha256,
    sync_dir,
    write_atomic,
)
from gan.store.metrics_log import METRICS, read_metrics
from gan.store.tensorfile import read_header


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """The syncs, renames and new folders, in order."""
    calls = []
    fsync, replace, mkdir = os.fsync, os.replace, os.mkdir

    def record_sync(descriptor):
        now = os.fstat(descriptor)
        (path,) = (path for path in (tmp_path, *tmp_path.rglob("*")) if os.path.samestat(path.stat(), now))
        calls.append(f"sync {path.name}")
        fsync(descriptor)

    def record_replace(old, new):
        calls.append(f"{old.name} becomes {new.name}")
        replace(old, new)

    def record_mkdir(path, *args):
        calls.append(f"make {os.path.basename(path)}")
        mkdir(path, *args)

    for name, record in (("fsync", record_sync), ("replace", record_replace), ("mkdir", record_mkdir)):
        monkeypatch.setattr(os, name, record)
    return calls


def test_a_files_bytes_reach_the_disk_before_its_name_and_its_name_before_the_call_returns(tmp_path, calls):
    write_atomic(tmp_path / "file", b"new")
    assert calls == ["sync .file.draft", ".file.draft becomes file", f"sync {tmp_path.name}"]
    assert (tmp_path / "file").read_bytes() == b"new"


def test_each_new_folder_reaches_the_disk(tmp_path, calls):
    make_dir(tmp_path / "a" / "b")
    assert calls == ["make a", f"sync {tmp_path.name}", "make b", "sync a"]
    make_dir(tmp_path / "a" / "b")
    assert len(calls) == 4


@pytest.mark.parametrize("call", ["fsync", "replace"])
@pytest.mark.parametrize(
    ("number", "hint"), [(errno.ENOSPC, "Make room"), (errno.EROFS, "Allow that"), (errno.EACCES, "Allow that")]
)
def test_a_failed_write_keeps_the_old_file_and_leaves_no_draft(tmp_path, monkeypatch, call, number, hint):
    path = tmp_path / "file"
    write_atomic(path, b"old")

    def refuse(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(DiskError, match=rf"{path} \({os.strerror(number)}\). {hint}"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_draft_that_cannot_be_deleted_does_not_hide_the_first_error(tmp_path, monkeypatch):
    def refuse(number):
        def call(*args, **kwargs):
            raise OSError(number, os.strerror(number))

        return call

    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    monkeypatch.setattr(os, "unlink", refuse(errno.EROFS))
    with pytest.raises(DiskError, match="No space left"):
        write_atomic(tmp_path / "file", b"new")


def test_a_failed_append_names_the_file(tmp_path, monkeypatch):
    def refuse(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(DiskError, match=rf"cannot write {tmp_path / 'file'} \(No space left on device\)"):
        append_line(tmp_path / "file", "a line")


def test_a_folder_cannot_replace_a_file(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(DiskError, match="cannot make the folder"):
        make_dir(tmp_path / "a" / "b")


def test_a_system_that_cannot_open_a_folder_is_no_error(tmp_path, monkeypatch):
    def refuse(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "open", refuse)
    number = errno.EACCES  # Windows
    sync_dir(tmp_path)
    number = errno.EIO
    with pytest.raises(OSError, match="Input/output error"):
        sync_dir(tmp_path)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS])
def test_a_system_that_cannot_sync_a_folder_is_no_error(tmp_path, monkeypatch, number):
    fsync = os.fsync

    def refuse_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", refuse_folders)
    make_dir(tmp_path / "a")
    write_atomic(tmp_path / "a" / "file", b"new")
    append_line(tmp_path / "a" / "lines", "a line")
    assert (tmp_path / "a" / "file").read_bytes() == b"new" and (tmp_path / "a" / "lines").read_text() == "a line\n"


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP])
def test_a_file_that_cannot_be_synced_is_an_error(tmp_path, monkeypatch, number):
    def refuse_files(descriptor):
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse_files)
    with pytest.raises(DiskError):
        write_atomic(tmp_path / "file", b"new")


def test_the_last_file_by_number_is_not_the_last_one_by_text(tmp_path):
    assert last_numbered(tmp_path, "samples-", ".png") is None
    for name in ("samples-000.png", "samples-995.png", "samples-1000.png", "samples-2000.png.draft", "samples-x.png"):
        (tmp_path / name).touch()
    assert last_numbered(tmp_path, "samples-", ".png") == tmp_path / "samples-1000.png"


def read_parent(path):
    read_metrics(path.parent)


def make_socket(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir, make_socket, lambda path: path.symlink_to("/dev/null")])
@pytest.mark.parametrize("read", [read_regular, sha256, lambda path: read_limited(path, 10), read_header, read_parent])
def test_only_regular_files_are_read(tmp_path, make, read):
    make(tmp_path / METRICS)
    with pytest.raises((OSError, CheckpointError)):
        read(tmp_path / METRICS)


def test_sha256_is_the_standards_digest(tmp_path):
    (tmp_path / "one").write_bytes(b"abc")
    assert sha256(tmp_path / "one") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
