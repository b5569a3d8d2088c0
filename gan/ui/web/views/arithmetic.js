// Vector arithmetic, after Radford et al. 2016: a mean of digits, minus another mean, plus a third.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { t } from "../i18n.js";
import { encodeVector } from "../places.js";
import { pythonPlaces } from "../python.js";
import { catalogue, epochOf, epochsOf } from "../runs.js";
import { loadFilm, loadPredictions } from "../server.js";
import { modelsOf, redraw, state as page } from "../store.js";
import { picker, placesIn, readTray, TRAYS, trays } from "../trays.js";
import { placeButtons, USES } from "../uses.js";
import { shapeField } from "./interpolation.js";

const COUNT = 36; // digits to pick from
const RESULT = [3]; // the number of the result in a film, after the three means

let grid = null; // the film of the digits to pick from
let means = null; // a film whose first three digits are the means of the trays that are filled, or null
let digits = new Map(); // the film and the number of each place in the trays

export const view = {
  tab: "interpolate",
  shows: (state) => state.view === "interpolate" && state.shape === "arithmetic",
  keys: "keys.arithmetic",
  exports: ["png", "json", "npy", "python"],
  single: true, // a seed is another digit for each model
  fields: {
    plus: { read: readTray, start: "" }, // the places in a tray, separated by commas
    minus: { read: readTray, start: "" },
    base: { read: readTray, start: "" },
    tray: { start: TRAYS[0] }, // the one that is being filled
  },

  missing: () => {
    const empty = TRAYS.filter((tray) => !page[tray]);
    return empty.length ? t("trays.empty", { names: empty.map((tray) => t(`tray.${tray}`)).join(t("list")) }) : "";
  },

  async prepare(state, wanted) {
    const [model] = modelsOf(state);
    const at = [model, epochOf(state, model)];
    const first = await wanted(loadFilm(["generate", ...at, state.seed, COUNT]));
    const others = [...new Set(TRAYS.flatMap((tray) => placesIn(state[tray])))].filter(
      (place) => !first.seeds.includes(place),
    );
    const single = await wanted(Promise.all(others.map((place) => loadFilm(["generate", ...at, place, 1]))));
    const filled = TRAYS.map((tray) => state[tray]).find(Boolean);
    const sum = filled
      ? await wanted(
          loadFilm(
            questionOf(
              at,
              TRAYS.map((tray) => state[tray] || filled),
            ),
          ),
        )
      : null;
    grid = first;
    means = sum;
    digits = new Map([
      ...first.seeds.map((place, number) => [place, { film: first, number }]),
      ...others.map((place, i) => [place, { film: single[i], number: 0 }]),
    ]);
    redraw();
    loadPredictions(first).then(redraw, () => {}); // the classes, for the names of the digits
    return [first, ...single, ...(sum ? [sum] : [])];
  },

  question: (state, model) =>
    questionOf(
      [model, epochOf(state, model)],
      TRAYS.map((tray) => state[tray]),
    ),

  frame: () => 0,

  numbers: () => RESULT,

  describe: (_, { asked }, values) => {
    const [plus, minus, base] = asked.slice(3).map(({ length }) => length);
    return t("said.arithmetic", { ...values, plus, minus, base });
  },

  above: (state) => (grid ? html`${picker(grid, exampleOf(state))} ${trays(digits, means)}` : nothing),

  below: (_, films) => films.map((film) => placeButtons(USES, film.asked[1], () => encodeVector(film.z[RESULT[0]]))),

  controls: () => html`${shapeField()} <p class="hint">${t("trays.text")}</p>`,

  python({ asked }) {
    const sets = asked.slice(3).map(pythonPlaces);
    return `arithmetic(${sets.join(", ")})[${RESULT}:]`;
  },
};

const questionOf = (at, filled) => ["arithmetic", ...at, ...filled.map(placesIn)];

/** The trays that show what arithmetic can do, for the runs in which that was measured. */
function exampleOf(state) {
  const [model] = modelsOf(state);
  const example = config.trays[model];
  if (!example || catalogue.models[model].run !== example.run) return null;
  return { ...Object.fromEntries(TRAYS.map((tray) => [tray, example[tray].join()])), epoch: epochsOf(model).at(-1) };
}
