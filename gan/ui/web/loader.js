// What the canvases show, and how it follows the state.
//
// Changes of the state start one loop. It asks for one state at a time: while an answer is on its way, only the newest change
// waits, so that a drag asks for its last place and not for every one. When the view or the model changes, `abandonQuestions`
// ends the questions that are open, and the loop goes on with the new state. This is the only guard against late answers:
// after each wait the loop checks that its questions are still wanted.

import { noteOf, PageError } from "./notes.js";
import { bestOf, catalogue, models, runNames, setCatalogue } from "./runs.js";
import { retryLater, succeed } from "./retry.js";
import { abandonQuestions, forgetAnswers, loadFilm, loadPredictions, post, wantedSignal } from "./server.js";
import { addLinkNote, modelsOf, redraw, refit, state, subscribe, viewOf } from "./store.js";

/**
 * The films on the canvases, from left to right, the film of `real` digits beside them or null, and the view that they were
 * loaded for; or the `first` picture.
 */
export let shown = { view: null, films: [], real: null, first: null };
export let problem = null; // the note of what went wrong last

let waiting = false; // whether the state has changed since the loop took it
let loop = null; // a promise until all changes are shown

/** Show the present state. The promise is kept when nothing is left to show. */
export function show() {
  waiting = true;
  loop ??= showAll();
  return loop;
}

/** Follow the state from now on. */
export function startLoading() {
  subscribe((before, opened) => {
    if (opened || before.model !== state.model || viewOf(before) !== viewOf(state)) abandonQuestions();
    show();
  });
  return show();
}

export const isLoading = () => loop !== null;

/** Wait until all changes are shown. */
export const settled = () => loop;

export function setProblem(found) {
  if (found === null && problem === null) return;
  problem = found;
  redraw();
}

async function showAll() {
  try {
    while (waiting) await showNext();
  } finally {
    loop = null;
  }
}

async function showNext() {
  waiting = false;
  let signal = null;
  const before = problem;
  try {
    if (!models().length) await refreshCatalogue();
    signal = wantedSignal();
    if (models().length) await showState(state, signal);
    if (problem === before) setProblem(null); // keep an error that something else caused meanwhile
    succeed();
  } catch (error) {
    if (signal?.aborted) return; // the next change is waiting
    if (await isOutdated(error)) waiting = true;
    if (waiting) return;
    setProblem(noteOf(error));
    retryLater(problem.key, show);
  }
}

async function showState(now, signal) {
  /** The value of a promise. Throws if nobody wants it any more. */
  const wanted = async (promise) => {
    const value = await promise;
    signal.throwIfAborted();
    return value;
  };
  const view = viewOf(now);
  if (view.load) return view.load(now, wanted);
  const prepared = (await view.prepare?.(now, wanted)) ?? [];
  checkRuns(prepared);
  if (missingOf(view)) return showNothing(view);
  const names = modelsOf(now);
  const all = await wanted(Promise.all(questionsOf(now).map(loadFilm)));
  const films = all.slice(0, names.length);
  if (view.needsPredictions?.(now)) await wanted(Promise.all(films.map(loadPredictions)));
  checkRuns(all);
  const before = allFilms();
  if (view !== shown.view || all.length !== before.length || all.some((film, i) => film !== before[i])) {
    shown = { view, films, real: all[names.length] ?? null, first: null };
    redraw();
  }
  if (!waiting) await wanted(predict(all, signal));
  if (!waiting) await view.finish?.(films, wanted);
}

/** Throw if a film is of another run than those that the page knows. */
function checkRuns(films) {
  if (films.some(({ asked, run }) => run !== catalogue.models[asked[1]].run)) throw new PageError("run.new");
}

async function predict(films, signal) {
  if (films.every(({ scores }) => scores)) return;
  try {
    await Promise.all(films.map(loadPredictions));
  } catch (error) {
    if (!signal.aborted) for (const film of films) film.unpredicted = true;
    throw error;
  } finally {
    redraw();
  }
}

/** Show the picture that came with the page, until the first film is there. */
export function showFirst(picture) {
  if (shown.films.length) return;
  shown = { view: null, films: [picture.film], real: null, first: picture };
  redraw();
}

/** Show no film: a view that lacks something has none, and those of another view are not its own. */
function showNothing(view) {
  shown = { view, films: [], real: null, first: null };
  redraw();
}

/** What is missing for a view, in a sentence; nothing before the runs are known. */
export const missingOf = (view) => (models().length ? (view.missing?.() ?? "") : "");

/** The films on the canvases, that of the real digits last. */
export const allFilms = () => (shown.real ? [...shown.films, shown.real] : shown.films);

function questionsOf(some) {
  const view = viewOf(some);
  const fakes = modelsOf(some).map((model) => view.question(some, model));
  return some.reals && view.reals ? [...fakes, view.reals(some, bestOf(some))] : fakes;
}

/** Whether the canvases show just what the state asks for. */
export const isCurrent = () =>
  JSON.stringify(allFilms().map(({ asked }) => asked)) === JSON.stringify(questionsOf(state));

/** Whether the canvases show the state's view and models, if perhaps another seed, epoch or number of digits. */
export function isSuited() {
  const { view, films } = shown;
  if (view === null || view !== viewOf(state)) return false;
  const names = modelsOf(state);
  return (
    films.length === names.length &&
    films.every(({ asked, run }, i) => asked[1] === names[i] && run === catalogue.models[names[i]]?.run)
  );
}

/** Ask which runs there are. Return whether the answer is new. */
async function refreshCatalogue() {
  if (!setCatalogue(await post("catalogue", []))) return false;
  forgetAnswers();
  refit();
  redraw();
  return true;
}

const OUTDATED = [
  "run.new",
  "server.choice",
  "server.none",
  "server.no-runs",
  "server.no-snapshots",
  "server.unusable",
];

/** Whether an error came from runs that have changed. If so, the page knows the new ones now. */
async function isOutdated(error) {
  const before = runNames();
  if (!OUTDATED.includes(error.note?.key) || !(await refreshCatalogue().catch(() => false))) return false;
  if (runNames() !== before) addLinkNote("run.new");
  return true;
}
