// Which runs are shown, at which step, and what moves that on: playing, single steps, and the scrubber.
//
// The lanes keep in step: a run that is ahead waits for the others, so that all are shown after equally many steps.

import { ask, fork, placeAt, presetRun, runOf } from "./live.js";
import { mayMove, settingsOf } from "./live_settings.js";
import { problem, setProblem } from "./loader.js";
import { noteOf } from "./notes.js";
import { retryLater, succeed } from "./retry.js";
import { redraw, state as page, update } from "./store.js";

export const PACES = ["slow", "medium", "full"];
const PAUSES = { slow: 800, medium: 250, full: 0 }; // milliseconds between two questions
const REPLAYS = { slow: 800, medium: 250, full: 80 }; // and between two recorded frames
const LEAD = 3; // frames that a run may be ahead of the others
const CHANGING = 250; // milliseconds after a change of a setting: another may follow

const PASSING = ["error.network", "error.not-json", "server.busy"];

export const playerFields = {
  plays: { start: !matchMedia("(prefers-reduced-motion: reduce)").matches },
  step: { start: null }, // the step that is shown; null: the last one
  pace: { start: "full", kept: true },
};

let isShown = () => false;

/** Train while `test()` is true. */
export const trainWhile = (test) => {
  isShown = test;
};

/** The runs of a state, from left to right: the recipe, and the visitor's own; or that of a preset. */
export function runsOf(state) {
  const { gan, seed, preset } = state;
  if (preset) return [presetRun(preset)].filter(Boolean);
  const settings = settingsOf(state);
  const recipe = runOf(gan, [], seed);
  return settings.length ? [recipe, runOf(gan, settings, seed)] : [recipe];
}

const lastStep = ({ frames }) => frames.at(-1)?.step ?? -1;
const mayGrow = ({ ended, recorded, problem }) => !ended && !recorded && !problem;

/** The step that is shown of all runs: the state's, or the last that all of those in training have reached. */
export function shownStep({ step }, runs) {
  if (step !== null) return step;
  const growing = runs.filter(mayGrow);
  return growing.length ? Math.min(...growing.map(lastStep)) : Math.max(-1, ...runs.map(lastStep));
}

/** The frame of a run that is shown after so many steps; none before its first. */
export const frameAt = (run, step) => run.frames[placeAt(run, step)];

/** The steps of all recorded frames, in order. */
export function timeline(runs) {
  const [first, second] = runs.map(({ frames }) => frames.map(({ step }) => step));
  return second ? [...new Set([...first, ...second])].sort((a, b) => a - b) : (first ?? []);
}

const isPlaying = () => page.plays && !document.hidden && isShown();

let changing = null; // a timer after a change of a setting

/** Go on: replay what is recorded, or ask for more. Call this whenever that may have become possible. */
export function goOn() {
  if (!isShown() || document.hidden || changing) return;
  const runs = runsOf(page);
  if (page.plays && page.step !== null) return replay();
  const step = shownStep(page, runs);
  const wanted = runs.filter(mayGrow).filter((run) => {
    if (!run.frames.length) return true; // its first frame takes no training
    return page.plays && run.frames.length - 1 - placeAt(run, step) < LEAD;
  });
  for (const run of wanted) if (!training.has(run)) train(run);
  if (page.plays && runs.length && !runs.some(mayGrow)) update({ plays: false });
}

/** Go on when the settings have stopped changing. */
export function goOnSoon() {
  clearTimeout(changing);
  changing = setTimeout(() => {
    changing = null;
    goOn();
  }, CHANGING);
}

const rest = (pause) => new Promise((resolve) => setTimeout(resolve, pause)); // milliseconds

const training = new Set(); // the runs that are asked, or rest before the next question

async function train(run) {
  training.add(run);
  const start = performance.now();
  const answered = await askSafely(run, 0);
  const pause = run.frames.length > 1 ? start + PAUSES[page.pace] - performance.now() : 0;
  if (answered && pause > 0) await rest(pause);
  training.delete(run);
  if (answered || run.problem) goOn();
}

/** Ask for frames. Return whether it succeeded; an error that may pass is tried again later. */
async function askSafely(run, until) {
  try {
    await ask(run, until);
  } catch (error) {
    const note = noteOf(error);
    if (PASSING.includes(note.key)) {
      setProblem(note);
      retryLater(note.key, goOn);
    } else run.problem = note;
    redrawSoon();
    return false;
  }
  if (PASSING.includes(problem?.key)) setProblem(null);
  succeed();
  redrawSoon();
  return true;
}

let drawing = false;

function redrawSoon() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    redraw();
  });
}

let replaying = false; // whether the next recorded frame is waiting for its time

async function replay() {
  if (replaying) return;
  replaying = true;
  await rest(REPLAYS[page.pace]);
  replaying = false;
  if (!isPlaying()) return;
  if (page.step !== null) {
    const runs = runsOf(page);
    const next = timeline(runs).find((step) => step > page.step);
    update({ step: next === undefined || next >= shownStep({ step: null }, runs) ? null : next });
  }
  goOn();
}

export function toggle() {
  if (page.plays) return update({ plays: false });
  const runs = runsOf(page);
  for (const run of runs) run.problem = null; // try again
  const again = page.step === null && runs.length && runs.every(({ recorded }) => recorded);
  update({ plays: true, ...(again ? { step: 0 } : {}) });
  goOn();
}

/** Show the recorded frame `place` of the timeline, without a request. */
export function scrub(place) {
  const steps = timeline(runsOf(page));
  const step = steps[Math.min(steps.length - 1, Math.max(0, place))];
  update({ plays: false, step: step === shownStep({ step: null }, runsOf(page)) ? null : step });
}

/** Jump to the end, and train on. */
export function goLive() {
  update({ plays: true, step: null });
  goOn();
}

let stepping = Promise.resolve();

/** Take one step of both networks, or of "d" or "g" alone, when the steps before are done. */
export function takeStep(part) {
  update({ plays: false, step: null });
  stepping = stepping.then(() => stepNow(part));
  return stepping;
}

/** The step that a run has come to, as far as this page follows it: others may have trained it further. */
const reached = (run) => Math.max(0, lastStep(run), run.hasAll ? run.step : 0);

async function stepNow(part) {
  const runs = runsOf(page);
  await Promise.allSettled(runs.map(({ asking }) => asking));
  const start = Math.max(...runs.filter(mayGrow).map(reached)); // here all lanes take the step together
  await trainAllTo(runs, start);
  if (!part) return trainAllTo(runs, start + 1);
  const own = runs.at(-1);
  const isReady = mayGrow(own) && lastStep(own) === start && mayMove(page);
  if (!isReady || runsOf(page).at(-1) !== own) return; // a setting has changed meanwhile
  const moves = [page.moves, `${start}${part}`].filter(Boolean).join();
  const [model, , seed] = own.question;
  fork(own, [model, settingsOf({ ...page, moves }), seed]);
  update({ moves });
  await trainAllTo(runsOf(page), start + 1);
}

const trainAllTo = (runs, step) => Promise.all(runs.map((run) => trainTo(run, step)));

async function trainTo(run, step) {
  while (mayGrow(run) && lastStep(run) < step && isShown()) if (!(await askSafely(run, step))) return;
}
