// A grid of digits of consecutive seeds.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { selectField, sliderField, switchField } from "../fields.js";
import { counted, fixed, t } from "../i18n.js";
import { shown } from "../loader.js";
import { memoize } from "../memo.js";
import { ORDERS } from "../orders.js";
import { isVector, seedOf } from "../places.js";
import { pythonGrid } from "../python.js";
import { catalogue, epochOf, hasReals, nothingToDraw, orders } from "../runs.js";
import { countOf, redraw, state as page, update } from "../store.js";
import {
  actions,
  countField,
  describeGrid,
  finishPush,
  loadPart,
  overlayOf,
  pushField,
  pushSection,
  realsField,
  spokenPush,
} from "./grid.js";
import { costRoom, costText, measureCost, truncationOf } from "./truncation.js";

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

let nearest = null; // nearest.js, which is loaded when it is asked for

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

  reals: (state, model) => ["reals", model, epochOf(state, model), seedOf(state.seed), countOf(state)],

  needsPredictions: ({ sort, only }) => ORDERS[sort].needs !== undefined || only !== null,

  frame: () => 0,

  numbers: (state, film) => numbersOf(film, [state.sort, state.only, Boolean(film.scores)].join()),

  describe(state, film, values) {
    const isFiltered = state.only !== null && film.labels;
    const said = isFiltered ? describeFiltered(film, values, state.only) : describeGrid(film, values);
    const truncation = truncationOf(film);
    return truncation === 1 ? said : t("said.truncated", { said, truncation: fixed(truncation, 2) });
  },

  empty: ({ only }) => t("only.none", { only }),

  async finish(films, wanted) {
    await wanted(Promise.all(films.map(measureCost)));
    redraw();
    await finishPush(view, films, wanted);
    if (!page.nearest) return;
    nearest ??= await wanted(loadPart(() => import("./nearest.js")));
    await wanted(nearest.loadPairs(films));
    redraw();
  },

  controls(state, films) {
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
        orders().map((sort) => [sort, t(`sort.${sort}`)]),
        (sort) => update({ sort }),
      )}
      ${catalogue.classifier ? onlyField(state) : ""}
      <div class="field">
        ${pushField()} ${realsField()} ${state.reals ? html`<p class="hint">${t("reals.hint")}</p>` : nothing}
      </div>`;
  },

  overlay: overlayOf,
  below: (state, films) => pushSection(view, state, films),

  after: (state, films) =>
    hasReals("train") && !nothingToDraw()
      ? html`<section class="memory" aria-labelledby="memory-name">
          <h2 id="memory-name">${t("memory")}</h2>
          <div class="switches">
            ${switchField("nearest", t("memory.show"))}
            ${state.nearest ? switchField("closest", t("memory.closest")) : nothing}
          </div>
          ${nearest?.pairs(state, films) ?? nothing}
        </section>`
      : nothing,

  spoken: (state) => [...spokenPush(view, state, shown.films), ...(nearest?.summaries(state) ?? [])],

  vectors: ([, ...values]) => ["generate", ...values],

  python(film, seeds) {
    const truncation = truncationOf(film);
    return pythonGrid(film, seeds) + (truncation === 1 ? "" : ` * ${truncation}`);
  },
};

/** What a grid shows of which only the digits of one class are left. */
function describeFiltered(film, values, only) {
  const { seeds } = film;
  const numbers = { ...values, all: seeds.length, seed: seeds[0], last: seeds.at(-1), only };
  if (isVector(seeds[0]))
    return t("said.only.of", { ...numbers, said: describeGrid(film, { ...values, count: seeds.length }) });
  return seeds.length === 1 ? t("said.only.single", numbers) : counted("said.only", numbers);
}

const onlyField = (state) =>
  selectField(
    "only",
    state.only ?? "",
    [["", t("only.all")], ...DIGITS.map((digit) => [digit, t("only.digit", { digit })])],
    (value) => update({ only: value === "" ? null : Number(value) }),
  );

/** The numbers of the digits to show. Without what their order needs they are in the order of their seeds. */
const numbersOf = memoize((film, key) => {
  const [sort, only] = key.split(",");
  const { needs, compare } = ORDERS[sort];
  const labels = film.labels?.[0];
  let numbers = film.seeds.map((_, number) => number);
  if (labels && only !== "") numbers = numbers.filter((number) => labels[number]?.[0] === Number(only));
  return needs && !film[needs] ? numbers : numbers.sort(compare(film));
});
