// The training runs that can be shown. They do not depend on the page's state; `state` is an argument where it matters.

import { note } from "./notes.js";
import { ORDERS } from "./orders.js";

/** The answer of the endpoint "catalogue", see gan/ui/catalogue.py. */
export let catalogue = { models: {}, best: null, notices: [], classifier: false, reals: ["train", "test"] };

/** Take a new catalogue. Return whether it differs from the old one. */
export function setCatalogue(found) {
  const differs = JSON.stringify(found) !== JSON.stringify(catalogue);
  if (differs) catalogue = found;
  return differs;
}

/** Whether there are real digits of a part, "train" or "test". */
export const hasReals = (part) => catalogue.reals.includes(part);

export const models = () => Object.keys(catalogue.models).filter((model) => epochsOf(model).length);

/** Whether the server has told that there is no snapshot that it can draw. */
export const nothingToDraw = () => catalogue.notices.length > 0 && !models().length;

export const epochsOf = (model) => catalogue.models[model]?.epochs ?? [];

/** The names of the runs, for comparison. */
export const runNames = () => JSON.stringify(models().map((model) => [model, catalogue.models[model].run]));

/** The models that a state shows, from left to right. */
export const shownModels = (state) => (state.model === "both" ? models() : [state.model]);

/** The best of the models that a state shows. Its D scores the real digits beside them. */
export function bestOf(state) {
  const names = shownModels(state);
  return names.includes(catalogue.best) ? catalogue.best : names[0];
}

/** Every epoch that one of the shown models has saved, in order. */
export const allEpochs = (state) => [...new Set(shownModels(state).flatMap(epochsOf))].sort((a, b) => a - b);

/** The epoch that a model shows: its last saved epoch up to the state's. */
export function epochOf(state, model) {
  const saved = epochsOf(model);
  return saved.findLast((epoch) => epoch <= (state.epoch ?? Infinity)) ?? saved[0];
}

/** The choices of the field "model". */
export const modelChoices = () => [...models(), ...(models().length > 1 ? ["both"] : [])];

/** The orders that a grid can have: without a classifier, those that need no labels. */
export const orders = () =>
  Object.keys(ORDERS).filter((order) => catalogue.classifier || ORDERS[order].needs !== "labels");

/** What has to change in a state so that these runs can show it, and a note for each thing that a visitor asked for. */
export function fitToRuns(state) {
  const change = {};
  const notes = [];
  if (!models().length) return [change, notes];
  if (!modelChoices().includes(state.model)) {
    if (state.model !== null) notes.push(note("link.bad", { name: "model" }));
    change.model = catalogue.best;
  }
  const saved = allEpochs({ ...state, ...change });
  if (saved.length && !saved.includes(state.epoch)) {
    const before = saved.findLast((epoch) => epoch <= state.epoch) ?? saved[0];
    change.epoch = state.epoch === null ? saved.at(-1) : before;
    if (state.epoch !== null) notes.push(note("link.epoch", { epoch: state.epoch, near: change.epoch }));
  }
  const sorted = orders().includes(state.sort);
  if (!sorted || (state.only !== null && !catalogue.classifier)) {
    notes.push(note("link.no-classifier"));
    change.only = null;
    if (!sorted) change.sort = "seed";
  }
  const { command } = catalogue;
  if (state.reals && !hasReals("test")) {
    notes.push(note("reals.none", { command }));
    change.reals = 0;
  }
  if (state.nearest && !hasReals("train")) {
    notes.push(note("server.no-reals", { command }));
    change.nearest = 0;
  }
  return [change, notes];
}
