"""The device to train on."""

import sys
import warnings
from argparse import ArgumentParser

import torch

from gan.console import say
from gan.errors import first_line

NO_DEVICE = "PyTorch finds no CUDA device"


def find_device(parser: ArgumentParser, asked: str | None) -> torch.device:
    """The device that --device names. The default is CUDA if it works, and otherwise the CPU.

    Prints a line if PyTorch finds a CUDA device that it cannot use. If --device asks for that, it ends the program with
    exit code 2.
    """
    problem = "" if asked == "cpu" else cuda_problem()
    if asked and problem:
        parser.error(f"--device: {problem}. Leave the flag out to train on the CPU")
    if problem and problem != NO_DEVICE:
        say(f"train.py: {problem}. Training on the CPU", sys.stderr)
    return torch.device("cpu" if asked == "cpu" or problem else "cuda")


def cuda_problem() -> str:
    """Why no CUDA device can be used; empty if one can. The driver or PyTorch's kernels may not fit a device."""
    with warnings.catch_warnings(record=True) as caught:  # PyTorch warns in several lines
        warnings.simplefilter("always")
        if torch.cuda.is_available():
            try:
                torch.ones(1, device="cuda").add(1).item()
            except RuntimeError as error:
                return f"the CUDA device cannot be used ({first_line(error)})"
            return ""
    return f"the CUDA device cannot be used ({first_line(caught[0].message)})" if caught else NO_DEVICE
