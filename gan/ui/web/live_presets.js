// Runs that go wrong, recorded: a link for each, which sets its settings and shows its film.

import { html, nothing } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { addressOf } from "./store.js";
import { toRecipe } from "./live_settings.js";

const PRESETS = ["classic-rate", "ten-d-steps", "no-batch-norm", "ten-times-rate", "no-ema", "hundred-digits"];

export const presetFields = {
  preset: { read: (text) => (PRESETS.includes(text) ? text : undefined), start: null },
};

/** The card with the presets. `show(change)` shows the film, and `train()` trains what it shows. */
export function presetsCard(state, show, train) {
  return html`<section class="card presets" aria-labelledby="presets-name">
    <h2 id="presets-name">${t("presets")}</h2>
    <p class="hint">${t("presets.text")}</p>
    <ul>${PRESETS.map((name) => html`<li>${presetLink(name, state, show)}</li>`)}</ul>
    ${state.preset ? html`<p class="hint">${t(`preset.${state.preset}.text`)}</p>` : nothing}
    ${state.preset ? html`<button type="button" class="primary live" @click=${train}>${t("presets.train")}</button>` : nothing}
  </section>`;
}

function presetLink(name, state, show) {
  const change = { ...toRecipe(), preset: name };
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a new window
    event.preventDefault();
    show(change);
  };
  return html`<a href=${addressOf({ ...state, ...change })} aria-current=${state.preset === name ? "true" : nothing}
    @click=${follow}>${t(`preset.${name}`)}</a>`;
}
