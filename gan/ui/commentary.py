"""What the figures of an epoch say about the game, as the name of a sentence and the numbers in it.

The sentences are those of the page's texts, "read.<game>.<digits>".
"""

WINS = 0.8, 0.2  # D gives reals more than the one and fakes less than the other
EVEN = 0.1  # D gives reals and fakes the same to within this
BETTER, WORSE = 0.97, 1.03  # the Frechet ratio, as a share of what it was


def describe_game(figures: list[dict], epoch: int) -> dict:
    """The sentence for a saved epoch, {"key": ..., "values": {...}}, from a run's lines of metrics.jsonl.

    Its first part says who is ahead, its second how the digits have changed since the snapshot before.
    """
    now = next((line for line in figures if line["epoch"] == epoch), {})
    if epoch == 0:
        return {"key": "read.untrained", "values": {}}
    if "d_real" not in now or "d_fake" not in now:
        return {"key": "read.unknown", "values": {}}
    real, fake = now["d_real"], now["d_fake"]
    if real >= WINS[0] and fake <= WINS[1]:
        game = "wins"
    elif real - fake <= EVEN:
        game = "even"
    else:
        game = "ahead"
    values = {"real": real, "fake": fake}
    before = [line["frechet_ratio"] for line in figures if line["epoch"] < epoch and "frechet_ratio" in line]
    if not before or "frechet_ratio" not in now:
        return {"key": f"read.{game}", "values": values}
    change = now["frechet_ratio"] / before[-1]
    digits = "better" if change <= BETTER else "worse" if change >= WORSE else "same"
    return {"key": f"read.{game}.{digits}", "values": values | {"ratio": now["frechet_ratio"], "before": before[-1]}}
