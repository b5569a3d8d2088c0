"""Compare networks."""

import pytest
import torch

from gan.models import MODELS
from gan.runs.flags import DEFAULT_MODELS

EACH_MODEL = pytest.mark.parametrize("model", MODELS)
EACH_COMMITTED_MODEL = pytest.mark.parametrize("model", DEFAULT_MODELS)


def weights(gan):
    """Copies of all weights and buffers, in order."""
    return [tensor.clone() for tensor in gan.state_dict().values()]


def equal(first, second):
    """Whether two lists of tensors have the same bits."""
    return all(torch.equal(a, b) for a, b in zip(first, second, strict=True))
