"""Settings with which a GAN fails in a way that is worth seeing. A recorded film of each is in web/presets/."""

from dataclasses import dataclass
from pathlib import Path

FILMS = Path(__file__).parent / "web" / "presets"


@dataclass(frozen=True)
class Preset:
    """A live run to look at."""

    model: str
    settings: dict  # those that differ from the model's recipe, named as in gan/ui/live_settings.py
    steps: int  # of its film: at most half a minute of training on one core
    diagnosis: str  # what the coach says most often in the last third of these steps

    @property
    def pairs(self) -> list:
        """The settings as the endpoint `live` takes them."""
        return [[name, value] for name, value in self.settings.items()]


PRESETS = {
    # Adam as the usual tutorials set it.
    "classic-rate": Preset("mlp", {"lr": 3e-4, "d_lr": 3e-4, "beta1": 0.9}, 1600, "slow"),
    # Without R1, which holds D back: with it, G soon begins to learn.
    "ten-d-steps": Preset("small", {"d_steps": 10, "r1": 0.0}, 800, "d-wins"),
    # At the rate of the DCGAN paper (Radford et al. 2016). At this model's own rate, G learns without batch norm too.
    "no-batch-norm": Preset("small", {"batch_norm": False, "lr": 2e-4, "d_lr": 2e-4}, 800, "collapse"),
    # Not the small DCGAN, which learns even at this rate.
    "ten-times-rate": Preset("mlp", {"lr": 0.02, "d_lr": 0.02}, 800, "collapse"),
    "no-ema": Preset("mlp", {"ema": 0.0}, 1000, "oscillation"),
    # Without R1 for the same reason: with it, D takes half as long again.
    "hundred-digits": Preset("small", {"images": 100, "r1": 0.0}, 1000, "memorises"),
}
