import errno
import os

import pytest

from gan.errors import DiskError
from gan.store.files import make_dir, sha256, sync_dir, write_atomic


@pytest.fixture
def calls(monkeypatch, tmp_path):
    """What was asked of the disk, in order: what was synced, what was renamed, which folder was made."""
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


def test_a_file_reaches_the_disk_before_its_name_and_its_name_before_the_end(tmp_path, calls):
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
    ("number", "mend"), [(errno.ENOSPC, "make room"), (errno.EROFS, "allow that"), (errno.EACCES, "allow that")]
)
def test_a_file_that_cannot_be_written_leaves_the_old_one_and_no_draft(tmp_path, monkeypatch, call, number, mend):
    path = tmp_path / "file"
    write_atomic(path, b"old")

    def refuse(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, refuse)
    with pytest.raises(DiskError, match=rf"{path} \({os.strerror(number)}\): {mend}"):
        write_atomic(path, b"new")
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_draft_that_cannot_be_deleted_does_not_hide_why_it_was_not_written(tmp_path, monkeypatch):
    def refuse(number):
        def deed(*args, **kwargs):
            raise OSError(number, os.strerror(number))

        return deed

    monkeypatch.setattr(os, "fsync", refuse(errno.ENOSPC))
    monkeypatch.setattr(os, "unlink", refuse(errno.EROFS))
    with pytest.raises(DiskError, match="No space left"):
        write_atomic(tmp_path / "file", b"new")


def test_a_folder_where_a_file_is_cannot_be_made(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(DiskError, match="cannot make the folder"):
        make_dir(tmp_path / "a" / "b")


def test_windows_is_asked_to_sync_no_folder(tmp_path, monkeypatch):
    def refuse(*args):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "open", refuse)
    with monkeypatch.context() as patch:
        patch.setattr(os, "name", "nt")
        sync_dir(tmp_path)
    with pytest.raises(PermissionError):
        sync_dir(tmp_path)


def test_a_digest_tells_files_apart(tmp_path):
    (tmp_path / "one").write_bytes(b"abc")
    assert sha256(tmp_path / "one") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4
