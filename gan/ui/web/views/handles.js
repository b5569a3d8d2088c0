// A digit that two handles move: directions in z that are named by what they change, one across and one down.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { handleList } from "../handle_list.js";
import { handleName, readName, signed } from "../handle_names.js";
import { t } from "../i18n.js";
import { shown } from "../loader.js";
import { encodeVector, placeText } from "../places.js";
import { pythonPlaces } from "../python.js";
import { catalogue, epochOf } from "../runs.js";
import { ask, loadFilm } from "../server.js";
import { modelsOf, redraw, state as page, update } from "../store.js";
import { HANDLE_USES, placeButtons } from "../uses.js";
import { shapeField } from "./interpolation.js";
import { middle, square } from "./square.js";

const WAYS = { across: "x", down: "y" }; // the handles, and the field of the position on each

let offers = []; // the films of /offered that were loaded last, one for each model
const known = new Map(); // the names of the handles of an epoch of a run

export const view = {
  tab: "interpolate",
  shows: (state) => state.view === "interpolate" && state.shape === "handles",
  keys: "keys.plane",
  exports: ["png", "gif", "webp", "json", "npy", "python"],
  ownVectors: true, // each model has handles of its own
  fields: {
    across: { read: readName, start: "" }, // the name of a handle; empty: the best one
    down: { read: readName, start: "" }, // empty: the best other one
  },

  /** Which handles there are decides what can be asked. */
  async prepare(state, wanted) {
    const missing = modelsOf(state).filter((model) => !known.has(keyOf(state, model)));
    const offered = (model) => ["offered", model, epochOf(state, model), state.seed];
    return missing.length ? loadOffers(modelsOf(state).map(offered), wanted) : [];
  },

  question: (state, model) => {
    const { across, down } = chosen(state);
    return ["handles", model, epochOf(state, model), state.seed, across, down];
  },

  finish: async (films, wanted) => {
    await loadOffers(
      films.map(({ asked }) => ["offered", ...asked.slice(1, 4)]),
      wanted,
    );
    redraw();
  },

  ...square,

  describe: ({ x, y }, { asked, across, down, positions }, values) =>
    t("said.handles", {
      ...values,
      place: placeText(asked[3], page.mine),
      across: handleName(across),
      down: handleName(down),
      x: signed(positions[x]),
      y: signed(positions[y]),
    }),

  above(state) {
    const names = commonNames(state);
    const absent = names ? Object.keys(WAYS).filter((way) => state[way] && !names.includes(state[way])) : [];
    return absent.map((way) => html`<p class="hint absent">${absentText(state, way)}</p>`);
  },

  below: (state, films) =>
    films.length
      ? html`<div class="reach">${Object.keys(WAYS).map((way) => slider(state, films[0], way))}</div>
          <div class="buttons">
            <button type="button" class="home" ?disabled=${isHome(state)} @click=${() => update({ x: middle(), y: middle() })}>
              ${t("handles.home")}
            </button>
          </div>
          ${films.length > 1 ? list(state, films) : nothing}`
      : nothing,

  controls: (state, films) => html`
    ${shapeField()}
    ${films.length === 1 ? list(state, films) : nothing}`,

  aside: (state) =>
    shown.view === view
      ? html`<div class="card uses">
          <p class="name">${t("uses")}</p>
          ${shown.films.map((film) => uses(state, film))}
        </div>`
      : nothing,

  python({ asked, across, down, positions }, _, { x, y }) {
    const z = pythonPlaces([asked[3]]);
    const moves = [
      [across, positions[x]],
      [down, positions[y]],
    ].filter(([, units]) => units);
    if (!moves.length) return z;
    const units = moves.map(([name, value]) => `"${name}": ${value}`).join(", ");
    return `move(${z}, find_directions(Path("checkpoints/${asked[1]}"), gan.generator), {${units}})`;
  },
};

const isHome = ({ x, y }) => x === middle() && y === middle();

const keyOf = (state, model) => [model, epochOf(state, model), catalogue.models[model]?.run].join();

async function loadOffers(questions, wanted) {
  offers = await wanted(Promise.all(questions.map(loadFilm)));
  for (const film of offers)
    known.set(
      [...film.asked.slice(1, 3), film.run].join(),
      film.handles.map(({ name }) => name),
    );
  return offers;
}

/** The names that every model offers, or null before they are known. */
function commonNames(state) {
  const lists = modelsOf(state).map((model) => known.get(keyOf(state, model)));
  return !lists.length || lists.includes(undefined) ? null : inAll(lists);
}

const inAll = ([first, ...others]) => first.filter((name) => others.every((names) => names.includes(name)));

/** The handles that are used: those of the state, or the best ones where it has none that is offered. */
function chosen({ across, down, ...state }) {
  const names = commonNames(state);
  if (!names) return { across, down };
  const used = names.includes(across) ? across : names.find((name) => name !== down);
  return { across: used, down: names.includes(down) && down !== used ? down : names.find((name) => name !== used) };
}

/** The list of handles. Until those of a new epoch are known, it stays as it is. */
function list(state, [film]) {
  if (!offers.length) return nothing;
  const names = commonNames(state);
  return names
    ? handleList(names, chosen(state), offers, choose)
    : handleList(inAll(offers.map(({ handles }) => handles.map(({ name }) => name))), film, offers, choose);
}

/** Use other handles. One that is taken for the other way changes places. */
function choose(change) {
  const now = chosen(page);
  const next = { ...now, ...change };
  if (next.across === next.down)
    next[change.across === undefined ? "across" : "down"] = change.across ? now.across : now.down;
  update(next);
}

const absentText = (state, way) =>
  t("handles.absent", { name: handleName(state[way]), used: handleName(chosen(state)[way]) });

/** The slider of a handle. The screen's place and the sliders are the same. */
function slider(state, film, way) {
  const field = WAYS[way];
  const now = signed(film.positions[state[field]]);
  const text = t("named", { name: t(`handles.${way}`), text: handleName(film[way]) });
  return html`<div class="field">
    <span class="name"><label for="reach-${field}">${text}</label> <span class="reach-now">${now}</span></span>
    <input id="reach-${field}" type="range" min="0" max=${config.limits.side - 1} .value=${String(state[field])} aria-valuetext=${now}
      @input=${({ target }) => update({ [field]: Number(target.value) })} />
  </div>`;
}

/** What can be done with the digit that a model shows. */
const uses = (state, film) => {
  const model = film.asked[1];
  const buttons = placeButtons(HANDLE_USES, model, () => placeOf(state, film));
  return html`<section aria-label=${model.toUpperCase()}>
    ${shown.films.length > 1 ? html`<p>${model.toUpperCase()}</p>` : nothing} ${buttons}
  </section>`;
};

/** The place of the digit that is shown: its vector, and in the middle the place that was moved. */
async function placeOf(state, film) {
  const [view, ...values] = film.asked;
  if (isHome(state)) return film.asked[3];
  const { latents } = await ask("vectors", view, values);
  return encodeVector(latents[square.frame(state)]);
}
