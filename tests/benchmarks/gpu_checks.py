"""Checks of the training loop on a device, which gpu.py prints. This module is not a command."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import torch
from common import ROOT

from gan.checkpoint import epochs, load_snapshot
from gan.config import RECIPES
from gan.latent import latents
from gan.models import LATENT_DIM, build_gan, to_real
from gan.sampling import generate
from gan.state import init_state, restore_state, state_tensors
from gan.training import R1_INTERVAL, train, train_step

TOLERANCE = 1e-4  # of a step on the device beside the same step on the CPU
LITTLE_MEMORY = 0.005  # of the device, in which a large batch does not fit


def check(model: str, images: torch.Tensor) -> tuple[float, dict[str, bool]]:
    """The largest difference of a step from the CPU's, and each check with whether it passed.

    images: uint8 (N, 28, 28) on the device.
    """
    device = images.device.type
    difference = check_step(model, images.cpu(), device)
    checks = {
        f"a step differs from the CPU's by at most {TOLERANCE}": difference <= TOLERANCE,
        "a resumed run has the same bits": check_resume(model, images[:2048]),
        "its snapshots are served on the CPU": check_served(model, device),
    }
    if device == "cuda":
        checks |= check_errors(model) | {"no step waits for the device": check_waits(model, images[:12_800])}
    return difference, checks


def check_step(model: str, images: torch.Tensor, device: str) -> float:
    """The largest difference of metrics and weights after three steps on the device and on the CPU, in float64.

    From the same weights and draws. A difference of weights is relative to their largest.
    """
    config = RECIPES[model]
    results = []
    for place in ("cpu", device):
        gan = build_gan(model, config.seed).double().to(place)
        state = init_state(gan, config)
        rng = torch.Generator().manual_seed(0)
        for step in range(3):
            real = to_real(images[step * 64 : (step + 1) * 64]).double().to(place)
            z = torch.randn(64, LATENT_DIM, generator=rng, dtype=torch.float64).to(place)
            r1 = 0.0 if step else config.r1 * R1_INTERVAL
            metrics = train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1)
        results.append([metrics.cpu(), *(tensor.double().cpu() for tensor in gan.state_dict().values())])
    pairs = zip(*results, strict=True)
    return max(((one - other).abs().max() / one.abs().max().clamp(min=1e-6)).item() for one, other in pairs)


def check_resume(model: str, images: torch.Tensor) -> bool:
    """Whether two epochs give the same bits as one epoch, a saved state, and the second epoch from it."""
    config = replace(RECIPES[model], epochs=2)
    whole = build_gan(model, config.seed).to(images.device)
    state = init_state(whole, config)
    saved = None
    for _ in train(whole, images, config, state):
        saved = saved or {name: tensor.clone() for name, tensor in state_tensors(whole, state).items()}
    again = build_gan(model, config.seed).to(images.device)
    resumed = init_state(again, config)
    restore_state(again, resumed, saved, 1)
    for _ in train(again, images, config, resumed):
        pass
    ends = state_tensors(whole, state), state_tensors(again, resumed)
    return all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])


def run_training(*arguments: str, before: str = "", **variables: str) -> subprocess.CompletedProcess:
    """Run train.py in a process, after the statements `before`."""
    code = f"import sys, torch\n{before}\nimport train\ntrain.main(sys.argv[1:])"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, cwd=ROOT, env=os.environ | variables, capture_output=True, text=True)


def check_served(model: str, device: str) -> bool:
    """Whether a run of train.py on the device is served on the CPU, with digits that are not all alike."""
    with tempfile.TemporaryDirectory() as out:
        done = run_training(model, "--epochs", "1", "--images", "512", "--device", device, "--out", out)
        if done.returncode:
            print(done.stderr, file=sys.stderr)
            return False
        run = Path(out) / model
        digits = generate(load_snapshot(run, epochs(run)[-1]).generator, latents(range(4)))
    return bool((digits[0] != digits[1]).any())


def check_errors(model: str) -> dict[str, bool]:
    """Whether a device that is not there, and too little memory, each end train.py with one line."""
    limit = f"torch.cuda.set_per_process_memory_fraction({LITTLE_MEMORY})"
    with tempfile.TemporaryDirectory() as out:
        hidden = run_training(model, "--device", "cuda", "--out", out, CUDA_VISIBLE_DEVICES="")
        full = run_training(model, "--batch-size", "60000", "--device", "cuda", "--out", out, before=limit)
    return {
        "a missing device ends in an error without a traceback": is_clear(hidden),
        "too little memory ends in an error without a traceback": is_clear(full),
    }


def is_clear(done: subprocess.CompletedProcess) -> bool:
    """Whether a process failed with a message for its user."""
    return done.returncode != 0 and "Traceback" not in done.stderr and "train.py: " in done.stderr


@contextmanager
def no_waits() -> Iterator[None]:
    """Raise an error where the CPU waits for the device."""
    torch.cuda.set_sync_debug_mode("error")
    try:
        yield
    finally:
        torch.cuda.set_sync_debug_mode("default")


def check_waits(model: str, images: torch.Tensor) -> bool:
    """Whether the steps of a second epoch run without a wait for the device."""

    def watched(batches: Iterable[torch.Tensor]) -> Iterator[torch.Tensor]:
        if state.epoch == 0:
            yield from batches
            return
        with no_waits():
            yield from batches

    config = replace(RECIPES[model], epochs=2)
    gan = build_gan(model, config.seed).to(images.device)
    state = init_state(gan, config)
    try:
        for _ in train(gan, images, config, state, progress=watched):
            pass
    except RuntimeError as error:
        print(f"{model}: {error}", file=sys.stderr)
        return False
    return True
