import base64
import io

import numpy as np
import torch
from PIL import Image

from gan.images import sprite
from gan.ui.film import film


def test_a_film_carries_its_frames_without_loss():
    frames = torch.from_numpy(np.random.RandomState(0).randint(0, 256, (3, 5, 28, 28), dtype=np.uint8))
    scores = torch.rand(3, 5)
    made = film(frames, ["a", "b", "c"], [1, 2, 3, 4, 5], scores)
    assert (made["tile"], made["columns"], made["rows"], made["frames"]) == (28, 3, 2, 3)
    assert (made["captions"], made["seeds"]) == (["a", "b", "c"], [1, 2, 3, 4, 5])
    assert np.allclose(made["scores"], scores, atol=1e-4)
    kind, _, data = made["sprite"].partition(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert picture.mode == "L"
    assert (np.asarray(picture) == sprite(frames.numpy(), 3)).all()
