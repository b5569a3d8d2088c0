"""The model card of the checkpoints: README.md, with the metadata that the Hugging Face Hub reads."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import nn
from tqdm import tqdm

from gan.arguments import classifier_command
from gan.checkpoint import epochs, load_config, load_snapshot, snapshot_path
from gan.classifier import WEIGHTS, classify, load_classifier
from gan.command import command_of
from gan.config import TrainConfig
from gan.data import Source, is_mnist, load_labelled_images
from gan.directions_file import save_directions
from gan.models import MODELS
from gan.publish.evaluation import SAMPLE_SETS, Reference, build_reference, evaluate, measure
from gan.publish.pictures import FILM, FILM_SAMPLES, GRID_SAMPLES, draw_pictures
from gan.store.files import sha256, write_atomic

CARD = "README.md"
TEMPLATE = Path(__file__).with_name("card.md")

METRIC_NAMES = {
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

MNIST = {
    "datasets": "datasets:\n- ylecun/mnist\n",
    "tags": "- mnist\n",
    "images": "handwritten digits",
    "data": "The 60,000 training digits of MNIST (LeCun, Cortes and Burges), unchanged. "
    "The 10,000 test digits are used only to\nevaluate. "
    "The digits themselves, in the folder `reals`, are not under this card's licence but under CC BY-SA 3.0, as\n"
    "[Keras's documentation](https://keras.io/api/datasets/mnist/) has it.",
    "known": "MNIST's centred white digits on black",
}
OTHER_DATA = {
    "datasets": "",
    "tags": "",
    "images": "images like those of {source}",
    "data": "The training images of {source}, unchanged. The test images are used only to evaluate. "
    'In this card, "digits" means\nthese images.',
    "known": "the images of {source}",
}
LEFT_OUT = "Left out, because these images are too few or too alike: {}."


@dataclass(frozen=True)
class EvaluatedRun:
    """A run as the card describes it."""

    config: TrainConfig
    sha256: str  # of the last snapshot's file
    metrics: dict[str, tuple[float, float]]  # mean and standard deviation


@dataclass(frozen=True)
class Evaluation:
    """What the card reports."""

    runs: dict[str, EvaluatedRun]  # by name: "mlp", or "classic mlp" for a run in the baseline folder "classic"
    real: dict[str, float]  # the metrics of real digits, without "memorisation"
    left_out: list[str]  # the names of the metrics that cannot be computed
    count: int  # test digits, and samples in a set
    accuracy: float  # of the classifier on the test digits, 0..1
    classifier_sha256: str


def make_card(root: Path, source: Source, baseline: Path | None = None) -> tuple[Path, list[str]]:
    """Evaluate the last snapshot of every run in `root`. Write the model card, its pictures, and missing directions.

    Returns the card's path, and the names of the metrics that it leaves out: there are too few images for them, or the
    images are too alike. `source` names the images, as in gan/data.py. The runs in the folder `baseline` become further
    columns. A terminal shows a progress bar. Raises CheckpointError if the classifier is missing or a file is damaged,
    DataError if images or labels are missing, DiskError if the card cannot be written.
    """
    evaluation = evaluate_runs(root, source, baseline)
    draw_pictures(root)
    classifier = load_classifier(root / WEIGHTS)
    for model in filter(evaluation.runs.get, MODELS):
        save_directions(root / model, classifier)
    write_atomic(root / CARD, card_text(evaluation, source, baseline.name if baseline else None).encode())
    return root / CARD, evaluation.left_out


def evaluate_runs(root: Path, source: Source, baseline: Path | None = None) -> Evaluation:
    """The metrics of the last snapshot of every run in `root` and `baseline`. Raises as `make_card` does."""
    train, labels = load_labelled_images(source, "train")  # before the classifier, which needs labels too
    test, test_labels = load_labelled_images(source, "test")
    classifier = load_classifier(root / WEIGHTS, f"Run `{classifier_command(source, root)}` to make a new one")
    folders = {"": root} | ({f"{baseline.name} ": baseline} if baseline else {})
    directories = {
        prefix + model: folder / model
        for model in MODELS
        for prefix, folder in folders.items()
        if epochs(folder / model)
    }
    with tqdm(total=2 + SAMPLE_SETS * len(directories), desc="measuring", leave=False, disable=None) as bar:
        reference = build_reference(classifier, train, labels, test)
        bar.update()
        count = len(reference.test)
        real = measure(classifier, train[:count], reference)
        bar.update()
        runs = {
            name: _evaluate_run(directory, classifier, reference, bar.update) for name, directory in directories.items()
        }
    measured = {name for metrics in (real, *(run.metrics for run in runs.values())) for name in metrics}
    real.pop("memorisation", None)  # these digits are in the training set
    left_out = [name for metric, name in METRIC_NAMES.items() if metric not in measured]
    accuracy = (classify(classifier, reference.test)[0] == test_labels[:count]).double().mean().item()
    return Evaluation(runs, real, left_out, count, accuracy, sha256(root / WEIGHTS))


def _evaluate_run(
    directory: Path, classifier: nn.Sequential, reference: Reference, on_set: Callable[[], object]
) -> EvaluatedRun:
    last = epochs(directory)[-1]
    return EvaluatedRun(
        load_config(directory, last),
        sha256(snapshot_path(directory, last)),
        evaluate(load_snapshot(directory, last).generator, classifier, reference, on_set),
    )


def card_text(evaluation: Evaluation, source: Source = "MNIST", baseline: str | None = None) -> str:
    """The text of the model card. `baseline` is the name of the folder with the baseline runs."""
    runs = evaluation.runs
    rows = []
    for metric, name in METRIC_NAMES.items():
        if name not in evaluation.left_out:
            real = f"{evaluation.real[metric]:.4g}" if metric in evaluation.real else ""
            cells = [
                "{:.4g} ± {:.2g}".format(*run.metrics[metric]) if metric in run.metrics else "" for run in runs.values()
            ]
            rows.append(f"| {name} | {real} | {' | '.join(cells)} |")
    pictures = [
        f"![Digits of the {model} run, seeds 0 to {GRID_SAMPLES - 1}]({model}.png)" for model in MODELS if model in runs
    ]
    pictures.append(f"![Digits of the seeds 0 to {FILM_SAMPLES - 1} at every saved epoch of each run]({FILM})")
    about = MNIST if is_mnist(source) else {key: text.format(source=source) for key, text in OTHER_DATA.items()}
    return TEMPLATE.read_text(encoding="utf-8").format(
        **about,
        pictures="\n\n".join(pictures),
        recipes="\n".join(_recipe_row(name, run) for name, run in runs.items()),
        count=evaluation.count,
        sets=SAMPLE_SETS,
        last_seed=evaluation.count * SAMPLE_SETS - 1,
        accuracy=evaluation.accuracy,
        classifier_sha256=evaluation.classifier_sha256,
        baseline=f" --baseline {baseline}" if baseline else "",
        runs=" | ".join(runs),
        rule="---|" * len(runs),
        metrics="\n".join(rows),
        left_out=f"\n\n{LEFT_OUT.format(', '.join(evaluation.left_out))}" if evaluation.left_out else "",
    )


def _recipe_row(name: str, run: EvaluatedRun) -> str:
    c = run.config
    betas = "{:g}, {:g}".format(*c.betas)
    recipe = f"{c.epochs} | {c.batch_size} | {c.lr:g} | {betas} | {c.r1:g} | {c.ema:g} | {c.seed}"
    return f"| {name} | {recipe} | `{command_of(c)}` | `{run.sha256}` |"
