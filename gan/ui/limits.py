"""The limits of a request. The page gets them as data. Nothing here imports torch."""

from gan.config import LIVE_MODEL, MAX_SEED
from gan.images import PNG_STATE_KEY

MAX_DIGITS = 100  # in a grid
MAX_FRAMES = 120  # of an interpolation
MAX_PROGRESSION_DIGITS = 36
MAX_NEAREST = 36  # digits whose nearest training digits are looked up at once
MAX_LENGTH = 30  # of a latent vector in a request; those of seeds are about 10 long
PICTURE_SIDES = (28, 112)  # pixels of a drawing that is sent, least and most
MAX_QUIZ = 100  # digits of a round, half of them real
PAGE_QUIZ = 20  # digits of a round on the page
MAX_PUSH = 36  # digits of a frame whose push is computed at once
PUSH_FRAMES = 11  # of a film that follows the push; gan.push needs torch
MAX_TRAY = 12  # digits whose mean is taken
SIDE = 11  # digits along each side of a plane
HANDLE_RANGE = 3  # units to either side of a digit along a handle
SCALE = 4  # pixels of a saved picture per pixel of a digit, at least
ANIMATION_WIDTHS = (280, 560)  # pixels of each model's part of a saved animation, at least; the first is the default
GAP = 8  # pixels between the models in a saved picture or animation
PATHS = ("slerp", "lerp")  # the keys of gan.latent.PATHS, which needs torch; the first is the page's default
PAGE_FRAMES = 60  # of an interpolation on the page

MAX_LIVE_RUNS = 8  # that are trained on the page and kept
MAX_LIVE_FRAMES = 32  # in one answer
MAX_MOVES = 64  # single steps of D or of G in a run
LIVE_LIMITS = {  # setting -> least and greatest value; integers, if those are
    "lr": (1e-6, 1.0),
    "d_lr": (1e-6, 1.0),
    "beta1": (0.0, 0.99),
    "batch_size": (8, 256),
    "d_steps": (1, 20),
    "r1": (0.0, 100.0),
    "ema": (0.0, 0.9999),
    "images": (100, 60_000),
    "only": (0, 9),
}
LIVE_CHOICES = {"batch_norm": [True, False]}
PAGE_LIVE = {"limits": LIVE_LIMITS, "moves": MAX_MOVES, "frames": MAX_LIVE_FRAMES, "model": LIVE_MODEL}

PAGE_LIMITS = {
    "seed": MAX_SEED,
    "length": MAX_LENGTH,
    "picture": PICTURE_SIDES[1],
    "digits": MAX_DIGITS,
    "progression_digits": MAX_PROGRESSION_DIGITS,
    "nearest": MAX_NEAREST,
    "quiz": PAGE_QUIZ,
    "frames": PAGE_FRAMES,
    "push": MAX_PUSH,
    "push_frames": PUSH_FRAMES,
    "tray": MAX_TRAY,
    "side": SIDE,
    "handle_range": HANDLE_RANGE,
    "scale": SCALE,
    "animation_widths": ANIMATION_WIDTHS,
    "gap": GAP,
    "paths": PATHS,
    "png_state_key": PNG_STATE_KEY,
}
