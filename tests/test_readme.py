"""What the README shows is what a reader gets."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from PIL import Image

from gan.models import MODELS
from gan.pictures import FILM

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_python_example_draws_the_picture_at_the_top(tmp_path):
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    for name in ("gan", "checkpoints"):
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True)
    (picture,) = re.findall(r'^<img src="(.*?)"', README, re.MULTILINE)
    with Image.open(tmp_path / "digits.png") as drawn, Image.open(ROOT / picture) as shown:
        assert drawn.mode == shown.mode and drawn.size == shown.size and drawn.tobytes() == shown.tobytes()


def test_the_film_at_the_top_is_the_one_that_is_drawn_with_the_card():
    assert re.findall(r"^!\[[^]]+\]\((.*?)\)$", README, re.MULTILINE) == [f"checkpoints/{FILM}"]


def test_every_file_in_the_map_exists_and_no_module_is_missing():
    section = README.partition("## What is where")[2].partition("\n## ")[0]
    mapped = set(re.findall(r"^\| `([^` ]+)` \|", section, re.MULTILINE))
    assert all((ROOT / name).exists() for name in mapped)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "gan").glob("*.py") if path.name != "__init__.py"}
    assert modules <= mapped


def test_every_model_has_committed_checkpoints():
    for model in MODELS:
        assert (ROOT / "checkpoints" / model / "epoch-000.safetensors").is_file()


def test_a_gan_is_added_as_the_readme_says(tmp_path, mnist):
    """One function and one entry, one recipe: the command line trains it and the page offers it."""
    shutil.copytree(ROOT / "gan", tmp_path / "gan")
    shutil.copy(ROOT / "train.py", tmp_path)
    with open(tmp_path / "gan" / "models.py", "a") as models:
        models.write("\n\ndef mine() -> GAN:\n    return mlp()\n\n\nMODELS['mine'] = mine\n")
    (recipe,) = re.findall(r'`(RECIPES\["mine"\] = .*?)`', README)
    with open(tmp_path / "gan" / "config.py", "a") as config:
        config.write(f"\n{recipe}\n")
    train = [sys.executable, "train.py", "mine", "--epochs", "1", "--data", str(mnist)]
    subprocess.run(train, cwd=tmp_path, check=True)
    shown = "from gan.ui.handlers import *; print(draw_grid(Path('checkpoints'), 'mine', 1, 0, 4)['seeds'])"
    done = subprocess.run([sys.executable, "-c", shown], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[0, 1, 2, 3]"
