// Digits of the same seeds at every saved epoch, with the curves of the training run.

import { html, nothing } from "../vendor/lit-html.js";
import { runCharts } from "../charts.js";
import { config } from "../config.js";
import { moveEpoch } from "../epochs.js";
import { currentLanguage, longest, rounded, t } from "../i18n.js";
import { memoize } from "../memo.js";
import { stopPlayers } from "../player.js";
import { catalogue, epochOf, epochsOf, nearestEpoch, shownModels } from "../runs.js";
import { countOf, update } from "../store.js";
import { actions, countField, describeGrid, pythonLatents } from "./grid.js";

const most = () => config.limits.progression_digits;

export const view = {
  tab: "progression",
  shows: (state) => state.view === "progression",
  keys: "keys.grid",
  picks: true,
  actions,
  exports: ["png", "gif", "webp", "json", "npy", "python"],
  count: () => ({ usual: 16, most: most() }),

  question: (state, model) => ["progression", model, state.seed, countOf(state)],

  epoch: (state, film) => epochOf(state, film.asked[1]),
  frame: (state, film) => epochsOf(film.asked[1]).indexOf(epochOf(state, film.asked[1])),

  describe: (_, film, values) => describeGrid(film, values),

  controls: (state) => countField(state, most()),

  after: (state) => html`<div class="charts">${namesOf(state).map((model) => chartsOf(state, model))}</div>`,

  aside: (state) => html`<div class="card comment">${namesOf(state).map((model) => comment(state, model))}</div>`,

  python: (_, seeds) => pythonLatents(seeds),
};

const namesOf = (state) => shownModels(state).filter((model) => epochsOf(model).length);

function chartsOf(state, model) {
  const name = model.toUpperCase();
  const choose = (epoch) => {
    stopPlayers();
    update({ epoch: nearestEpoch(state, epoch) });
  };
  const step = (by) => {
    stopPlayers();
    moveEpoch(by);
  };
  return html`
    ${namesOf(state).length > 1 ? html`<h2>${name}</h2>` : nothing}
    ${runCharts(name, catalogue.models[model], epochOf(state, model), choose, step)}`;
}

/** What an epoch's metrics mean. The comment has as much room as the longest of its run, so that nothing below moves. */
function comment(state, model) {
  const run = catalogue.models[model];
  const name = namesOf(state).length > 1 ? `${model.toUpperCase()}: ` : "";
  const comments = commentsOf(run, currentLanguage());
  const text = comments[run.epochs.indexOf(epochOf(state, model))];
  return html`<p data-room=${name + longestOf(comments)}>${name + text}</p>`;
}

const commentsOf = memoize((run) =>
  run.comments.map(({ key, values }) => {
    const numbers = Object.entries(values).map(([name, value]) => {
      const digits = name === "real" || name === "fake" ? 2 : 3;
      return [name, rounded(value, digits)];
    });
    return t(key, Object.fromEntries(numbers));
  }),
);
const longestOf = memoize(longest);
