"""A drawing for the examples of Gradio's API page. Nothing here imports torch."""

import base64

from PIL import Image, ImageDraw

SIDE = 28


def example_drawing() -> str:
    """A seven, as the input `picture` of an endpoint: base64 of 28x28 grey bytes."""
    picture = Image.new("L", (SIDE, SIDE))
    ImageDraw.Draw(picture).line([(7, 5), (20, 5), (12, 23)], fill=255, width=3, joint="curve")
    return base64.b64encode(picture.tobytes()).decode()
