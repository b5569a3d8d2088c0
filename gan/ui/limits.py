"""The limits of a request. The page gets them as data. Nothing here imports torch."""

from gan.config import MAX_SEED
from gan.images import PNG_STATE_KEY

MAX_DIGITS = 100  # in a grid
MAX_FRAMES = 120  # of an interpolation
MAX_PROGRESSION_DIGITS = 36
MAX_NEAREST = 36  # digits whose nearest training digits are looked up at once
MAX_QUIZ = 100  # digits of a round, half of them real
PAGE_QUIZ = 20  # digits of a round on the page
SIDE = 11  # digits along each side of a plane
SCALE = 4  # pixels of a saved picture per pixel of a digit, at least
ANIMATION_WIDTHS = (280, 560)  # pixels of each model's part of a saved animation, at least; the first is the default
GAP = 8  # pixels between the models in a saved picture or animation
PATHS = ("slerp", "lerp")  # the keys of gan.latent.PATHS, which needs torch; the first is the page's default
PAGE_FRAMES = 60  # of an interpolation on the page

PAGE_LIMITS = {
    "seed": MAX_SEED,
    "digits": MAX_DIGITS,
    "progression_digits": MAX_PROGRESSION_DIGITS,
    "nearest": MAX_NEAREST,
    "quiz": PAGE_QUIZ,
    "frames": PAGE_FRAMES,
    "side": SIDE,
    "scale": SCALE,
    "animation_widths": ANIMATION_WIDTHS,
    "gap": GAP,
    "paths": PATHS,
    "png_state_key": PNG_STATE_KEY,
}
