// For teachers: what a link hides, a link to a step of a lesson, and a step to paste into a lesson of their own.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { copy } from "./copying.js";
import { t } from "./i18n.js";
import { stepLink } from "./lesson.js";
import { PART_NAMES } from "./parts.js";
import { addressOf, state, update, writeShown } from "./store.js";

/** The button at the end of the page, and the card that it opens. */
export const teachers = () => html`<section class="teachers" aria-label=${t("teachers")}>
  <button type="button" aria-expanded=${state.teaches} @click=${() => update({ teaches: !state.teaches })}>${t("teachers")}</button>
  ${state.teaches ? card() : nothing}
</section>`;

const card = () => html`<div class="card">
  <p class="hint">${t("teachers.text")}</p>
  <fieldset><legend class="name">${t("hide")}</legend>${PART_NAMES.map(hider)}</fieldset>
  <div class="buttons">
    ${copyButton("lesson-link", state.lesson ? stepLink(state.lesson) : addressOf(state))}
    ${copyButton("lesson-step", JSON.stringify(stepNow(), null, 2))}
  </div>
</div>`;

const copyButton = (name, text) => html`<button type="button" class=${name} @click=${() => copy(name, text)}>
  ${t(state.copied === name ? "copied" : `copy.${name}`)}
</button>`;

function hider(name) {
  const hidden = state.hide.split(",");
  const isHidden = hidden.includes(name);
  const change = () =>
    update({ hide: PART_NAMES.filter((each) => (each === name ? !isHidden : hidden.includes(each))).join() });
  return html`<label class="check">
    <input type="checkbox" data-part=${name} .checked=${isHidden} @change=${change} /><span>${t(`part.${name}`)}</span>
  </label>`;
}

/** The state that the page shows as a step of a lesson, whose words are to be written. */
function stepNow() {
  const words = () => Object.fromEntries(Object.keys(config.texts).map((language) => [language, ""]));
  return {
    title: words(),
    state: Object.fromEntries(new URLSearchParams(writeShown(state))),
    marks: ["pictures"],
    text: words(),
    question: words(),
    choices: [words(), words()],
    right: 1,
    answer: words(),
    change: words(),
  };
}
