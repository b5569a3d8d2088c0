// What is known of one digit: the one under the pointer, the one that is picked, or the only one.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { explain } from "./glossary.js";
import { fixed, longest, percent, t } from "./i18n.js";
import { isSuited, shown } from "./loader.js";
import { screens } from "./stage.js";
import { state, viewOf } from "./store.js";

let lastText = ""; // of the last digit whose predictions were known

/** The digit that `at` means, { film, frame, number }, or null. */
function digitAt(at) {
  const number = at && isSuited() ? screens[at.screen]?.picture.numbers[at.place] : undefined;
  return number === undefined ? null : { ...screens[at.screen].picture, number };
}

const only = () => (viewOf(state).picks ? null : { screen: 0, place: 0 });

/** The text for a digit. Without its predictions it is the text before, because texts that come and go flicker. */
export function readout(at = state.pointed ?? state.picked ?? only()) {
  const digit = digitAt(at);
  if (!digit) lastText = t("digit.none");
  else if (digit.film.scores || digit.film.unpredicted) lastText = textOf(digit);
  return lastText;
}

function textOf({ film, frame, number }) {
  const parts = viewOf(state).picks ? [t("digit.seed-is", { seed: film.seeds[number] })] : [];
  if (film.labels) parts.push(classText(film.labels[frame][number]));
  parts.push(film.scores ? t("digit.score", { score: percent(film.scores[frame][number]) }) : "…");
  const lengths = film.lengths[frame] ?? film.lengths[0]; // the lengths of all frames if the vectors stay
  parts.push(t("digit.length", { length: fixed(lengths[number], 1) }));
  return parts.join(" · ");
}

/** What the classifier says of an image. Noise has no label. */
const classText = (label) => (label ? t("digit.read", { digit: label[0], sure: percent(label[1]) }) : t("digit.noise"));

/** What a screen reader says of a digit: nothing of a digit that is only pointed at. */
export const readoutToSay = () => (state.picked || !viewOf(state).picks ? readout(state.picked ?? only()) : "");

/** The card with the text, and what can be done with the digit that is picked: `act(change of the state)`. */
export function digitCard(view, act) {
  const known = digitAt(state.pointed ?? state.picked);
  const busy = shown.view !== null && shown.films.some(({ scores }) => !scores);
  const sure = percent(0.999);
  const all = ["digit.seed-is", "digit.read", "digit.score", "digit.length"];
  const values = { seed: config.limits.seed, digit: 0, sure, score: sure, length: fixed(10, 1) };
  const room = longest([t("digit.none"), all.map((key) => t(key, values)).join(" · ")]);
  return html`<div class="card digit">
    <p class="readout" data-room=${room} aria-busy=${busy}>${explain(readout(), ["d", "length"])}</p>
    ${view.actions ? html`<div class="buttons">${view.actions.map(button)}</div>` : nothing}
  </div>`;

  function button([key, changeOf]) {
    const picked = digitAt(state.picked);
    const use = () => act(changeOf(picked.film.seeds[picked.number]));
    return html`<button type="button" data-digit=${key} ?disabled=${!known || !picked} @click=${use}>
      ${t(`digit.${key}`)}
    </button>`;
  }
}
