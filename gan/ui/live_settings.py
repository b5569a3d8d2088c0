"""The settings of a run that is trained live: their limits, and from unchecked values to a config."""

from dataclasses import replace
from urllib.parse import urlencode

from gan.config import MAX_SEED, RECIPES, TrainConfig, recipe
from gan.ui.limits import LIVE_CHOICES, LIVE_LIMITS, MAX_MOVES
from gan.ui.texts import user_error
from gan.ui.validate import integer, number, one_of

MAX_STEP = 10**7
# A core needs a third of a second for a step of the DCGAN with its recipe's 128. Smaller batches also learn sooner.
BATCH_SIZES = {"dcgan": 16}


def live_recipe(model: str) -> TrainConfig:
    """What a live run of a model trains with, unless it has settings: its recipe, perhaps with smaller batches."""
    usual = recipe(model)
    return replace(usual, batch_size=BATCH_SIZES.get(model, usual.batch_size))


def settings_of(config: TrainConfig) -> dict:
    """The settings of a config, each a plain value, without single steps."""
    names = ("batch_size", "d_steps", "batch_norm", "r1", "ema", "images", "only")
    rates = {"lr": config.lr, "d_lr": config.d_lr or config.lr, "beta1": config.betas[0]}
    return rates | {name: getattr(config, name) for name in names} | {"moves": []}


def live_recipes() -> dict[str, dict]:
    """The settings of each live recipe, for the page."""
    return {model: settings_of(live_recipe(model)) for model in RECIPES}


def read_settings(models: list[str], model: object, settings: object, seed: object) -> tuple[TrainConfig, dict]:
    """The config of a live run, and its moves: "d" or "g" by the number of the step.

    settings: those that differ from the model's live recipe, a list of [name, value]: Gradio's clients cannot send
    objects. The value of "moves" is a list of [step, "d" or "g"]. Raises gr.Error.
    """
    model = one_of("model", model, models)
    base = live_recipe(model)
    usual = settings_of(base)
    settings = _read_pairs(settings, list(usual))
    checked = {name: _check(name, value) for name, value in (usual | settings).items() if name != "moves"}
    config = replace(
        base,
        seed=integer("seed", seed, 0, MAX_SEED),
        lr=checked["lr"],
        d_lr=None if checked["d_lr"] == checked["lr"] else checked["d_lr"],
        betas=(checked["beta1"], base.betas[1]),
        **{name: checked[name] for name in ("batch_size", "d_steps", "batch_norm", "r1", "ema", "images", "only")},
    )
    return config, _moves(settings.get("moves", []))


def _read_pairs(settings: object, names: list[str]) -> dict:
    pairs = settings if type(settings) is list else [None]
    if not all(type(pair) is list and len(pair) == 2 and pair[0] in names for pair in pairs):
        raise user_error("server.settings", name="settings", names=", ".join(names))
    return dict(pairs)


def _check(name: str, value: object) -> object:
    if name in LIVE_CHOICES:
        return one_of(name, value, LIVE_CHOICES[name])
    if value is None and name in ("images", "only"):
        return None
    low, high = LIVE_LIMITS[name]
    return integer(name, value, low, high) if type(low) is int else number(name, value, low, high)


def _moves(value: object) -> dict[int, str]:
    if type(value) is not list or len(value) > MAX_MOVES:
        raise user_error("server.moves", most=MAX_MOVES)
    moves = {}
    for move in value:
        if type(move) is not list or len(move) != 2:
            raise user_error("server.moves", most=MAX_MOVES)
        moves[integer("step", move[0], 0, MAX_STEP)] = one_of("move", move[1], ["d", "g"])
    return moves


def link_to(config: TrainConfig, moves: dict[int, str]) -> str:
    """The query of the page's link to a live run: what differs from the recipe."""
    usual = settings_of(live_recipe(config.model))
    values = settings_of(config) | {"moves": [list(move) for move in moves.items()]}
    changed = {LINK_NAMES.get(name, name): _plain(values[name]) for name in usual if values[name] != usual[name]}
    return urlencode({"view": "train", "seed": config.seed, "gan": config.model} | changed, safe=",")


LINK_NAMES = {"only": "class"}


def _plain(value: object) -> object:
    if isinstance(value, list):
        return ",".join(f"{step}{part}" for step, part in value)
    return int(value) if isinstance(value, bool) else value
