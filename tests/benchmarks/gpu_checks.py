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
from cuda_graph import graphed_step

from gan.checkpoint import epochs, load_snapshot
from gan.config import RECIPES, TrainConfig
from gan.latent import latents
from gan.models import GAN, LATENT_DIM, build_gan, to_real
from gan.sampling import generate
from gan.state import TrainState, init_state, restore_state, state_tensors
from gan.training import R1_INTERVAL, train, train_step

TOLERANCE = 1e-4  # of the device beside the CPU, and of a graph beside the loop's steps
LITTLE_MEMORY = 0.005  # of the device, in which a large batch does not fit


def check(model: str, images: torch.Tensor) -> tuple[dict[str, float], dict[str, bool]]:
    """The largest differences from the CPU, by precision, and each check with whether it passed.

    images: uint8 (N, 28, 28) on the device.
    """
    device = images.device.type
    differences = {
        "float64_difference": compare_steps(model, images.cpu(), device),
        "float32_difference": compare_scores(model, images.cpu(), device),
    }
    checks = {
        f"steps in float64 differ from the CPU's by at most {TOLERANCE}": differences["float64_difference"],
        f"scores in float32 differ from the CPU's by at most {TOLERANCE}": differences["float32_difference"],
    }
    checks = {text: difference <= TOLERANCE for text, difference in checks.items()}
    checks["a resumed run has the same bits"] = check_resume(model, images[:2048])
    if device == "cuda":
        checks["its snapshots are served on the CPU"] = check_served(model, device)
        checks["no step waits for the device"] = check_waits(model, images[:12_800])
        checks["CUDA graphs update D and G as the loop does"] = check_graph(model, images)
        checks |= check_errors(model)
    return differences, checks


def largest_difference(pairs: Iterable[tuple[torch.Tensor, torch.Tensor]]) -> float:
    """The largest difference in pairs of tensors, each relative to the largest value; NaN if one has a NaN."""
    differences = [(one - other).abs().max() / one.abs().max().clamp(min=1e-6) for one, other in pairs]
    return torch.stack([difference.double().cpu() for difference in differences]).max().item()


def draw_batch(images: torch.Tensor, step: int, gan: GAN) -> tuple[torch.Tensor, torch.Tensor]:
    """Batch number `step` of images uint8 (N, 28, 28), real (64, 1, 28, 28) and z (64, 100), as `gan` takes them.

    The same on every device: z is drawn on the CPU.
    """
    weight = next(gan.parameters())
    real = to_real(images[step * 64 : (step + 1) * 64])
    z = torch.randn(64, LATENT_DIM, generator=torch.Generator().manual_seed(step))
    return real.to(weight), z.to(weight)


def update(
    gan: GAN, config: TrainConfig, state: TrainState, step: int, real: torch.Tensor, z: torch.Tensor
) -> torch.Tensor:
    """Update D and G as `take_step` does, but on a z that is given. Returns the metrics of `train_step`."""
    r1 = 0.0 if step % R1_INTERVAL else config.r1 * R1_INTERVAL
    return train_step(gan, state.d_optimizer, state.g_optimizer, real, z, r1)


def compare_steps(model: str, images: torch.Tensor, device: str) -> float:
    """The largest difference of metrics and weights after three steps in float64 on the device and on the CPU."""
    config = RECIPES[model]
    results = []
    for place in ("cpu", device):
        gan = build_gan(model, config.seed).to(place, torch.float64)
        state = init_state(gan, config)
        metrics = [update(gan, config, state, step, *draw_batch(images, step, gan)) for step in range(3)]
        results.append([tensor.double().cpu() for tensor in (*metrics, *gan.state_dict().values())])
    return largest_difference(zip(*results, strict=True))


def compare_scores(model: str, images: torch.Tensor, device: str) -> float:
    """The largest difference of D's loss and mean scores in a first step in float32 on the device and on the CPU.

    Nothing is updated before them. Adam's first update has the size of the learning rate however small a gradient is,
    so a weight whose gradient is nearly 0 may go either way.
    """
    config = RECIPES[model]
    results = []
    for place in ("cpu", device):
        gan = build_gan(model, config.seed).to(place)
        metrics = update(gan, config, init_state(gan, config), 0, *draw_batch(images, 0, gan))
        results.append(metrics[[0, 2, 3]].cpu().unbind())
    return largest_difference(zip(*results, strict=True))


def check_graph(model: str, images: torch.Tensor) -> bool:
    """Whether 17 steps in float64 as CUDA graphs, two of them with R1, give the metrics of `train_step`."""
    config = RECIPES[model]
    gan = build_gan(model, config.seed).to(images.device, torch.float64)
    state = init_state(gan, config)
    take = graphed_step(gan, config, state, *draw_batch(images, 0, gan))
    twin = build_gan(model, config.seed).to(images.device, torch.float64)
    twin_state = init_state(twin, config)
    restore_state(twin, twin_state, {name: each.clone() for name, each in state_tensors(gan, state).items()}, 0)
    pairs = []
    for step in range(17):
        batch = draw_batch(images, step, gan)
        pairs.append((update(twin, config, twin_state, step, *batch), take(step, *batch).clone()))
    return largest_difference(pairs) <= TOLERANCE


def check_resume(model: str, images: torch.Tensor) -> bool:
    """Whether two epochs give the same bits as one epoch, a saved state, and the second epoch from it."""
    config = replace(RECIPES[model], epochs=2)
    whole = build_gan(model, config.seed).to(images.device)
    state = init_state(whole, config)
    saved = None
    for _ in train(whole, images, config, state):
        # As a file of a state holds them: on the CPU, and contiguous
        saved = saved or {
            name: tensor.to("cpu", copy=True).contiguous() for name, tensor in state_tensors(whole, state).items()
        }
    again = build_gan(model, config.seed).to(images.device)
    resumed = init_state(again, config)
    restore_state(again, resumed, saved, 1)
    for _ in train(again, images, config, resumed):
        pass
    ends = state_tensors(whole, state), state_tensors(again, resumed)
    differing = [name for name in ends[0] if not torch.equal(ends[0][name], ends[1][name])]
    if differing:
        print(f"{model}: other bits in {', '.join(differing)}", file=sys.stderr)
    return not differing


def run_training(*arguments: str, before: str = "", **variables: str) -> subprocess.CompletedProcess:
    """Run train.py in a process, after the statements `before`."""
    code = f"import sys, torch\n{before}\nimport train\nsys.exit(train.main(sys.argv[1:]))"
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
        "a missing device ends in a line that names it": fails_with("CUDA device", hidden),
        "too little memory ends in a line that names it": fails_with("not enough memory", full),
    }


def fails_with(text: str, done: subprocess.CompletedProcess) -> bool:
    """Whether a process failed without a traceback, and its last line is an error of train.py with this text."""
    last = ["", *done.stderr.strip().splitlines()][-1]
    passed = done.returncode != 0 and "Traceback" not in done.stderr and last.startswith("train.py: ") and text in last
    if not passed:
        print(done.stderr, file=sys.stderr)
    return passed


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
