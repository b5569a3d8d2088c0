# %% [markdown]
# # A GAN in five steps
#
# Load a trained run, draw digits, interpolate, measure, and train a GAN for a minute. Run the cells from top to bottom.

# %%
import sys
from dataclasses import replace
from pathlib import Path

import torch
from PIL import Image

sys.path.append("..")  # Jupyter starts in the folder of the notebook
import gan
from gan.checkpoint import epochs, load_snapshot
from gan.classifier import features, load_classifier
from gan.config import RECIPES
from gan.datasets.reals import load_reals
from gan.images import grid
from gan.latent import interpolate, latents
from gan.metrics import frechet_ratio
from gan.models import build_gan
from gan.sampling import generate
from gan.state import init_state
from gan.training import export_gan, train

CHECKPOINTS = Path(gan.__file__).parents[1] / "checkpoints"

# %% [markdown]
# ## Load the last epoch of a run, and draw the digits of the seeds 0 to 63

# %%
run = CHECKPOINTS / "dcgan"
dcgan = load_snapshot(run, epochs(run)[-1])
Image.fromarray(grid(generate(dcgan.generator, latents(range(64))).numpy(), columns=8))

# %% [markdown]
# ## Interpolate from seed 3 to seed 8

# %%
path = interpolate(*latents([3, 8]), 12, "slerp")  # (12, 100)
Image.fromarray(grid(generate(dcgan.generator, path).numpy(), columns=12))

# %% [markdown]
# ## Measure: the ratio of the Fréchet distance of 2,000 digits. 1 is as good as real digits

# %%
reals = torch.tensor(load_reals(CHECKPOINTS / "reals", "train").images)  # uint8 (60000, 28, 28)
classifier = load_classifier(CHECKPOINTS / "classifier.safetensors")
real, other_real = features(classifier, reals[:4000]).chunk(2)


def ratio(generator):
    fakes = generate(generator, latents(range(len(real))))
    return frechet_ratio(features(classifier, fakes), real, other_real)


print(f"dcgan: {ratio(dcgan.generator):.2f}")

# %% [markdown]
# ## Train: 20 epochs of the MLP, one to two minutes on two cores

# %%
config = replace(RECIPES["mlp"], epochs=20)
own = build_gan("mlp", config.seed)
state = init_state(own, config)
for stats in train(own, reals, config, state):
    print(f"epoch {stats.epoch}: D(x) {stats.d_real:.2f}, D(G(z)) {stats.d_fake:.2f}")
own = export_gan(own, state.ema, reals)  # with the EMA of the generator's weights, as the page shows it
print(f"own: {ratio(own.generator):.2f}")
Image.fromarray(grid(generate(own.generator, latents(range(64))).numpy(), columns=8))
