// Digits of the same seeds at every saved epoch, with the curves of the training runs.

import { html, nothing } from "../vendor/lit-html.js";
import { runCharts } from "../charts.js";
import { config } from "../config.js";
import { secondsOf } from "../curves.js";
import { moveEpoch } from "../epochs.js";
import { choiceField } from "../fields.js";
import { counted, longest, percent, t } from "../i18n.js";
import { allFilms, isSuited, shown } from "../loader.js";
import { seedOf } from "../places.js";
import { stopPlayers } from "../player.js";
import { pythonGrid } from "../python.js";
import { readings } from "../reading.js";
import { bestOf, catalogue, epochOf, epochsOf, shownModels } from "../runs.js";
import { mean } from "../statistics.js";
import { countOf, update } from "../store.js";
import {
  actions,
  countField,
  describeGrid,
  finishPush,
  overlayOf,
  pushField,
  pushSection,
  realsField,
  spokenPush,
} from "./grid.js";

const most = () => config.limits.progression_digits;
const AXES = ["epoch", "time"];

// Differences of D's mean scores of real digits and fakes.
const CLEAR = 0.4; // the least at which it can tell them apart
const EVEN = 0.1; // the largest at which it can hardly tell, as in gan/ui/commentary.py

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

  reals: (state, model) => ["real_progression", model, seedOf(state.seed), countOf(state)],

  epoch: (state, film) => epochOf(state, film.asked[1]),
  frame: (state, film) => epochsOf(film.asked[1]).indexOf(epochOf(state, film.asked[1])),

  describe: (_, film, values) => describeGrid(film, values),

  overlay: overlayOf,
  finish: (films, wanted) => finishPush(view, films, wanted),

  below: (state, films) => html`
    <div class="below">${countField(state, most())} ${realsField()} ${pushField()}</div>
    ${pushSection(view, state, films)}`,

  after: (state) => html`<div class="charts">${chartControls(state)} ${charts(state)}</div>`,

  aside: (state) => html`<div class="card comment">
    ${namesOf(state).map((model) => comment(state, model))} ${comparison(state)}
  </div>`,

  spoken: (state) => [
    ...spokenPush(view, state, shown.films),
    ...namesOf(state).map((model) => named(state, model, readings(state, model).now)),
    ...(state.reals ? [saidOfScores(state)] : []),
  ],

  python: pythonGrid,
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

/** How well D tells the real digits from the fakes at an epoch, if they are compared. */
function comparison(state) {
  if (!state.reals || !namesOf(state).length) return nothing;
  const model = bestOf(state);
  const room = longest([0.999, 0.7, 0.5, 0].map((real) => scoresText(countOf(state), real, 0.999 - real)));
  return html`<p class="scores" data-room=${named(state, model, room)}>${saidOfScores(state)}</p>`;
}

/** The sentence about the scores. It is empty until the first are known. */
function saidOfScores(state) {
  const text = scoresNow(state);
  return text && named(state, bestOf(state), text);
}

let lastScores = () => ""; // the text of the last films whose scores were known, in the present language

/** The mean scores of the real digits and of the fakes of the same model. */
function scoresNow(state) {
  const { films, real } = shown;
  if (real && isSuited() && allFilms().every(({ scores }) => scores)) {
    const fakes = films.find(({ asked }) => asked[1] === real.asked[1]);
    const means = [real, fakes].map((film) => mean(film.scores[view.frame(state, film)]));
    lastScores = () => scoresText(fakes.seeds.length, ...means);
  }
  return lastScores();
}

function scoresText(count, real, fake) {
  const verdict = t(`compare.${verdictOf(real - fake)}`);
  return counted("compare", { count, real: percent(real), fake: percent(fake), verdict });
}

function verdictOf(difference) {
  if (difference >= CLEAR) return "clear";
  if (difference > EVEN) return "partly";
  return difference >= -EVEN ? "even" : "fooled";
}
