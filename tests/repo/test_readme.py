"""What the README shows is what a reader gets."""

import re
import subprocess
import sys

from helpers.films import played
from helpers.readme import README, ROOT, blocks, section
from PIL import Image

from gan.checkpoint import epochs
from gan.models import MODELS
from gan.publish.pictures import FILM, FPS, REST, draw_moment


def test_the_python_example_draws_the_picture_at_the_top(tmp_path):
    (example,) = blocks(section("In Python"), "python")
    for name in ("gan", "checkpoints"):
        (tmp_path / name).symlink_to(ROOT / name)
    subprocess.run([sys.executable, "-c", example], cwd=tmp_path, check=True)
    (picture,) = re.findall(r'^<img src="(.*?)"', README, re.MULTILINE)
    with Image.open(tmp_path / "digits.png") as drawn, Image.open(ROOT / picture) as shown:
        assert drawn.mode == shown.mode and drawn.size == shown.size and drawn.tobytes() == shown.tobytes()


def test_the_film_at_the_top_is_the_one_that_is_drawn_with_the_card():
    assert re.findall(r"^!\[[^]]+\]\((.*?)\)$", README, re.MULTILINE) == [f"checkpoints/{FILM}"]


def test_the_film_at_the_top_is_of_the_checkpoints_and_soon_loaded():
    film, root = ROOT / "checkpoints" / FILM, ROOT / "checkpoints"
    runs = {model: epochs(root / model) for model in MODELS}
    moments = sorted(set().union(*runs.values()))
    frames, _ = played(film.read_bytes(), 1000 // FPS)
    assert len(frames) == len(moments) + REST
    for number in (0, 1, -1):
        assert (frames[number] == draw_moment(root, runs, moments[number])).all()
    assert film.stat().st_size < 1_000_000


def figures_of_the_card():
    """The means in the card's table: for each figure those of real digits and of each run, by its name."""
    card = (ROOT / "checkpoints" / "README.md").read_text(encoding="utf-8").partition("| figure | ")[2]
    heads, _, *rows = (line.strip(" |").split(" | ") for line in card.partition("\n\n")[0].splitlines())
    table = {}
    for name, *cells in rows:
        means = [float(cell.partition(" ±")[0]) for cell in cells if cell.strip()]
        table[name] = dict(zip(heads[-len(means) :], means, strict=True))
    return table


def test_the_figures_are_those_of_the_card():
    table = figures_of_the_card()
    runs = ["real digits", "mlp", "classic mlp", "dcgan", "classic dcgan"]

    def row(name, text, runs=runs):
        return f"| {name} | " + " | ".join(text(run) for run in runs) + " |\n"

    def percent(share):
        return f"{100 * share:.{0 if share >= 0.01 else 1}f} %"

    ratio, precision, recall = (table[key] for key in ("Frechet distance over the real floor", "precision", "recall"))
    quality = section("Quality")
    over = "Frechet distance over that of real digits"
    assert row(over, lambda run: "1" if run == "real digits" else f"{ratio[run]:.1f}") in quality
    assert row("precision, recall", lambda run: f"{precision[run]:.2f}, {recall[run]:.2f}") in quality
    assert row("least share of a class", lambda run: f"{table['least class share'][run]:.3f}") in quality
    assert row("read with less than 90 % confidence", lambda run: percent(table["ambiguity"][run])) in quality

    def beside_the_aim(aim, text):
        return row(aim, text, ["mlp", "dcgan"])

    assert beside_the_aim(f"{over} | 12, 3 at most", lambda run: f"{ratio[run]:.1f}") in quality
    for name, share in (("precision", precision), ("recall", recall)):
        aim = f"{name} | 0.85, 0.95 at least"
        assert beside_the_aim(aim, lambda run, share=share: f"{share[run] / share['real digits']:.2f}") in quality
    copies = table["below the memorisation percentile"]
    assert re.search(
        rf"1\.5 % at most \| {100 * copies['mlp']:.1f} % \| \*\*{100 * copies['dcgan']:.1f} %\*\* \|", quality
    )


def test_every_link_to_a_file_finds_it():
    links = re.findall(r"\]\(([^):#]+)\)", README) + re.findall(r'src="(.*?)"', README)
    assert links and all((ROOT / link).is_file() for link in links)


def test_every_file_in_the_map_exists_and_no_module_is_missing():
    mapped = set(re.findall(r"^\| `([^` ]+)` \|", section("What is where"), re.MULTILINE))
    assert all((ROOT / name).exists() for name in mapped)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "gan").glob("*.py") if path.name != "__init__.py"}
    assert modules <= mapped


def test_every_model_has_committed_checkpoints():
    for model in MODELS:
        assert (ROOT / "checkpoints" / model / "epoch-000.safetensors").is_file()
