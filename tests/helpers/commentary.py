"""Metrics on both sides of each threshold of gan/ui/commentary.py, and every sentence that it can return."""

from gan.ui.commentary import describe_epoch

# The Frechet ratio, and what is to be seen.
LOOKS = [
    (300, "blobs"),
    (80, "blobs"),
    (79.9, "blurred"),
    (25, "blurred"),
    (24.9, "specks"),
    (8, "specks"),
    (7.9, "ragged"),
    (4, "ragged"),
    (3.9, "clear"),
    (1.5, "clear"),
    (1.49, "close"),
    (-0.01, "close"),
]
# The share of each class, and the sentence about them.
EVEN_SHARES = [0.1] * 10
CLASSES = [
    (EVEN_SHARES, None),
    ([0.11] * 4 + [0.01] + [0.11] * 5, None),
    ([0.11] * 4 + [0.009] + [0.11] * 5, ("missing", {"digits": [4]})),
    ([0.0, 0.0] + [0.125] * 8, ("missing", {"digits": [0, 1]})),
    ([0.49] + [0.51 / 9] * 9, None),
    ([0.5, 0.0] + [0.0625] * 8, ("most", {"digit": 0, "share": 0.5})),
]
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


def metrics_row(epoch, real=None, fake=None, ratio=None, shares=None, ambiguity=None):
    """A row of metrics.jsonl, without the metrics that are None."""
    row = {"epoch": epoch, "d_real": real, "d_fake": fake, "frechet_ratio": ratio}
    row |= {"class_shares": shares, "ambiguity": ambiguity}
    return {name: value for name, value in row.items() if value is not None}


def all_sentences():
    """Every sentence that `describe_epoch` can return."""
    yield from describe_epoch([], 0)
    yield from describe_epoch([], 1)
    for real, fake, _ in GAMES:
        yield from describe_epoch([metrics_row(2, real, fake)], 2)
    for ratio, _ in LOOKS:
        yield from describe_epoch([metrics_row(2, ratio=ratio)], 2)
    for shares, _ in CLASSES:
        yield from describe_epoch([metrics_row(2, shares=shares, ambiguity=0.2)], 2)
    for before, ratio, _ in CHANGES:
        yield from describe_epoch([metrics_row(1, ratio=before), metrics_row(2, ratio=ratio)], 2)
