"""Compare networks."""

import pytest
import torch

from gan.models import MODELS

EACH_MODEL = pytest.mark.parametrize("model", MODELS)


def weights(gan):
    """Copies of all weights and buffers, in order."""
    return [tensor.clone() for tensor in gan.state_dict().values()]


def equal(first, second):
    """Whether two lists of tensors have the same bits."""
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
