"""The typed functions that answer over HTTP, each under its own name.

Nothing here imports torch until the first request: the page is served before torch is loaded.
"""

from collections.abc import Callable
from pathlib import Path


def endpoints(root: Path) -> dict[str, list[Callable]]:
    """The endpoints over the checkpoints in `root`, by queue. Each queue answers one request at a time."""

    def generate(model: str, epoch: int, seed: int, count: int) -> dict:
        """A grid of digits from consecutive seeds, at one epoch: a film of one frame."""
        return _render().draw_film(root, "generate", [model, epoch, seed, count])

    def truncated(model: str, epoch: int, seed: int, count: int, truncation: float) -> dict:
        """The same with every latent vector scaled by `truncation`, 0 to 1."""
        return _render().draw_film(root, "truncated", [model, epoch, seed, count, truncation])

    def interpolate(model: str, epoch: int, seed_from: int, seed_to: int, frames: int, path: str) -> dict:
        """An interpolation from one seed to another: a film of `frames` frames of one digit."""
        return _render().draw_film(root, "interpolate", [model, epoch, seed_from, seed_to, frames, path])

    def plane(model: str, epoch: int, corners: list[int]) -> dict:
        """A plane between four seeds: a film of 121 frames of one digit, row by row."""
        return _render().draw_film(root, "plane", [model, epoch, corners])

    def progression(model: str, seed: int, count: int) -> dict:
        """Digits during training: a film with a frame for each saved epoch."""
        return _render().draw_film(root, "progression", [model, seed, count])

    def pictures(view: str, arguments: list) -> dict:
        """The film that the endpoint `view` returns for `arguments`, without its predictions."""
        return _render().draw_pictures(root, view, arguments)

    def predictions(view: str, arguments: list) -> dict:
        """The predictions of that film: `scores`, and `labels` if there is a classifier."""
        return _render().draw_predictions(root, view, arguments)

    def animation(kind: str, view: str, arguments: list) -> dict:
        """The film that the endpoint `view` returns for `arguments`, as a gif or webp file."""
        from gan.ui.export import draw_animation

        return draw_animation(root, kind, view, arguments)

    def vectors(view: str, arguments: list) -> dict:
        """The latent vectors of the film that the endpoint `view` returns for `arguments`."""
        from gan.ui.export import export_latents

        return export_latents(view, arguments)

    def catalogue() -> dict:
        """The runs that can be shown, and their metrics."""
        return load_catalogue(root)

    return {
        "films": [generate, truncated, interpolate, plane, progression, pictures, predictions],
        "files": [animation, vectors],
        "figures": [catalogue],
    }


def load_catalogue(root: Path) -> dict:
    """The catalogue of `root`. It loads all networks into the cache."""
    from gan.ui.catalogue import catalogue

    return catalogue(root)


def _render():
    from gan.ui import render

    return render
