"""One sentence about an epoch of training, from its metrics.

The sentences are texts of the page, with the keys "read.<who is ahead>.<how the digits changed>".
"""

D_WINS = 0.8, 0.2  # D scores reals at least the first and fakes at most the second
EVEN = 0.1  # the largest difference of D's mean scores at which neither network is ahead
BETTER, WORSE = 0.97, 1.03  # the Frechet ratio relative to the snapshot before


def describe_game(metrics: list[dict], epoch: int) -> dict:
    """The sentence for a saved epoch, {"key": ..., "values": {...}}, from the rows of a run's metrics.jsonl."""
    row = next((row for row in metrics if row["epoch"] == epoch), {})
    if epoch == 0:
        return {"key": "read.untrained", "values": {}}
    if "d_real" not in row or "d_fake" not in row:
        return {"key": "read.unknown", "values": {}}
    real, fake = row["d_real"], row["d_fake"]
    if real >= D_WINS[0] and fake <= D_WINS[1]:
        game = "wins"
    elif real - fake <= EVEN:
        game = "even"
    else:
        game = "ahead"
    values = {"real": real, "fake": fake}
    earlier = [row["frechet_ratio"] for row in metrics if row["epoch"] < epoch and "frechet_ratio" in row]
    if not earlier or "frechet_ratio" not in row:
        return {"key": f"read.{game}", "values": values}
    change = row["frechet_ratio"] / earlier[-1]
    digits = "better" if change <= BETTER else "worse" if change >= WORSE else "same"
    return {"key": f"read.{game}.{digits}", "values": values | {"ratio": row["frechet_ratio"], "before": earlier[-1]}}
