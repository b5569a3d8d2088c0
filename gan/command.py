"""The command line that trains with a config."""

import shlex

from gan.config import TUNABLE, TrainConfig, recipe


def command_of(config: TrainConfig, start: str | None = None) -> str:
    """The command that trains with a config, from the snapshot `start` if it is named."""
    recipe_flags = _changed_flags(recipe(config.model), config)
    classic_flags = ["--classic", *_changed_flags(TrainConfig(config.model), config)]
    flags = min(recipe_flags, classic_flags, key=len)
    return shlex.join(["python", "train.py", config.model, *flags, *(["--start", start] if start else [])])


def _changed_flags(base: TrainConfig, config: TrainConfig) -> list[str]:
    flags = []
    for name in TUNABLE:
        value = getattr(config, name)
        if value == getattr(base, name):
            continue
        flag = name.replace("_", "-")
        if value is False:
            flags.append(f"--no-{flag}")
        else:
            flags += [f"--{flag}", *map(str, value if isinstance(value, tuple) else [value])]
    return flags
