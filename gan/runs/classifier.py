"""Train the classifier from the command line."""

from argparse import Namespace

from gan.classifier import EPOCHS, WEIGHTS, classifier, classify, load_classifier, save_classifier, train_classifier
from gan.console import say
from gan.data import describe, load_labelled_images
from gan.runs.lock import locked
from gan.store.files import make_dir


def run_classifier(args: Namespace) -> None:
    """Train the classifier, write its weights into `args.out`, and print its accuracy on the test images."""
    images, labels = load_labelled_images(args.data, "train", args.device)
    test_images, test_labels = load_labelled_images(args.data, "test")  # before training, to fail early
    say(describe(args.data, images))
    make_dir(args.out)
    path = args.out / WEIGHTS
    seed = args.seed or 0
    network = classifier(seed).to(args.device)
    with locked(args.out / "classifier"):
        for stats in train_classifier(network, images, labels, args.epochs or EPOCHS, seed):
            say(
                f"classifier  epoch {stats.epoch:>4}  loss {stats.loss:.4f}  accuracy {stats.accuracy:.4f}  "
                f"{stats.seconds:5.1f} s"
            )
        save_classifier(path, network)
    correct = classify(load_classifier(path), test_images)[0] == test_labels
    say(f"{path}: {correct.double().mean().item():.2%} of the test digits are classified correctly")
