"""Which device trains: CUDA if it works. A stand-in for PyTorch's CUDA fails in the ways in which drivers fail."""

import warnings

import pytest
import torch

from gan.runs.flags import parse

NO_KERNEL = "CUDA error: no kernel image is available for execution on the device\nCUDA kernel errors might be ..."
OLD_DRIVER = "CUDA initialization: The NVIDIA driver on your system is too old (found version 11040).\nPlease update"


@pytest.fixture
def cuda(monkeypatch):
    """Pretend that PyTorch finds a CUDA device whose kernels work, raise an error, or whose driver brings a warning."""

    def install(error=None, warning=None):
        ones = torch.ones

        def is_available():
            if warning:
                warnings.warn(warning, stacklevel=1)
            return not warning

        def try_kernel(*size, device):
            assert device == "cuda"
            if error:
                raise RuntimeError(error)
            return ones(*size)

        monkeypatch.setattr(torch.cuda, "is_available", is_available)
        monkeypatch.setattr(torch, "ones", try_kernel)

    return install


PROBLEMS = [({"error": NO_KERNEL}, "no kernel image"), ({"warning": OLD_DRIVER}, "driver on your system is too old")]


@pytest.mark.parametrize(("problem", "reason"), PROBLEMS)
def test_by_default_a_cuda_device_that_cannot_be_used_leaves_the_cpu_and_says_why_in_one_line(
    cuda, problem, reason, capsys, recwarn
):
    cuda(**problem)
    assert parse([]).device.type == "cpu"
    printed = capsys.readouterr()
    assert reason in printed.err and "Training on the CPU" in printed.err and printed.err.count("\n") == 1
    assert not printed.out and not recwarn.list


@pytest.mark.parametrize(("problem", "reason"), PROBLEMS)
def test_a_cuda_device_that_is_asked_for_and_cannot_be_used_is_an_error_of_one_line(cuda, problem, reason, capsys):
    cuda(**problem)
    with pytest.raises(SystemExit) as end:
        parse(["--device", "cuda"])
    error = capsys.readouterr().err
    assert end.value.code == 2 and "--device" in error and reason in error and error.count("\n") == 1


@pytest.mark.parametrize("flags", [[], ["--device", "cuda"]])
def test_a_cuda_device_that_works_is_used(cuda, flags, capsys):
    cuda()
    assert parse(flags).device.type == "cuda" and capsys.readouterr().err == ""


def test_the_cpu_is_used_without_a_question_to_cuda(cuda, capsys):
    cuda(error=NO_KERNEL)
    assert parse(["--device", "cpu"]).device.type == "cpu" and capsys.readouterr().err == ""
