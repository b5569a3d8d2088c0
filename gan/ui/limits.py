"""The limits of what a visitor may ask for. The page gets them as data; nothing here imports torch."""

from gan.config import MAX_SEED
from gan.images import PNG_STATE_KEY

MOST_DIGITS = 100  # in a grid
MOST_FRAMES = 120  # of an interpolation
MOST_IN_PROGRESSION = 36  # digits
SIDE = 11  # places along each side of a plane
SCALE = 4  # pixels of a saved picture for each pixel of a digit
PATHS = ("slerp", "lerp")  # the names in gan.latent.PATHS; the first is the page's default
PAGE_FRAMES = 60  # of an interpolation on the page

PAGE_LIMITS = {
    "seed": MAX_SEED,
    "digits": MOST_DIGITS,
    "progression_digits": MOST_IN_PROGRESSION,
    "frames": PAGE_FRAMES,
    "side": SIDE,
    "scale": SCALE,
    "paths": PATHS,
    "png_state_key": PNG_STATE_KEY,
}
