"""The typed functions that answer over HTTP, each under its own name.

Nothing here imports torch until the first request: the page is served before torch is loaded.
"""

from collections.abc import Callable
from pathlib import Path

from gan.config import LIVE_MODEL
from gan.ui.best import last_snapshot
from gan.ui.example import example_drawing
from gan.ui.limits import ANIMATION_WIDTHS

EXAMPLE = example_drawing()  # of an input that is a drawing
# Inputs that calls from before they existed leave out.
LATER_INPUTS = {"animation": ["width"], "nearest": ["truncation"]}


def endpoints(root: Path) -> dict[str, list[Callable]]:
    """The endpoints over the checkpoints in `root`, by queue.

    The default of each input is a value that works, because Gradio's API page prints the defaults as examples.
    """
    some_model, some_epoch = last_snapshot(root)
    some_arguments = [some_model, some_epoch, 0, 9]

    def generate(model: str = some_model, epoch: int = some_epoch, seed: int | str = 0, count: int = 9) -> dict:
        """A grid of digits from consecutive seeds, at one epoch: a film of one frame.

        Wherever a seed is asked for, the text of a vector can be given: a grid then shows its digit and its neighbours.
        """
        return _render().draw_film(root, "generate", [model, epoch, seed, count])

    def truncated(
        model: str = some_model, epoch: int = some_epoch, seed: int | str = 0, count: int = 9, truncation: float = 0.7
    ) -> dict:
        """The same with every latent vector scaled by `truncation`, 0 to 1."""
        return _render().draw_film(root, "truncated", [model, epoch, seed, count, truncation])

    def interpolate(
        model: str = some_model,
        epoch: int = some_epoch,
        seed_from: int | str = 0,
        seed_to: int | str = 7,
        frames: int = 60,
        path: str = "slerp",
    ) -> dict:
        """An interpolation from one seed to another: a film of `frames` frames of one digit."""
        return _render().draw_film(root, "interpolate", [model, epoch, seed_from, seed_to, frames, path])

    def plane(model: str = some_model, epoch: int = some_epoch, corners: list = [0, 7, 2, 3]) -> dict:  # noqa: B006
        """A plane between four seeds: a film of 121 frames of one digit, row by row."""
        return _render().draw_film(root, "plane", [model, epoch, corners])

    def progression(model: str = some_model, seed: int | str = 0, count: int = 9) -> dict:
        """Digits during training: a film with a frame for each saved epoch."""
        return _render().draw_film(root, "progression", [model, seed, count])

    def offered(model: str = some_model, epoch: int = some_epoch, seed: int | str = 0) -> dict:
        """The handles of an epoch: what each moves, and how well, with both ends of each in the digit of a seed."""
        return _render().draw_film(root, "offered", [model, epoch, seed])

    def handles(
        model: str = some_model, epoch: int = some_epoch, seed: int | str = 0, across: str = "", down: str = ""
    ) -> dict:
        """A plane of two handles around a digit, from -3 to 3 units each: a film of 121 frames, row by row.

        `across` and `down` are names from /offered; empty for the best one, and for the best other one. A unit is one
        standard deviation of z along the handle, and 1.5 for the handle of a class.
        """
        return _render().draw_film(root, "handles", [model, epoch, seed, across, down])

    def arithmetic(
        model: str = some_model,
        epoch: int = some_epoch,
        plus: list[int] = [0, 1, 2],  # noqa: B006
        minus: list[int] = [3, 4, 5],  # noqa: B006
        base: list[int] = [6, 7, 8],  # noqa: B006
    ) -> dict:
        """mean(plus) - mean(minus) + mean(base) of the latent vectors of seeds, 1 to 12 each.

        A film of one frame of four digits: the three means, then the result. `z` has their vectors. A result longer
        than sqrt(100), the usual length, is shortened to that; shorter ones are kept.
        """
        return _render().draw_film(root, "arithmetic", [model, epoch, plus, minus, base])

    def reals(model: str = some_model, epoch: int = some_epoch, seed: int = 0, count: int = 9) -> dict:
        """Real test digits, with the scores of the discriminator of one epoch: a film of one frame."""
        return _render().draw_film(root, "reals", [model, epoch, seed, count])

    def real_progression(model: str = some_model, seed: int = 0, count: int = 9) -> dict:
        """The same test digits: one frame, with the scores of the discriminator of each saved epoch."""
        return _render().draw_film(root, "real_progression", [model, seed, count])

    def nearest(
        model: str = some_model, epoch: int = some_epoch, seed: int | str = 0, count: int = 9, truncation: float = 1
    ) -> dict:
        """The training digit nearest to each digit of /generate or /truncated, and how near it is."""
        from gan.ui.nearest import draw_nearest

        return draw_nearest(root, model, epoch, seed, count, truncation)

    def quiz(model: str = some_model, epoch: int = some_epoch, seed: int = 0, count: int = 20) -> dict:
        """A round of "Real or fake?": a film of `count` digits in random order, half of them real test digits."""
        from gan.ui.quiz import draw_quiz

        return draw_quiz(root, model, epoch, seed, count)

    def prepare(model: str = some_model, epoch: int = some_epoch, picture: str = EXAMPLE) -> dict:
        """A drawing as MNIST would have it, with D's score and the classifier's reading: a film of one frame.

        `picture` is the base64 of the grey bytes of a square picture, 28 to 112 pixels a side, bright ink on black.
        """
        return _drawings().prepare(root, model, epoch, picture)

    def invert(model: str = some_model, epoch: int = some_epoch, picture: str = EXAMPLE) -> dict:
        """The latent vector whose digit comes closest to a drawing, and a film of the way to it.

        `picture` is as for /prepare.
        """
        return _drawings().draw_climb(root, model, epoch, picture)

    def pictures(view: str = "generate", arguments: list = some_arguments) -> dict:
        """The film that the endpoint `view` returns for `arguments`, without its predictions."""
        return _render().draw_pictures(root, view, arguments)

    def predictions(view: str = "generate", arguments: list = some_arguments) -> dict:
        """The predictions of that film: `scores`, and `labels` if there is a classifier."""
        return _render().draw_predictions(root, view, arguments)

    def push(view: str = "generate", arguments: list = some_arguments) -> dict:
        """How D's logit changes with each pixel of that film: its gradient, at most 36 digits in a frame.

        `push` is a grey PNG with the tiles of the film's sprite. A byte is 128 + 127 * gradient / `scale`, and `scale`
        is the largest absolute gradient in the film, in logits per unit of a pixel from -1 to 1.
        """
        from gan.ui.push import draw_push

        return draw_push(root, view, arguments)

    def pushed(view: str = "generate", arguments: list = some_arguments, target: str = "pixels") -> dict:
        """The digits of /generate or /truncated follow D's push, in their "pixels" or in "z": a film of 11 frames."""
        from gan.ui.push import draw_pushed

        return draw_pushed(root, view, arguments, target)

    def animation(
        kind: str = "gif",
        view: str = "progression",
        arguments: list = [some_model, 0, 9],  # noqa: B006
        width: int = ANIMATION_WIDTHS[0],
    ) -> dict:
        """The film that the endpoint `view` returns for `arguments`, as a gif or webp file `width` pixels wide or more.

        With a list of arguments, the films are side by side, each of them that wide.
        """
        from gan.ui.export import draw_animation

        return draw_animation(root, kind, view, arguments, width)

    def vectors(view: str = "generate", arguments: list = some_arguments) -> dict:
        """The latent vectors of the film that the endpoint `view` returns for `arguments`."""
        from gan.ui.export import export_latents

        return export_latents(root, view, arguments)

    def live(model: str = LIVE_MODEL, settings: list = [], seed: int = 0, have: int = -1, until: int = 0) -> dict:  # noqa: B006
        """Train a GAN on the real digits, and get what it draws: a film of the frames after the step `have`.

        `settings` are those that differ from the model's recipe, each a name and a value, as in [["lr", 0.001]]: lr,
        d_lr, beta1, batch_size, d_steps, batch_norm, r1, ema, images, only and moves. The same settings and seed
        continue the same run, by about 50 ms a call. `have` is -1 for all frames, and `until` the step at which to
        stop, or 0.
        """
        return _live_runs(root).advance(model, settings, seed, have, until)

    def live_nearest(model: str = LIVE_MODEL, settings: list = [], seed: int = 0, step: int = 0) -> dict:  # noqa: B006
        """The training digit nearest to each digit of a live run, in its recorded frame after `step`."""
        return _live_runs(root).nearest(model, settings, seed, step)

    def live_snapshot(model: str = LIVE_MODEL, settings: list = [], seed: int = 0, step: int = 0) -> dict:  # noqa: B006
        """The snapshot of a live run after `step` or later, as train.py saves it, and a command to go on from it."""
        return _live_runs(root).snapshot(model, settings, seed, step)

    def catalogue() -> dict:
        """The runs that can be shown, and their metrics."""
        return load_catalogue(root)

    return {
        "films": [
            *(generate, truncated, interpolate, plane, progression),
            *(offered, handles, arithmetic),
            *(reals, real_progression, nearest, quiz),
            *(pictures, predictions, push, pushed),
        ],
        "files": [animation, vectors],
        "live": [live, live_nearest, live_snapshot],
        "drawings": [prepare],
        "climbs": [invert],
        "catalogue": [catalogue],
    }


def load_catalogue(root: Path) -> dict:
    """The catalogue of `root`. It loads all networks into the cache."""
    from gan.ui.catalogue import catalogue

    return catalogue(root)


def _live_runs(root: Path):
    from gan.ui.live import live_runs

    return live_runs(root)


def _drawings():
    from gan.ui import drawings

    return drawings


def _render():
    from gan.ui import render

    return render
