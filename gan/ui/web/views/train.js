// Train: a GAN learns from random weights while the visitor watches, with the recipe and with settings of the visitor's own.

import { html, noChange } from "../vendor/lit-html.js";
import { currentLanguage, fixed, t } from "../i18n.js";
import { loadPreset, presetRun } from "../live.js";
import { liveCharts } from "../live_charts.js";
import { keepingCards, keepingFields, nearestDigits } from "../live_keeping.js";
import { coach, coachTexts, lanes } from "../live_lanes.js";
import {
  frameAt,
  goLive,
  goOn,
  goOnSoon,
  PACES,
  playerFields,
  runsOf,
  scrub,
  shownStep,
  takeStep,
  timeline,
  toggle,
  trainWhile,
} from "../live_player.js";
import { presetFields, presetsCard } from "../live_presets.js";
import { mayMove, settingFields, settingsCard, settingsOf, stateOf } from "../live_settings.js";
import { missingOf } from "../loader.js";
import { catalogue } from "../runs.js";
import { state as page, update, viewOf } from "../store.js";
import { segments } from "../fields.js";

let last = null; // the questions of the runs that were shown last

export const view = {
  tab: "train",
  shows: (state) => state.view === "train",
  seedsOnly: true,
  fields: { ...settingFields, ...presetFields, ...playerFields, ...keepingFields },

  missing: () => (catalogue.reals ? "" : t("train.no-reals")),

  spoken: (state) => {
    const runs = runsOf(state);
    return coachTexts(runs, shownStep(state, runs));
  },

  async load(state, wanted) {
    if (missingOf(view)) return;
    if (state.preset) {
      await wanted(loadPreset(state.preset));
      const { question } = presetRun(state.preset);
      const isBare = !settingsOf(state).length;
      if (isBare) update({ ...stateOf(question), preset: state.preset, step: state.plays ? 0 : null });
      else if (!isOf(state, question)) update({ ...anew(), preset: null });
    }
    const questions = JSON.stringify(runsOf(page).map(({ question }) => question));
    if (last === null || last === questions) goOn();
    else goOnSoon();
    last = questions;
  },

  panel(state) {
    if (viewOf(state) !== view) return noChange;
    const runs = runsOf(state);
    const step = shownStep(state, runs);
    const missing = missingOf(view);
    const frames = runs.map((run) => frameAt(run, step));
    return html`
      <p class="missing">${missing}</p>
      <div class="trainer" ?hidden=${missing}>
        <div class="stage">
          ${lanes(state, runs, step, press)} ${transport(state, runs, step)} ${coach(runs, step)}
          ${liveCharts(runs, step, frames, (at) => scrubTo(runs, at))} ${nearestDigits(state, runs, step)}
        </div>
        <div class="side">${cards(state, runs)}</div>
      </div>`;
  },
};

trainWhile(() => viewOf(page) === view && !missingOf(view));
document.addEventListener("visibilitychange", goOn);

/** Whether a state has the settings of a run. */
const isOf = (state, [gan, settings, seed]) =>
  state.gan === gan &&
  state.seed === seed &&
  JSON.stringify(settingsOf(state)) === JSON.stringify(settingsOf({ ...state, ...stateOf([gan, settings, seed]) }));

let built = null; // what the cards were built of

/** The cards beside the lanes. They are not built again for each frame. */
function cards({ plays, step, pointed, near, ...state }, runs) {
  const key = JSON.stringify([
    currentLanguage(),
    state,
    runs.map(({ question, frames }) => [question, frames.length > 0]),
  ]);
  if (key === built) return noChange;
  built = key;
  return html`${presetsCard(state, choose, () => update({ ...anew(), preset: null, plays: true }))}
    ${settingsCard(state, choose)} ${keepingCards(state, runs)}`;
}

/** Start another run. */
const choose = (change) => update({ ...anew(), preset: null, moves: "", ...change });

/** The change of the state that lets a run start from its first frame. */
const anew = () => ({ step: null, plays: playerFields.plays.start, near: null, kept: null });

function scrubTo(runs, at) {
  const steps = timeline(runs);
  const place = steps.findIndex((step) => step >= at);
  scrub(place < 0 ? steps.length - 1 : place);
}

function placeNow(steps, step) {
  const place = steps.findLastIndex((each) => each <= step);
  return Math.max(0, place);
}

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

/** Space plays and pauses; the arrow keys, Home and End move through what is recorded. */
function press(event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const runs = runsOf(page);
  const steps = timeline(runs);
  const by = KEYS[event.key];
  const to =
    by === undefined ? { Home: 0, End: steps.length - 1 }[event.key] : placeNow(steps, shownStep(page, runs)) + by;
  if (event.key !== " " && to === undefined) return;
  event.preventDefault();
  if (event.key === " ") toggle();
  else scrub(to);
}

function transport(state, runs, step) {
  const steps = timeline(runs);
  const recorded = runs.some((run) => run.recorded);
  const label = t(state.plays ? "pause" : "train.play");
  const text = t("train.at", { step: fixed(Math.max(0, step), 0) });
  const stepButton = (part, key) => html`<button type="button" data-step=${part || "both"} title=${t(`${key}.title`)}
    ?disabled=${recorded || (part && !mayMove(state))} @click=${() => takeStep(part)}>${t(key)}</button>`;
  return html`<div class="transport" role="group" aria-label=${t("train.controls")}>
    <span class="joined">
      <button type="button" class="play" aria-label=${label} title=${label} @click=${toggle}>${state.plays ? "❚❚" : "▶"}</button>
      ${stepButton("", "train.step")} ${stepButton("d", "train.step-d")} ${stepButton("g", "train.step-g")}
    </span>
    <span class="joined pace">
      <span class="name" id="pace-name">${t("pace")}</span>
      ${segments(
        "pace",
        state.pace,
        PACES.map((pace) => [pace, t(`pace.${pace}`)]),
        (pace) => update({ pace }),
      )}
    </span>
    <span class="joined scrubber">
      <input id="recorded" type="range" aria-label=${t("train.recorded-steps")} aria-valuetext=${text} min="0"
        .max=${Math.max(0, steps.length - 1)} .value=${String(placeNow(steps, step))} ?disabled=${steps.length < 2}
        @input=${({ target }) => scrub(Number(target.value))} />
      <button type="button" class="live" ?disabled=${state.step === null && state.plays} @click=${goLive}>${t("train.live")}</button>
    </span>
  </div>`;
}
