// Digits of the same seeds at every saved epoch, with the curves of the training runs.

import { html, nothing } from "../vendor/lit-html.js";
import { runCharts } from "../charts.js";
import { config } from "../config.js";
import { secondsOf } from "../curves.js";
import { moveEpoch } from "../epochs.js";
import { choiceField } from "../fields.js";
import { longest, t } from "../i18n.js";
import { stopPlayers } from "../player.js";
import { readings } from "../reading.js";
import { catalogue, epochOf, epochsOf, shownModels } from "../runs.js";
import { countOf, update } from "../store.js";
import { actions, countField, describeGrid, pythonLatents } from "./grid.js";

const most = () => config.limits.progression_digits;
const AXES = ["epoch", "time"];

export const view = {
  tab: "progression",
  shows: (state) => state.view === "progression",
  keys: "keys.grid",
  picks: true,
  actions,
  exports: ["png", "gif", "webp", "json", "npy", "python"],
  count: () => ({ usual: 16, most: most() }),
  fields: {
    axis: { read: (text) => (AXES.includes(text) ? text : undefined), start: AXES[0] },
    overlay: { read: (text) => ({ 0: 0, 1: 1 })[text], start: 0 },
  },

  question: (state, model) => ["progression", model, state.seed, countOf(state)],

  epoch: (state, film) => epochOf(state, film.asked[1]),
  frame: (state, film) => epochsOf(film.asked[1]).indexOf(epochOf(state, film.asked[1])),

  describe: (_, film, values) => describeGrid(film, values),

  below: (state) => countField(state, most()),

  after: (state) => html`<div class="charts">${chartControls(state)} ${charts(state)}</div>`,

  aside: (state) => html`<div class="card comment">${namesOf(state).map((model) => comment(state, model))}</div>`,

  spoken: (state) => namesOf(state).map((model) => named(state, model, readings(state, model).now)),

  python: (_, seeds) => pythonLatents(seeds),
};

const namesOf = (state) => shownModels(state).filter((model) => epochsOf(model).length);
const runOf = (model) => catalogue.models[model];
const named = (state, model, text) =>
  namesOf(state).length > 1 ? t("named", { name: model.toUpperCase(), text }) : text;

/** Whether the metrics of every run that is shown say how long its epochs took. */
const hasTimes = (state) => namesOf(state).every((model) => secondsOf(runOf(model), Infinity) > 0);

function chartControls(state) {
  const overlay = ({ target }) => update({ overlay: Number(target.checked) });
  return html`<div class="axes">
    ${
      hasTimes(state)
        ? choiceField(
            "axis",
            AXES.map((axis) => [axis, t(`axis.${axis}`)]),
          )
        : nothing
    }
    ${
      namesOf(state).length > 1
        ? html`<label class="check">
            <input type="checkbox" class="overlay" .checked=${state.overlay === 1} @change=${overlay} />
            <span>${t("overlay")}</span>
          </label>`
        : nothing
    }
  </div>`;
}

function charts(state) {
  const runs = namesOf(state).map((model) => ({
    name: model.toUpperCase(),
    run: runOf(model),
    epoch: epochOf(state, model),
  }));
  if (!runs.length) return nothing;
  const choose = (epoch) => {
    stopPlayers();
    update({ epoch });
  };
  const step = (by) => {
    stopPlayers();
    moveEpoch(by);
  };
  const by = hasTimes(state) ? state.axis : AXES[0];
  return runCharts(runs, { by, overlaid: state.overlay === 1 && runs.length > 1, choose, step });
}

/** What is to be seen at an epoch. It has as much room as the longest of its run, so that nothing below moves. */
function comment(state, model) {
  const { all, now } = readings(state, model);
  return html`<p data-room=${named(state, model, longest(all))}>${named(state, model, now)}</p>`;
}
