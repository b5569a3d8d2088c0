"""The page, top to bottom: controls, players, and the events between them."""

from functools import partial
from pathlib import Path

import gradio as gr

from gan.config import LAST_SEED
from gan.latent import PATHS
from gan.ui import handlers
from gan.ui.film import player

INTRO = """# GAN digits

Two networks play a game. The **generator** turns 100 random numbers into a picture; the **discriminator** says how
likely the picture is a real handwritten digit. Each learns from the other, and neither is ever told what a digit is.
"""
ROLL = f"() => Math.floor(Math.random() * {LAST_SEED + 1})"
EVENT = {"preprocess": False, "trigger_mode": "always_last", "show_progress": "hidden"}

LAUNCH = {
    "footer_links": [],
    "run_history": False,
    "enable_monitoring": False,
    "ssr_mode": False,
    "theme": gr.themes.Default(primary_hue="indigo", neutral_hue="slate", font=["system-ui", "sans-serif"]),
    "css": """
footer { display: none }
.gradio-container { max-width: 64rem !important; margin: 0 auto !important }
.gradio-container .tab-container button { padding-inline: 0.75rem }
@media (max-width: 30rem) {
  .gradio-container > main { padding-inline: 0.75rem }
  .gradio-container .tab-container button { padding-inline: 0.5rem; font-size: 0.9rem }
}
""",
}


def build(root: Path) -> gr.Blocks:
    """The page over the checkpoints in `root`."""
    models = handlers.runs(root)
    saved = handlers.epochs(root / models[-1]) if models else []

    def model_choice() -> gr.Radio:
        value = models[-1] if models else None
        return gr.Radio(_titled(models), value=value, label="Model", scale=2, min_width=160)

    def epoch_choice() -> gr.Dropdown:
        return gr.Dropdown(saved, value=saved[-1] if saved else None, label="Epoch", min_width=110)

    def seed_box(label: str, value: int) -> gr.Number:
        return gr.Number(value, label=label, precision=0, minimum=0, maximum=LAST_SEED, min_width=150)

    with gr.Blocks(title="GAN digits", analytics_enabled=False) as demo:
        gr.Markdown(INTRO)
        notice = gr.Markdown(visible=False, elem_id="notice")

        with gr.Tab("Generate", elem_id="generate"):
            with gr.Row(equal_height=True):
                model = model_choice()
                epoch = epoch_choice()
                seed = seed_box("Seed", 42)
                dice = gr.Button("Random seed", scale=0, min_width=130)
            count = gr.Slider(1, handlers.MOST_DIGITS, 64, step=1, label="Digits")
            grid = player("Digits", fps=1, starts_at="first")

        with gr.Tab("Interpolate", elem_id="interpolate") as journey_tab:
            with gr.Row(equal_height=True):
                journey_model = model_choice()
                journey_epoch = epoch_choice()
                seed_from = seed_box("From seed", 42)
                seed_to = seed_box("To seed", 7)
                journey_dice = gr.Button("Random seeds", scale=0, min_width=130)
            with gr.Row(equal_height=True):
                path = gr.Radio(
                    list(PATHS),
                    value="slerp",
                    label="Path",
                    info="Along the shell of latent vectors, or straight through it",
                )
                frames = gr.Slider(2, handlers.MOST_FRAMES, 60, step=1, label="Frames")
            journey = player("Journey", fps=20, starts_at="first")

        with gr.Tab("Progression", elem_id="progression") as progression_tab:
            with gr.Row(equal_height=True):
                progression_model = model_choice()
                progression_seed = seed_box("Seed", 42)
                progression_dice = gr.Button("Random seed", scale=0, min_width=130)
            progression_count = gr.Slider(1, handlers.MOST_IN_PROGRESSION, 16, step=1, label="Digits")
            progression = player("Progression", fps=4, starts_at="last")

        views = {
            "generate": (handlers.draw_grid, [model, epoch, seed, count], grid),
            "interpolate": (
                handlers.draw_journey,
                [journey_model, journey_epoch, seed_from, seed_to, frames, path],
                journey,
            ),
            "progression": (
                handlers.draw_progression,
                [progression_model, progression_seed, progression_count],
                progression,
            ),
        }
        triggers = {
            "generate": [epoch.input, seed.submit, seed.blur, count.change],
            "interpolate": [
                journey_tab.select,
                journey_epoch.input,
                seed_from.submit,
                seed_from.blur,
                seed_to.submit,
                seed_to.blur,
                frames.change,
                path.input,
            ],
            "progression": [
                progression_tab.select,
                progression_model.input,
                progression_seed.submit,
                progression_seed.blur,
                progression_count.change,
            ],
        }
        # An event is a public endpoint under its view's name; where it follows another, it is the same one, unnamed.
        # Both wait in one line, so that an earlier answer never overwrites a later one.
        for name, (handler, inputs, film) in views.items():
            gr.on(triggers[name], partial(handler, root), inputs, film, api_name=name, concurrency_id=name, **EVENT)

        def redraw_after(event: gr.events.Dependency, name: str) -> None:
            handler, inputs, film = views[name]
            answer = partial(handler, root)
            event.then(answer, inputs, film, api_visibility="private", concurrency_id=name, **EVENT)

        redraw_after(dice.click(None, None, seed, js=ROLL), "generate")
        redraw_after(
            journey_dice.click(None, None, [seed_from, seed_to], js=f"() => [({ROLL})(), ({ROLL})()]"), "interpolate"
        )
        redraw_after(progression_dice.click(None, None, progression_seed, js=ROLL), "progression")

        def choose(model: object, epoch: object) -> tuple:
            """The controls for what is on the disk now: the model and epoch that were chosen, where they are there."""
            models, saved, _ = handlers.choices(root, model)
            model = model if model in models else (models[-1] if models else None)
            epoch = epoch if epoch in saved else (saved[-1] if saved else None)
            return gr.Radio(_titled(models), value=model), gr.Dropdown(saved, value=epoch)

        def open_page() -> tuple:
            text = handlers.choices(root, None)[2]
            choice = choose(None, None)
            return *choice, *choice, choice[0], gr.Markdown(text, visible=bool(text))

        for name, controls in (("generate", [model, epoch]), ("interpolate", [journey_model, journey_epoch])):
            redraw_after(controls[0].input(choose, controls, controls, api_visibility="private", **EVENT), name)

        everything = [model, epoch, journey_model, journey_epoch, progression_model, notice]
        opened = demo.load(open_page, None, everything, api_visibility="private", **EVENT)
        opened.then(
            lambda *values: handlers.draw_grid(root, *values) if values[0] else None,
            views["generate"][1],
            grid,
            api_visibility="private",
            concurrency_id="generate",
            **EVENT,
        )

    return demo


def _titled(models: list[str]) -> list[tuple[str, str]]:
    return [(model.upper(), model) for model in models]
