"""Which images show nothing that a classifier could name.

A classifier names anything, and noise often with the highest confidence. The bounds are about the images alone, so that
they hold for every classifier and for other data than digits. They were measured on each image scaled to 0..1:

| images | grey x roughness | sharpest edge | noise |
|---|---|---|---|
| MNIST's 70,000 digits | 0 to 0.061 | 0.77 to 1 | none |
| `mlp` in checkpoints/, epoch 0 | 0.94 to 1.09 | 0.60 to 1 | all |
| `dcgan`, epoch 0 | 1.13 to 1.32 | 0.72 to 1 | all |
| `mlp`, epoch 1 | 0.020 to 0.17 | 0.25 to 0.96 | 65 % |
| `mlp`, epoch 220 | 0.003 to 0.085 | 0.70 to 1 | none |
| `dcgan`, epoch 40 | 0.005 to 0.044 | 0.86 to 1 | none |
| `dcgan`, epoch 40, truncation 0.1 | 0.10 to 0.18 | 0.59 to 0.96 | 99.9 % |

of 1,000 seeds each. Photographs such as FashionMNIST's were not measured.
"""

import torch
from torch import Tensor

ROUGH_GREY = 0.09  # the most that a drawing has of the product below
SOFT_EDGE = 0.5  # the least contrast of two neighbouring pixels somewhere in a drawing


def is_noise(images: Tensor) -> Tensor:
    """Whether each image is noise or a blur, and not a drawing: uint8 (N, 28, 28) -> bool (N,).

    Noise is grey and rough. A photograph is grey, but smooth; a thin stroke is rough, but black and white. The
    roughness is the ratio of von Neumann 1941 (doi:10.1214/aoms/1177731677): the mean squared difference of
    neighbouring pixels over twice the variance, 0 if smooth and 1 for independent pixels. A blur has no sharp edge.
    """
    low, high = images.amin((1, 2), keepdim=True).float(), images.amax((1, 2), keepdim=True).float()
    levels = (images - low) / (high - low).clamp(min=1)  # 0..1
    across, down = levels.diff(dim=2).abs(), levels.diff(dim=1).abs()
    grey = ((levels - 0.5).abs() < 0.4).float().mean((1, 2))
    variance = levels.square().mean((1, 2)) - levels.mean((1, 2)).square()
    squares = (across.square().mean((1, 2)) + down.square().mean((1, 2))) / 2
    roughness = squares / (2 * variance).clamp(min=1e-9)
    sharpest = torch.maximum(across.amax((1, 2)), down.amax((1, 2)))
    return (grey * roughness > ROUGH_GREY) | (sharpest < SOFT_EDGE)
