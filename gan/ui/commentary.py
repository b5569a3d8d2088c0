"""What is to be seen at an epoch of training, in a few sentences, from its metrics.

Each sentence is a text of the page, {"key": ..., "values": {...}}, with a key that starts with "read.".
"""

# The least Frechet ratio of each look, found by comparing pictures of the epochs in checkpoints/ with their ratios. For
# `mlp` they are 106 at epoch 1, 55 and 32 at 2 and 3, 21 to 8.5 at 4 to 8, 7.9 to 4.2 at 9 to 30, and 3.7 to 1.7 after
# that. For `dcgan` they are 6.2 at epoch 1, 2.6 and 1.7 at 2 and 3, and 1.4 to 0.9 after that.
LOOKS = {"blobs": 80, "blurred": 25, "specks": 8, "ragged": 4, "clear": 1.5}
MOST = 0.5  # the share of a class that is said to be most of the digits
MISSING = 0.01  # the share of a class that is said to be missing: a tenth of an equal share
D_WINS = 0.8, 0.2  # D scores reals at least the first and fakes at most the second
EVEN = 0.1  # the largest difference of D's mean scores at which neither network is ahead
BETTER, WORSE = 0.97, 1.03  # the Frechet ratio relative to the snapshot before


def describe_epoch(metrics: list[dict], epoch: int) -> list[dict]:
    """The sentences for a saved epoch, from the rows of a run's metrics.jsonl.

    A sentence is left out if the row lacks its metrics.
    """
    if epoch == 0:
        return [_sentence("untrained")]
    row = next((row for row in metrics if row["epoch"] == epoch), {})
    earlier = [row["frechet_ratio"] for row in metrics if row["epoch"] < epoch and "frechet_ratio" in row]
    sentences = [*_look(row), *_classes(row), *_change(row, earlier), *_game(row)]
    return sentences or [_sentence("unknown")]


def _sentence(key: str, **values: object) -> dict:
    return {"key": f"read.{key}", "values": values}


def _look(row: dict) -> list[dict]:
    if "frechet_ratio" not in row:
        return []
    return [_sentence(next((look for look, least in LOOKS.items() if row["frechet_ratio"] >= least), "close"))]


def _classes(row: dict) -> list[dict]:
    if row.get("frechet_ratio", 0) >= LOOKS["blobs"]:  # they are no digits, though the classifier is sure of them
        return []
    shares = row.get("class_shares", [])
    missing = [digit for digit, share in enumerate(shares) if share < MISSING]
    sentences = []
    if shares and max(shares) >= MOST:
        sentences.append(_sentence("most", digit=shares.index(max(shares)), share=max(shares)))
    elif missing:
        sentences.append(_sentence("missing", digits=missing))
    if "ambiguity" in row:
        sentences.append(_sentence("ambiguous", share=row["ambiguity"]))
    return sentences


def _change(row: dict, earlier: list[float]) -> list[dict]:
    if not earlier or "frechet_ratio" not in row:
        return []
    ratio, before = row["frechet_ratio"], earlier[-1]
    change = "better" if ratio / before <= BETTER else "worse" if ratio / before >= WORSE else "same"
    return [_sentence(change, ratio=ratio, before=before)]


def _game(row: dict) -> list[dict]:
    if "d_real" not in row or "d_fake" not in row:
        return []
    real, fake = row["d_real"], row["d_fake"]
    if real >= D_WINS[0] and fake <= D_WINS[1]:
        game = "wins"
    elif real - fake <= EVEN:
        game = "even"
    else:
        game = "ahead"
    return [_sentence(game, real=real, fake=fake)]
