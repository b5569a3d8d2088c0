"""The endpoints with their inputs, and valid inputs of each over the `checkpoints` fixture."""

from inspect import signature
from pathlib import Path

import pytest

from gan.ui.endpoints import endpoints
from gan.ui.scenes import SCENES
from gan.ui.texts import NoteError

FUNCTIONS = [function for queue in endpoints(Path("no checkpoints")).values() for function in queue]
INPUTS = {function.__name__: list(signature(function).parameters) for function in FUNCTIONS}
FILMS = list(SCENES)  # endpoints that answer with a film

DEFAULTS = {
    function.__name__: [parameter.default for parameter in signature(function).parameters.values()]
    for function in FUNCTIONS
}
VALID = DEFAULTS | {  # small, and unlike the defaults
    "generate": ["mlp", 2, 7, 4],
    "truncated": ["mlp", 2, 7, 4, 0.5],
    "interpolate": ["dcgan", 1, 7, 8, 3, "slerp"],
    "plane": ["mlp", 2, [7, 8, 9, 10]],
    "progression": ["mlp", 7, 2],
    "offered": ["mlp", 2, 7],
    "handles": ["mlp", 2, 7, "unnamed 1", "unnamed 2"],
    "arithmetic": ["mlp", 2, [7, 8], [9], [10, 11, 12]],
    "reals": ["mlp", 2, 7, 4],
    "real_progression": ["mlp", 7, 2],
    "nearest": ["mlp", 2, 7, 4, 0.5],
    "quiz": ["mlp", 2, 7, 8],
    "live": ["small", [["batch_size", 8]], 7, -1, 1],
    "live_nearest": ["small", [["batch_size", 8]], 7, 0],
    "live_snapshot": ["small", [["batch_size", 8]], 7, 0],
    "pictures": ["interpolate", ["dcgan", 1, 7, 8, 3, "slerp"]],
    "predictions": ["progression", ["mlp", 7, 2]],
    "push": ["generate", ["mlp", 2, 7, 4]],
    "pushed": ["truncated", ["mlp", 2, 7, 4, 0.5], "z"],
    "animation": ["gif", "progression", ["mlp", 7, 2], 280],
    "vectors": ["interpolate", ["mlp", 2, 7, 8, 3, "slerp"]],
}


def refusal(function, *arguments):
    """The note of the error that a call raises."""
    with pytest.raises(NoteError) as error:
        function(*arguments)
    return error.value.note
