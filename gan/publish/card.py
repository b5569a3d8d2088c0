"""The model card of the checkpoints: measured, and written in the form that the Hugging Face Hub reads."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from gan.checkpoint import epochs, load_config, load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classify, load_classifier
from gan.config import CHOICES, RECIPES, TrainConfig
from gan.data import is_mnist, load_labelled_images
from gan.models import MODELS
from gan.publish.evaluation import SETS, build_reference, evaluate, measure
from gan.publish.pictures import FILM, FILMED, PICTURED, draw_pictures
from gan.store.files import sha256, write_atomic

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
{datasets}tags:
- gan
- dcgan
{tag}- safetensors
---

# GAN digits: the checkpoints

Generators of {what}, 28x28 grey, and the discriminators that they learnt from: one folder for each run,
with both networks in float16 for each saved epoch, and the figures of each epoch in `metrics.jsonl`.

{pictures}

## Intended use

To learn how a GAN learns: the page in this repository draws from these files, and `gan.checkpoint.load_snapshot` loads
them. They are teaching material. They are no source of handwriting for anything that must be right or fair, and say
nothing about a person's hand.

## Data

{data}

## Recipe

Binary cross-entropy on logits, the discriminator first and then the generator (non-saturating), Adam for both.
R1 weighs the penalty on the discriminator's slope at real digits (Mescheder et al. 2018). What is served is the moving
average of the generator's weights, where a run keeps one.

| run | epochs | batch | learning rate | betas | R1 | average | seed | command | sha256 of the last snapshot |
|---|---|---|---|---|---|---|---|---|---|
{recipes}

## Figures

{count:,} samples of each run's last epoch against the {count:,} test digits, mean and standard deviation of {sets} sets
of samples: the seeds 0 to {last}, in order, none truncated and none picked. Features and classes are those of
`classifier.safetensors` ({accuracy:.2%} of the test digits read rightly; sha256 `{reader}`).
The real digits are the first {count:,} of the training set, held against the same test digits. Lower is better for
distances; precision, recall, density and coverage are best near those of real digits. Made by
`python train.py --evaluate{baseline}`.

| figure | real digits | {models} |
|---|---|{rule}
{figures}

What each figure is, and whose, stands in `gan/metrics.py`.

## Limits

The networks know {known} and nothing else. They cannot be asked for a digit: a seed gives
what it gives. Where a figure is far from that of real digits, so are the samples; the table says how far.
"""

# What the card says of the images, for MNIST and for others
MNIST = {
    "datasets": "datasets:\n- ylecun/mnist\n",
    "tag": "- mnist\n",
    "what": "handwritten digits",
    "data": "The 60,000 training digits of MNIST (LeCun, Cortes and Burges), without change; "
    "the 10,000 test digits only to\nmeasure.",
    "known": "MNIST's centred white digits on black",
}
OTHER = {
    "datasets": "",
    "tag": "",
    "what": "images like those of {name}",
    "data": "The training images of {name}, without change; the test images only to measure. "
    "Where this card says digits, it\nmeans them.",
    "known": "the images of {name}",
}


def make_card(root: Path, data: Path | str, baseline: Path | None = None) -> Path:
    """Measure the last snapshot of every run in `root`, write their card, pictures and film; the card's path.

    `data` is where the images are, a place as in gan/data.py; the runs in `baseline` are measured beside the others,
    under its name. Raises CheckpointError where the classifier is missing or a file cannot be used, DataError where
    images or labels are missing, DiskError where the card cannot be written.
    """
    weights = root / WEIGHTS
    network = load_classifier(weights)
    train, labels = load_labelled_images(data, "train")
    test, test_labels = load_labelled_images(data, "test")
    reference = build_reference(network, train, labels, test)
    test, test_labels = reference.test, test_labels[: len(reference.test)]
    real = measure(network, train[: len(test)], reference)
    del real["memorisation"]  # these digits are the training set
    accuracy = (classify(network, test)[0] == test_labels).double().mean().item()
    configs, snapshots, samples = {}, {}, {}
    for model in MODELS:
        for folder, name in ((root, model), *([(baseline, f"{baseline.name} {model}")] if baseline else [])):
            saved = epochs(folder / model)
            if not saved:
                continue
            configs[name] = load_config(folder / model, saved[-1])
            snapshots[name] = sha256(snapshot_path(folder / model, saved[-1]))
            generator = load_snapshot(folder / model, saved[-1]).generator
            samples[name] = evaluate(generator, network, reference)
    draw_pictures(root)
    card = root / "README.md"
    beside = baseline.name if baseline else None
    about = MNIST if is_mnist(data) else {key: words.format(name=data) for key, words in OTHER.items()}
    told = text(configs, snapshots, real, samples, len(test), accuracy, sha256(weights), beside, about)
    write_atomic(card, told.encode())
    return card


def command(config: TrainConfig) -> str:
    """The command that trains by a config; empty where no flags give it."""
    choices = {name: getattr(config, name) for name in CHOICES}
    for recipe, classic in ((RECIPES[config.model], ""), (TrainConfig(config.model), " --classic")):
        if replace(recipe, **choices) == config:
            changed = {name: value for name, value in choices.items() if value != getattr(recipe, name)}
            flags = "".join(f" --{name.replace('_', '-')} {value}" for name, value in changed.items())
            return f"python train.py {config.model}{classic}{flags}"
    return ""


def text(
    configs: dict[str, TrainConfig],
    snapshots: dict[str, str],
    real: dict[str, float],
    samples: dict[str, dict[str, tuple[float, float]]],
    count: int,
    accuracy: float,
    reader: str,
    baseline: str | None = None,
    about: Mapping[str, str] = MNIST,
) -> str:
    """The card: each run's config and figures (mean, deviation) of sets of `count`, beside those of real digits.

    `snapshots` and `reader` are the digests of what was measured, and of the classifier that did it.

    `baseline` names the folder of the runs that are measured beside them; `about` says what the images are.
    """
    recipes = [
        f"| {name} | {c.epochs} | {c.batch_size} | {c.lr:g} | {c.betas[0]:g}, {c.betas[1]:g} "
        f"| {c.r1:g} | {c.ema:g} | {c.seed} | `{command(c)}` | `{snapshots[name]}` |"
        for name, c in configs.items()
    ]
    rows = []
    for figure, name in NAMES.items():
        cells = ["{:.4g} ± {:.2g}".format(*samples[run][figure]) for run in samples]
        rows.append(f"| {name} | {format(real[figure], '.4g') if figure in real else ''} | {' | '.join(cells)} |")
    last = PICTURED - 1
    pictures = [
        f"![The {name} run's digits of the seeds 0 to {last}]({name}.png)" for name in configs if name in MODELS
    ]
    pictures.append(f"![The digits of the seeds 0 to {FILMED - 1} at every saved epoch of each run]({FILM})")
    return CARD.format(
        **about,
        pictures="\n\n".join(pictures),
        recipes="\n".join(recipes),
        count=count,
        sets=SETS,
        last=count * SETS - 1,
        accuracy=accuracy,
        reader=reader,
        baseline=f" --baseline {baseline}" if baseline else "",
        models=" | ".join(samples),
        rule="---|" * len(samples),
        figures="\n".join(rows),
    )
