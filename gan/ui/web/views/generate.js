// A grid of digits of consecutive seeds.

import { html } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { selectField, sliderField } from "../fields.js";
import { counted, fixed, t } from "../i18n.js";
import { memoize } from "../memo.js";
import { catalogue, epochOf } from "../runs.js";
import { countOf, redraw, update } from "../store.js";
import { actions, countField, describeGrid, pythonLatents } from "./grid.js";
import { costRoom, costText, measureCost, truncationOf } from "./truncation.js";

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

export const view = {
  tab: "generate",
  shows: (state) => state.view === "generate",
  keys: "keys.grid",
  picks: true,
  actions,
  exports: ["png", "json", "npy", "python"],

  question(state, model) {
    const asked = [model, epochOf(state, model), state.seed, countOf(state)];
    return state.truncation === 1 ? ["generate", ...asked] : ["truncated", ...asked, state.truncation];
  },

  needsPredictions: ({ sort, only }) => sort !== "seed" || only !== null,

  frame: () => 0,

  numbers: (state, film) => numbersOf(film, [state.sort, state.only, Boolean(film.scores)].join()),

  describe(state, film, values) {
    const { seeds } = film;
    const numbers = { ...values, all: seeds.length, seed: seeds[0], last: seeds.at(-1), only: state.only };
    const said = state.only !== null && film.labels ? counted("said.only", numbers) : describeGrid(film, values);
    const truncation = truncationOf(film);
    return truncation === 1 ? said : t("said.truncated", { said, truncation: fixed(truncation, 2) });
  },

  empty: ({ only }) => t("only.none", { only }),

  async finish(films, wanted) {
    await wanted(Promise.all(films.map(measureCost)));
    redraw();
  },

  controls(state, films) {
    const orders = catalogue.classifier ? ["seed", "score", "digit"] : ["seed", "score"];
    return html`
      ${countField(state, config.limits.digits)}
      ${sliderField("truncation", {
        min: 0,
        max: 1,
        step: 0.05,
        value: state.truncation,
        shown: fixed(state.truncation, 2),
        term: "truncation",
        choose: (truncation) => update({ truncation }),
        more: html`<p class="hint variety" data-room=${costRoom()}>${costText(films)}</p>`,
      })}
      ${selectField(
        "sort",
        state.sort,
        orders.map((sort) => [sort, t(`sort.${sort}`)]),
        (sort) => update({ sort }),
      )}
      ${catalogue.classifier ? onlyField(state) : ""}`;
  },

  vectors: ([, ...values]) => ["generate", ...values],

  python(film, seeds) {
    const truncation = truncationOf(film);
    return pythonLatents(seeds) + (truncation === 1 ? "" : ` * ${truncation}`);
  },
};

const onlyField = (state) =>
  selectField(
    "only",
    state.only ?? "",
    [["", t("only.all")], ...DIGITS.map((digit) => [digit, t("only.digit", { digit })])],
    (value) => update({ only: value === "" ? null : Number(value) }),
  );

/** The numbers of the digits to show. Without labels or scores they are in the order of their seeds. */
const numbersOf = memoize((film, key) => {
  const [sort, only] = key.split(",");
  const labels = film.labels?.[0];
  const scores = film.scores?.[0];
  let numbers = film.seeds.map((_, number) => number);
  if (labels && only !== "") numbers = numbers.filter((number) => labels[number]?.[0] === Number(only));
  if (scores && sort === "score") numbers.sort((a, b) => scores[b] - scores[a] || a - b);
  if (labels && sort === "digit") {
    const [digit, confidence] = [0, 1].map((part) => (number) => labels[number]?.[part] ?? 10); // noise comes last
    numbers.sort((a, b) => digit(a) - digit(b) || confidence(b) - confidence(a));
  }
  return numbers;
});
