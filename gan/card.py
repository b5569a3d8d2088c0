"""The model card of the checkpoints: measured, and written in the form that the Hugging Face Hub reads."""

from pathlib import Path

from gan.checkpoint import epochs, load_config, load_snapshot, write_whole
from gan.classifier import digest, load_classifier, read_digits
from gan.config import TrainConfig
from gan.data import load_digits
from gan.evaluation import SETS, evaluate, measure, refer
from gan.images import columns_for, grid, to_png
from gan.latent import consecutive, latents
from gan.models import MODELS
from gan.sampling import generate

PICTURED = 64  # digits in a run's picture: those of the seeds 0 to 63

NAMES = {
    "frechet": "Frechet distance",
    "frechet_ratio": "Frechet distance over the real floor",
    "kernel_distance": "kernel distance",
    "precision": "precision",
    "recall": "recall",
    "density": "density",
    "coverage": "coverage",
    "least_class_share": "least class share",
    "class_divergence": "class divergence, nats",
    "ambiguity": "ambiguity",
    "memorisation": "below the memorisation percentile",
}

CARD = """---
license: mit
library_name: pytorch
pipeline_tag: unconditional-image-generation
datasets:
- ylecun/mnist
tags:
- gan
- dcgan
- mnist
- safetensors
---

# GAN digits: the checkpoints

Generators of handwritten digits, 28x28 grey, and the discriminators that they learnt from: one folder for each run,
with both networks in float16 for each saved epoch, and the figures of each epoch in `metrics.jsonl`.

{pictures}

## Intended use

To learn how a GAN learns: the page in this repository draws from these files, and `gan.checkpoint.load_snapshot` loads
them. They are teaching material. They are no source of handwriting for anything that must be right or fair, and say
nothing about a person's hand.

## Data

The 60,000 training digits of MNIST (LeCun, Cortes and Burges), without change; the 10,000 test digits only to measure.

## Recipe

Binary cross-entropy on logits, the discriminator first and then the generator (non-saturating), Adam for both.

| run | epochs | batch | learning rate | betas | seed | command |
|---|---|---|---|---|---|---|
{recipes}

## Figures

{count:,} samples of each run's last epoch against the {count:,} test digits, mean and standard deviation of {sets} sets
of samples: the seeds 0 to {last}, in order, none truncated and none picked. Features and classes are those of
`classifier.safetensors` ({accuracy:.2%} of the test digits read rightly; sha256 `{digest}`).
The real digits are the first {count:,} of the training set, held against the same test digits. Lower is better for
distances; precision, recall, density and coverage are best near those of real digits. Made by
`python train.py --evaluate`.

| figure | real digits | {models} |
|---|---|{rule}
{figures}

What each figure is, and whose, stands in `gan/metrics.py`.

## Limits

The networks know MNIST's centred white digits on black and nothing else. They cannot be asked for a digit: a seed gives
what it gives. Where a figure is far from that of real digits, so are the samples; the table says how far.
"""


def make_card(root: Path, data: Path) -> Path:
    """Measure the last snapshot of every run in `root` and write its card and a picture of each; the card's path.

    `data` is where MNIST is, or goes. Raises CheckpointError where the classifier is missing or a file cannot be
    used, DataError where MNIST is.
    """
    weights = root / "classifier.safetensors"
    network = load_classifier(weights)
    train, labels = load_digits(data, "train")
    test, test_labels = load_digits(data, "test")
    reference = refer(network, train, labels, test)
    test, test_labels = reference.test, test_labels[: len(reference.test)]
    real = measure(network, train[: len(test)], reference)
    del real["memorisation"]  # these digits are the training set
    accuracy = (read_digits(network, test)[0] == test_labels).double().mean().item()
    configs, samples = {}, {}
    for model in MODELS:
        saved = epochs(root / model)
        if not saved:
            continue
        configs[model] = load_config(root / model, saved[-1])
        generator = load_snapshot(root / model, saved[-1]).generator
        samples[model] = evaluate(generator, network, reference)
        tiles = generate(generator, latents(consecutive(0, PICTURED))).numpy()
        write_whole(root / f"{model}.png", to_png(grid(tiles, columns_for(PICTURED))))
    card = root / "README.md"
    write_whole(card, text(configs, real, samples, len(test), accuracy, digest(weights)).encode())
    return card


def text(
    configs: dict[str, TrainConfig],
    real: dict[str, float],
    samples: dict[str, dict[str, tuple[float, float]]],
    count: int,
    accuracy: float,
    digest: str,
) -> str:
    """The card: each run's config and figures (mean, deviation) of sets of `count`, beside those of real digits."""
    recipes = [
        f"| {model} | {c.epochs} | {c.batch_size} | {c.lr:g} | {c.betas[0]:g}, {c.betas[1]:g} | {c.seed} "
        f"| `python train.py {model}` |"
        for model, c in configs.items()
    ]
    rows = []
    for figure, name in NAMES.items():
        cells = ["{:.4g} ± {:.2g}".format(*samples[model][figure]) for model in samples]
        rows.append(f"| {name} | {format(real[figure], '.4g') if figure in real else ''} | {' | '.join(cells)} |")
    return CARD.format(
        pictures="\n\n".join(f"![The {model} run's digits of the seeds 0 to 63]({model}.png)" for model in configs),
        recipes="\n".join(recipes),
        count=count,
        sets=SETS,
        last=count * SETS - 1,
        accuracy=accuracy,
        digest=digest,
        models=" | ".join(samples),
        rule="---|" * len(samples),
        figures="\n".join(rows),
    )
