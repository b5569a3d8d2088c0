// Controls that several parts of the page use.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { termButton } from "./glossary.js";
import { t } from "./i18n.js";
import { isVector, placeText, readPlace } from "./places.js";
import { state, update } from "./store.js";

/** A group of radio buttons. `options` are [value, text]. Its name is the element "NAME-name". */
export const segments = (name, chosen, options, choose) => html`
  <div class="segments" role="radiogroup" aria-labelledby="${name}-name">
    ${options.map(([value, text]) => radio(name, value, text, value === chosen, choose))}
  </div>`;

/** One radio button. `language`: the tag of the language of its text, and its name if that is not the text. */
export const radio = (name, value, text, checked, choose, language = {}) =>
  html`<label lang=${language.tag ?? nothing}
    ><input type="radio" name=${name} value=${value} aria-label=${language.name ?? nothing} .checked=${checked}
      @change=${() => choose(value)} /><span>${text}</span></label
  >`;

/** A row of radio buttons with its name, for a field of the state. */
export const choiceField = (name, options) => html`
  <div class="field">
    <span class="name" id="${name}-name">${t(name)}</span>
    ${segments(name, state[name], options, (value) => update({ [name]: value }))}
  </div>`;

/** A slider with its name and its value. `term`: the term of the glossary that is its name. */
export const sliderField = (name, { min, max, step = 1, value, shown, choose, term, more = nothing }) => html`
  <div class="field">
    <span class="name">
      ${term ? termButton(term, t(name)) : html`<label for=${name}>${t(name)}</label>`} <span class="${name}-now">${shown}</span>
    </span>
    <input id=${name} type="range" aria-label=${term ? t(name) : nothing} min=${min} max=${max} step=${step} .value=${String(value)}
      @input=${(event) => choose(Number(event.target.value))} />
    ${more}
  </div>`;

/** A switch for a field of the state that is 0 or 1. */
export const switchField = (name, text) => html`<label class="check switch">
    <input type="checkbox" name=${name} .checked=${state[name] === 1}
      @change=${({ target }) => update({ [name]: Number(target.checked) })} />
    <span>${text}</span>
  </label>`;

/** A list to choose from. `options` are [value, text]. */
export const selectField = (name, chosen, options, choose) => html`
  <div class="field">
    <label class="name" for=${name}>${t(name)}</label>
    <select id=${name} @change=${(event) => choose(event.target.value)}>
      ${options.map(([value, text]) => html`<option value=${value} .selected=${value === chosen}>${text}</option>`)}
    </select>
  </div>`;

const randomSeed = () => Math.floor(Math.random() * (config.limits.seed + 1));

/** Whether a text may come from another by typing or deleting, and not by replacing it. */
const isEdit = (before, after) =>
  after.includes(before) || before.includes(after) || Math.abs(after.length - before.length) === 1;

/**
 * A box for a place of the state, with its dice. It takes a seed as it is typed, or a vector that is pasted. If the text is
 * neither, the place from before the text was begun is taken again, not its first digits, and a message says so. `label`:
 * tells its buttons from those of the other boxes. `id`: of the box.
 */
export function seedBox(name, label = "", id = name) {
  const value = state[name];
  const typed = state.typed?.name === name ? state.typed.text : null;
  const wrong = typed !== null && readPlace(typed) === undefined;
  // Leave what is being typed: no seed yet, or this seed in other words, such as 007.
  const shown = isVector(value) ? "" : String(value);
  const text = wrong || (typed !== null && readPlace(typed) === value) ? typed : shown;
  const place = placeText(value, state.mine);
  const message = wrong ? t("seed.allowed", { most: config.limits.seed, place }) : "";
  const called = (key) => (label ? t("named", { name: t(key), text: label }) : t(key));
  const type = (event) => {
    const text = event.target.value;
    const before = typed !== null && isEdit(typed, text) ? state.typed.before : value;
    const found = readPlace(text) ?? before;
    update({ typed: { name, text, before }, ...(found === value ? {} : { [name]: found }) });
  };
  return html`<span class="joined">
    <input id=${id} type="text" inputmode="numeric" autocomplete="off" .value=${text}
      placeholder=${isVector(value) ? place : nothing}
      title=${message || nothing} aria-describedby="${id}-problem" aria-invalid=${typed === null ? nothing : wrong}
      @input=${type} @blur=${() => update({ typed: null })} />
    <button type="button" class="dice" aria-label=${called("seed.dice")} title=${t("seed.dice")}
      @click=${() => update({ [name]: randomSeed() })}>⚄</button>
    ${
      state.mine === null || state.mine === value
        ? nothing
        : html`<button type="button" class="dice mine" aria-label=${called("place.use")} title=${t("place.use")}
            @click=${() => update({ [name]: state.mine })}>✎</button>`
    }
    <span class="problem" id="${id}-problem" role="status">${message}</span>
  </span>`;
}
