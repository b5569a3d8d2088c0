"""A training that fails ends with one line that helps, keeps what is complete, and leaves nothing else."""

import math
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch
from helpers.digits import idx, write_mnist
from helpers.readme import ROOT
from helpers.runs import files, folders
from helpers.stopping import only_line

import train
from gan import checkpoint, training
from gan.checkpoint import epochs, in_progress_dir, load_state_header

NO_MEMORY = {
    "the CPU's allocator": RuntimeError(
        "[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"
    ),
    "Python": MemoryError(),
    "CUDA's allocator": torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
    "cuBLAS": RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
}


@pytest.fixture
def fail_in_epoch(monkeypatch):
    """Make the first step of an epoch (of two steps) raise an error, or give an infinite loss if the error is None."""
    train_step, steps = training.train_step, []

    def install(epoch, error):
        def failing_step(gan, d_optimizer, g_optimizer, real, z, *others):
            steps.append(real)
            failing = len(steps) == 2 * epoch - 1
            if failing and error:
                raise error
            return train_step(gan, d_optimizer, g_optimizer, real, z * math.inf if failing else z, *others)

        monkeypatch.setattr(training, "train_step", failing_step)

    yield install


@pytest.mark.parametrize("kind", NO_MEMORY)
def test_too_little_memory_in_the_first_epoch_is_one_line_and_leaves_no_run(
    tmp_path, train_mlp, fail_in_epoch, checkpoints, kind
):
    shutil.copytree(checkpoints / "mlp", tmp_path / "mlp")
    old = files(tmp_path / "mlp")
    fail_in_epoch(1, NO_MEMORY[kind])
    code, printed = train_mlp(tmp_path)
    line = only_line(printed)
    assert code == 1 and "not enough memory" in line and "160 images" in line and "smaller --batch-size" in line
    assert folders(tmp_path) == ["mlp"] and files(tmp_path / "mlp") == old
    assert train_mlp(tmp_path, "--batch-size", "320") == (0, "")  # the last of two equal flags counts


@pytest.mark.parametrize(("error", "flag"), [(NO_MEMORY["Python"], "--batch-size"), (None, "--lr")])
def test_a_failure_after_a_complete_epoch_keeps_it_and_names_its_folder(
    tmp_path, train_mlp, fail_in_epoch, complete_mlp, error, flag
):
    fail_in_epoch(2, error)
    code, printed = train_mlp(tmp_path)
    folder = in_progress_dir(tmp_path / "mlp")
    line = only_line(printed)
    assert code == 1 and f"Epoch 1 is safe in {folder}" in line and f"smaller {flag}" in line
    assert epochs(folder) == [0, 1] and load_state_header(folder).epoch == 1
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == complete_mlp


def test_a_loss_that_is_not_finite_in_the_first_epoch_leaves_no_run(tmp_path, train_mlp, fail_in_epoch):
    fail_in_epoch(1, None)
    code, printed = train_mlp(tmp_path)
    assert code == 1 and "step 1 of epoch 1" in only_line(printed) and "Start a new run with a smaller --lr" in printed
    assert folders(tmp_path) == []


def test_a_bug_in_the_first_epoch_raises_and_leaves_no_run_of_any_model(tmp_path, train_both, fail_in_epoch):
    fail_in_epoch(1, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        train_both(tmp_path, "--epochs", "2", "--batch-size", "160")
    assert folders(tmp_path) == []


def test_a_bug_later_keeps_the_runs_that_have_an_epoch(tmp_path, train_both, fail_in_epoch):
    fail_in_epoch(2, RuntimeError("mat1 and mat2 shapes cannot be multiplied"))
    with pytest.raises(RuntimeError, match="shapes"):
        train_both(tmp_path, "--epochs", "2", "--batch-size", "160")
    assert folders(tmp_path) == [".mlp-in-progress"]
    assert load_state_header(tmp_path / ".mlp-in-progress").epoch == 1


@pytest.mark.parametrize(
    ("epoch", "safe"), [(1, "No epoch of mlp is complete yet"), (2, "The last complete epoch is safe")]
)
def test_ctrl_c_says_what_is_safe_and_keeps_the_run(tmp_path, train_mlp, fail_in_epoch, complete_mlp, epoch, safe):
    fail_in_epoch(epoch, KeyboardInterrupt())
    code, printed = train_mlp(tmp_path)
    assert code == 130 and f"Stopped. {safe}. To continue: python train.py mlp" in printed
    assert train_mlp(tmp_path, "--resume") == (0, "")
    assert files(tmp_path / "mlp") == complete_mlp


@pytest.mark.parametrize(("model", "left"), [("mlp", []), ("dcgan", [".mlp-in-progress"])])
def test_ctrl_c_while_a_run_starts_leaves_no_folder_of_it(tmp_path, train_both, monkeypatch, model, left):
    flags = ["--epochs", "1", "--batch-size", "160"]
    save = checkpoint.save_snapshot

    def interrupt(folder, gan, config, epoch):
        if config.model == model:
            raise KeyboardInterrupt
        save(folder, gan, config, epoch)

    with monkeypatch.context() as patch:
        patch.setattr(checkpoint, "save_snapshot", interrupt)
        code, printed = train_both(tmp_path, *flags)
    assert code == 130 and ("--resume" in printed) == bool(left) and folders(tmp_path) == left
    assert train_both(tmp_path, *flags, *(["--resume"] if left else [])) == (0, "")
    assert folders(tmp_path) == ["dcgan", "mlp"]


def test_a_folder_that_cannot_be_made_is_one_line_that_does_not_advise_the_same_again(train_mlp):
    line = only_line(train_mlp("/proc/checkpoints")[1])
    assert line.endswith("choose another folder with --out")


@pytest.mark.parametrize(("command", "function"), [("mlp", "load_training_data"), ("classifier", "run_classifier")])
def test_too_little_memory_outside_the_steps_does_not_advise_a_smaller_batch(
    train_here, tmp_path, mnist, monkeypatch, command, function
):
    def fail(*args):
        raise MemoryError

    monkeypatch.setattr(train, function, fail)
    code, printed = train_here(command, "--data", mnist, "--out", tmp_path / "out")
    line = only_line(printed)
    assert code == 1 and "not enough memory" in line and "--batch-size" not in line and not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_process_without_memory_ends_with_one_line(tmp_path):
    """A limit of this process's address space stands for a small computer."""
    write_mnist(tmp_path, train=1, test=1)
    raw = tmp_path / "MNIST" / "raw"
    (raw / "train-images-idx3-ubyte").write_bytes(idx(np.zeros((6000, 28, 28), dtype=np.uint8)))
    (raw / "train-labels-idx1-ubyte").write_bytes(idx(np.zeros(6000, dtype=np.uint8)))
    code = (
        "import resource, sys, train, torch\n"
        "torch.set_num_threads(1)\n"
        "size = int(open('/proc/self/statm').read().split()[0]) * resource.getpagesize() + 300 * 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (size, size))\n"
        "sys.exit(train.main(sys.argv[1:]))"
    )
    flags = ["dcgan", "--batch-size", "6000", "--epochs", "1", "--data", tmp_path, "--out", tmp_path / "out"]
    done = subprocess.run([sys.executable, "-c", code, *flags], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 1 and "6,000 images" in only_line(done.stderr), done.stderr
    assert folders(tmp_path / "out") == []
