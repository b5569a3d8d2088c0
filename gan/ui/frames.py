"""The sites that may show the page in a frame."""

import os
import re

from gan.errors import VariableError

VARIABLE = "GAN_FRAME_ANCESTORS"
ALWAYS = (
    "'self' https://huggingface.co https://*.huggingface.co https://*.hf.space http://127.0.0.1:* http://localhost:*"
)
SITE = re.compile(r"https?://(\*\.)?[\w-]+(\.[\w-]+)*(:(\d{1,5}|\*))?", re.ASCII)


def frame_ancestors() -> str:
    """The sources for the policy frame-ancestors: those of a Space and of this machine, and GAN_FRAME_ANCESTORS.

    Raises VariableError.
    """
    sites = os.environ.get(VARIABLE, "").split()
    for site in sites:
        if not SITE.fullmatch(site):
            raise VariableError(
                f"{VARIABLE} has {site[:40]!r}. Use sites like https://example.org, separated by spaces"
            )
    return " ".join([ALWAYS, *sites])
