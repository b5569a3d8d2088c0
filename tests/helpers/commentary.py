"""Metrics on both sides of each threshold of gan/ui/commentary.py, and every sentence that it can return."""

from gan.ui.commentary import describe_game

# D's mean scores of reals and fakes, and who is ahead.
GAMES = [
    (0.8, 0.2, "wins"),
    (1.0, 0.0, "wins"),
    (0.799, 0.2, "ahead"),
    (0.8, 0.201, "ahead"),
    (0.6, 0.49, "ahead"),
    (0.59, 0.5, "even"),
    (0.5, 0.5, "even"),
    (0.4, 0.6, "even"),  # D scores fakes higher than reals
]
# The Frechet ratio before and now, and how the digits changed.
CHANGES = [
    (100, 97, "better"),
    (100, 40, "better"),
    (100, 97.1, "same"),
    (100, 100, "same"),
    (100, 102.9, "same"),
    (100, 103, "worse"),
    (100, 250, "worse"),
]


def metrics_row(epoch, real=None, fake=None, ratio=None):
    """A row of metrics.jsonl, without the metrics that are None."""
    row = {"epoch": epoch, "d_real": real, "d_fake": fake, "frechet_ratio": ratio}
    return {name: value for name, value in row.items() if value is not None}


def all_sentences():
    """Every sentence that `describe_game` can return."""
    yield describe_game([], 0)
    yield describe_game([], 1)
    for real, fake, _ in GAMES:
        yield describe_game([metrics_row(2, real, fake)], 2)
        for before, ratio, _ in CHANGES:
            yield describe_game([metrics_row(1, 0.9, 0.1, before), metrics_row(2, real, fake, ratio)], 2)
