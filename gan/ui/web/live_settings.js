// The settings of a run that is trained live: their values, their fields of the link, and their controls.

import { html } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { seedBox, segments } from "./fields.js";
import { counted, fixed, noteText, rounded, t } from "./i18n.js";

const RATES = [1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2e-3, 5e-3, 1e-2, 2e-2, 5e-2];

/**
 * By the name of the field: the values to choose from. `setting`: its name in the recipe, unless it is that of the field.
 * `whole`: it is an integer. null stands for the recipe's value: of `images` all, of `class` every one.
 */
const SETTINGS = {
  lr: { values: RATES },
  d_lr: { values: RATES },
  beta1: { values: [0, 0.5, 0.7, 0.9, 0.95] },
  batch_size: { values: [8, 16, 32, 64, 128, 256], whole: true },
  d_steps: { values: [1, 2, 3, 5, 10, 20], whole: true },
  batch_norm: { values: [1, 0] },
  r1: { values: [0, 0.01, 0.1, 1, 10] },
  ema: { values: [0, 0.9, 0.99, 0.999, 0.9995, 0.9999] },
  images: { values: [null, 100, 300, 1000, 3000, 10_000, 30_000], whole: true },
  class: { values: [null, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], setting: "only", whole: true },
};
const recipes = () => config.limits.live.recipes;
const NAMES = Object.keys(SETTINGS);
const WITHOUT_BATCH_NORM = ["mlp"];
const MOVES = /^\d{1,7}[dg](,\d{1,7}[dg])*$/;

const settingOf = (name) => SETTINGS[name].setting ?? name;

/** Reads a number that the server takes, or undefined. */
const within = (name) => (text) => {
  const [low, high] = config.limits.live.limits[settingOf(name)];
  const value = /^\d*\.?\d+(e-?\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return value >= low && value <= high && !(SETTINGS[name].whole && value % 1) ? value : undefined;
};

/** The fields of the link: null is the recipe's value. `moves`: the single steps, as in "120d,121g". */
export const settingFields = {
  gan: { read: (text) => (Object.hasOwn(recipes(), text) ? text : undefined), start: config.limits.live.model },
  ...Object.fromEntries(NAMES.map((name) => [name, { read: within(name), start: null }])),
  batch_norm: { read: (text) => ({ 0: 0, 1: 1 })[text], start: null },
  moves: { read: (text) => (MOVES.test(text) ? text : undefined), start: "" },
};

/** The change of the state to the recipe of its model. */
export const toRecipe = () => ({ ...Object.fromEntries(NAMES.map((name) => [name, null])), moves: "", preset: null });

const movesOf = ({ moves }) => (moves ? moves.split(",").map((move) => [Number.parseInt(move, 10), move.at(-1)]) : []);

/** The recipe's value of a field, as the state has it. */
function usualOf(name, { gan }) {
  const value = recipes()[gan][settingOf(name)];
  return typeof value === "boolean" ? Number(value) : value;
}

const isOff = (name, { gan }) => name === "batch_norm" && WITHOUT_BATCH_NORM.includes(gan);

/** The fields whose values differ from the recipe. */
const changed = (state) =>
  NAMES.filter((name) => state[name] !== null && state[name] !== usualOf(name, state) && !isOff(name, state));

/** What a state's run has in place of the recipe: [setting, value] each, as the server takes it. */
export function settingsOf(state) {
  const pairs = changed(state).map((name) => [
    settingOf(name),
    name === "batch_norm" ? state[name] === 1 : state[name],
  ]);
  return state.moves ? [...pairs, ["moves", movesOf(state)]] : pairs;
}

/** The change of the state to the settings of a run: its question. */
export function stateOf([gan, settings, seed]) {
  const change = { ...toRecipe(), gan, seed };
  for (const [setting, value] of settings) {
    if (setting === "moves") change.moves = value.map((move) => move.join("")).join();
    else change[NAMES.find((name) => settingOf(name) === setting)] = typeof value === "boolean" ? Number(value) : value;
  }
  return change;
}

/** How many single steps a run may have. */
export const mayMove = (state) => movesOf(state).length < config.limits.live.moves;

/** What differs from the recipe, in words. */
export function changesText(state) {
  const texts = changed(state).map((name) =>
    t("named", { name: t(`set.${name}`), text: valueText(name, state[name]) }),
  );
  const moves = movesOf(state);
  const parts = ["d", "g"].map((part) => [part, moves.filter(([, each]) => each === part).length]);
  for (const [part, count] of parts) if (count) texts.push(counted(`set.moves-${part}`, { count }));
  return texts.join(" · ");
}

function valueText(name, value) {
  if (name === "batch_norm") return t(value ? "set.on" : "set.off");
  if (value === null) return t(`set.${name}.all`);
  return SETTINGS[name].whole ? fixed(value, 0) : rounded(value, 5);
}

/** The name of a model. One that was added has no text. */
export const ganName = (model) => noteText({ key: `gan.${model}`, text: model.toUpperCase() });

/** The card with the settings. `choose(change)` starts another run. */
export function settingsCard(state, choose) {
  const models = Object.keys(recipes()).map((model) => [model, ganName(model)]);
  return html`<section class="card settings" aria-labelledby="settings-name">
    <h2 id="settings-name">${t("set")}</h2>
    <p class="hint">${t("set.text")}</p>
    <div class="field">
      <span class="name" id="gan-name">${t("model")}</span>
      ${segments("gan", state.gan, models, (gan) => choose({ gan }))}
      <p class="hint">${noteText({ key: `gan.${state.gan}.text`, text: "" })}</p>
    </div>
    <div class="field">
      <label class="name" for="train-seed">${t("seed")}</label>
      ${seedBox("seed", "", "train-seed")}
    </div>
    ${NAMES.map((name) => setting(name, state, choose))}
    <button type="button" class="reset" ?disabled=${!settingsOf(state).length} @click=${() => choose(toRecipe())}>
      ${t("set.reset")}
    </button>
    <p class="hint">${t("set.same")}</p>
  </section>`;
}

function setting(name, state, choose) {
  const usual = usualOf(name, state);
  const off = isOff(name, state);
  const value = off ? usual : (state[name] ?? usual);
  const values = [...new Set([...SETTINGS[name].values, usual, value])].sort((a, b) => (a ?? -1) - (b ?? -1));
  const take = ({ target }) => {
    const chosen = target.value === "" ? null : Number(target.value);
    choose({ [name]: chosen === usual ? null : chosen });
  };
  const isChanged = changed(state).includes(name);
  const text = t(off ? "set.batch_norm.none" : `set.${name}.text`);
  const recipe = isChanged ? t("set.recipe", { value: valueText(name, usual) }) : "";
  return html`<div class=${isChanged ? "field setting changed" : "field setting"}>
    <label class="name" for="set-${name}">${t(`set.${name}`)}</label>
    <select id="set-${name}" ?disabled=${off} aria-describedby="set-${name}-text" @change=${take}>
      ${values.map(
        (each) => html`<option value=${each ?? ""} .selected=${each === value}>${valueText(name, each)}</option>`,
      )}
    </select>
    <p class="hint" id="set-${name}-text">${recipe ? t("sentences", { one: recipe, other: text }) : text}</p>
  </div>`;
}
