"""Images from latent vectors, and their scores."""

import copy

import pytest
import torch
from torch import nn

from gan.latent import consecutive, latents
from gan.models import to_images
from gan.sampling import CHUNK, generate, generate_with_fakes, scores_of, to_eval_float64

SEEDS = consecutive(0, 2 * CHUNK + 2)  # two full chunks and a smaller one


def test_an_image_is_the_same_alone_and_among_many(gan):
    z = latents(SEEDS)
    together = generate(gan.generator, z)
    assert together.shape == (len(SEEDS), 28, 28) and together.dtype == torch.uint8
    positions = [0, CHUNK - 1, CHUNK, len(SEEDS) - 1]
    alone = torch.cat([generate(gan.generator, z[i : i + 1]) for i in positions])
    assert torch.equal(alone, together[positions])
    assert torch.equal(generate(gan.generator, z[50:]), together[50:])


def test_images_are_the_networks_output_in_eval_mode(gan):
    z = latents([1, 2, 3])
    expected = to_images(gan.generator(z).detach())
    assert (generate(gan.generator, z).int() - expected.int()).abs().max() <= 1  # float64 against float32


def test_generating_and_scoring_do_not_change_the_network(gan):
    gan.train()
    before = {name: tensor.clone() for name, tensor in gan.state_dict().items()}
    images, fakes = generate_with_fakes(gan.generator, latents([1, 2]))
    scores = scores_of(gan.discriminator, fakes)
    assert all(module.training for module in gan.modules())
    assert all(torch.equal(tensor, before[name]) for name, tensor in gan.state_dict().items())
    gan.eval()
    assert torch.equal(images, generate(gan.generator, latents([1, 2])))
    assert torch.equal(scores, scores_of(gan.discriminator, fakes))


def test_a_score_is_the_sigmoid_of_the_discriminators_logit(gan):
    z = latents(SEEDS[:10])
    images, fakes = generate_with_fakes(gan.generator, z)
    assert torch.equal(images, generate(gan.generator, z))
    assert fakes.dtype == torch.float32 and torch.equal(to_images(fakes.double()), images)
    expected = gan.discriminator(gan.generator(z)).sigmoid().detach()
    assert torch.allclose(scores_of(gan.discriminator, fakes), expected, atol=1e-5)


@pytest.mark.parametrize(
    "layer",
    [
        nn.ConvTranspose2d(6, 5, 4, stride=2, padding=1),
        nn.ConvTranspose2d(6, 5, (3, 2), stride=(2, 3), padding=(1, 0), bias=False),
        nn.ConvTranspose2d(6, 4, 3, stride=1, groups=2),
        nn.ConvTranspose2d(6, 4, 3, stride=2, output_padding=1),
    ],
)
def test_to_eval_float64_is_a_copy_in_eval_mode_and_float64(layer):
    network = nn.Sequential(nn.Sequential(layer), nn.Dropout())
    inputs = torch.randn(3, 6, 4, 5, dtype=torch.float64)
    expected = copy.deepcopy(layer).double()(inputs)
    assert torch.allclose(to_eval_float64(network)(inputs), expected, rtol=0, atol=1e-12)
    assert network.training and layer.weight.dtype == torch.float32
