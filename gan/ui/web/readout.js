// What is known of a digit: the one under the pointer, or on every screen the one that is picked or the only one.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { explain } from "./glossary.js";
import { fixed, longest, percent, t } from "./i18n.js";
import { allFilms, isSuited, missingOf, shown } from "./loader.js";
import { placeText } from "./places.js";
import { pickedPlace, screens } from "./stage.js";
import { state, viewOf } from "./store.js";

let last = () => t("digit.none"); // the text of the last digits whose predictions were known, in the present language

const nameOf = (film) => (film === shown.real ? t("digit.real") : film.asked[1].toUpperCase());

/** The digit at a place of a screen, { film, frame, number }: a list of one, or of none. */
function digitAt({ screen, place }) {
  const picture = screens[screen]?.picture;
  return picture?.numbers[place] === undefined ? [] : [{ ...picture, number: picture.numbers[place] }];
}

/** The digit that is picked, on each screen that shows it. */
const pickedDigits = () =>
  screens.flatMap(({ picture }, screen) => digitAt({ screen, place: pickedPlace(picture.film, picture.numbers) }));

/** The digits that are picked, or the one that each screen shows. */
const chosenDigits = () =>
  viewOf(state).picks ? pickedDigits() : screens.flatMap((_, screen) => digitAt({ screen, place: 0 }));

/** The digits to tell about: the one under the pointer comes before those that are picked. */
const toldDigits = () => (state.pointed ? digitAt(state.pointed) : chosenDigits());

/**
 * The text for digits. Without their pictures or predictions it is the text before, because texts that come and go
 * flicker.
 */
export function readout(digitsOf = toldDigits) {
  if (missingOf(viewOf(state))) return ""; // the digits that are shown last are hidden
  if (!isSuited()) return last();
  const told = digitsOf();
  if (!told.length) last = () => t("digit.none");
  else if (told.every(({ film }) => film.scores || film.unpredicted)) last = () => told.map(textOf).join("\n");
  return last();
}

/** `scored`: the frame of the scores, if it is not that of the picture. */
function textOf({ film, frame, scored = frame, number }) {
  const parts = screens.length > 1 ? [nameOf(film)] : [];
  if (film === shown.real) parts.push(...realTexts(film, number));
  else if (shown.view.picks) parts.push(placeText(film.seeds[number], state.mine, "digit.at"));
  if (film.labels) parts.push(classText(film.labels[frame][number]));
  parts.push(film.scores ? t("digit.score", { score: percent(film.scores[scored][number]) }) : "…");
  const lengths = film.lengths?.[frame] ?? film.lengths?.[0]; // the lengths of all frames if the vectors stay
  if (lengths) parts.push(t("digit.length", { length: fixed(lengths[number], 1) }));
  const push = state.push && film.push?.norms[frame][number];
  if (push) parts.push(t("digit.push", { length: fixed(push, 2) }));
  return parts.join(" · ");
}

/** Which digit of the data set a real digit is, and its class if the data set has classes. */
function realTexts({ numbers, digits }, number) {
  const text = t("digit.number", { number: numbers[number] });
  return digits ? [text, t("digit.class", { digit: digits[number] })] : [text];
}

/** What the classifier says of an image. Noise has no label. */
const classText = (label) => (label ? t("digit.read", { digit: label[0], sure: percent(label[1]) }) : t("digit.noise"));

/** What a screen reader says of the digits: nothing of a digit that is only pointed at. */
export function readoutToSay() {
  return isSuited() && !viewOf(state).secret && chosenDigits().length ? readout(chosenDigits) : "";
}

/** The card with the text, and what can be done with the digit that is picked: `act(change of the state)`. */
export function digitCard(view, act) {
  const picked = isSuited() && pickedDigits().some(({ film }) => film !== shown.real); // a real digit has no vector
  const busy = shown.view !== null && allFilms().some(({ scores }) => !scores);
  const sure = percent(0.999);
  const all = ["digit.at.seed", "digit.read", "digit.score", "digit.length"];
  const values = { seed: config.limits.seed, digit: 0, sure, score: sure, length: fixed(10, 1) };
  const longestText = all.map((key) => t(key, values)).join(" · ");
  const texts = screens.length > 1 ? shown.films.map((film) => `${nameOf(film)} · ${longestText}`) : [longestText];
  const room = longest([t("digit.none"), texts.join("\n")]);
  return html`<div class="card digit">
    <p class="readout" data-room=${room} aria-busy=${busy}>${explain(readout(), ["d", "length"])}</p>
    ${view.actions ? html`<div class="buttons">${view.actions.map(button)}</div>` : nothing}
  </div>`;

  function button([key, changeOf]) {
    const use = () => act(changeOf(state.pick));
    return html`<button type="button" data-digit=${key} ?disabled=${!picked} @click=${use}>${t(`digit.${key}`)}</button>`;
  }
}
