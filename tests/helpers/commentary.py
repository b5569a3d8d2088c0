"""Metrics to either side of each threshold of gan/ui/commentary.py, and every commentary there can be."""

from gan.ui.commentary import describe_game

# D's scores of reals and fakes, to either side of each threshold.
GAMES = [
    (0.8, 0.2, "wins"),
    (1.0, 0.0, "wins"),
    (0.799, 0.2, "ahead"),
    (0.8, 0.201, "ahead"),
    (0.6, 0.49, "ahead"),
    (0.59, 0.5, "even"),
    (0.5, 0.5, "even"),
    (0.4, 0.6, "even"),  # fakes before reals
]
# The Frechet ratio before and now.
CHANGES = [
    (100, 97, "better"),
    (100, 40, "better"),
    (100, 97.1, "same"),
    (100, 100, "same"),
    (100, 102.9, "same"),
    (100, 103, "worse"),
    (100, 250, "worse"),
]


def line(epoch, real=None, fake=None, ratio=None):
    figures = {"epoch": epoch, "d_real": real, "d_fake": fake, "frechet_ratio": ratio}
    return {name: value for name, value in figures.items() if value is not None}


def readings():
    """Every reading there can be."""
    yield describe_game([], 0)
    yield describe_game([], 1)
    for real, fake, _ in GAMES:
        yield describe_game([line(2, real, fake)], 2)
        for before, ratio, _ in CHANGES:
            yield describe_game([line(1, 0.9, 0.1, before), line(2, real, fake, ratio)], 2)
