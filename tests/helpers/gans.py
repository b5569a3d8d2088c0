"""Networks and their weights."""

import pytest
import torch

from gan.models import MODELS

EITHER = pytest.mark.parametrize("model", MODELS)


def weights(gan):
    return [tensor.clone() for tensor in gan.state_dict().values()]


def equal(first, second):
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
