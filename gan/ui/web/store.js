// The state of the page and its link. Only this module changes the state.

import { GRADIO_VIEW, keep, push, replaceSoon, startAddress } from "./address.js";
import { config } from "./config.js";
import { setLanguage } from "./i18n.js";
import { note } from "./notes.js";
import { ORDERS } from "./orders.js";
import { hasPartsOnly, readParts } from "./parts.js";
import { integer, isVector, readPlace, readSeed, readVector, seedOf } from "./places.js";
import { bestOf, fitToRuns, models, shownModels } from "./runs.js";

export let state = {};
export let linkNotes = []; // what is wrong with the link, or with what was chosen

export let tabs = [];
export let views = []; // those that are loaded
let loadViews = null;
let others = null; // a promise until all views are loaded
let fields = {};
const subscribers = { state: [], redraw: [] };

const oneOf =
  (...allowed) =>
  (text) =>
    allowed.includes(text) ? text : undefined;
const share = (text) => (/^(0?\.\d{1,2}|[01](\.0{0,2})?)$/.test(text) ? Number(text) : undefined);
const stepName = (text) => (/^([a-z][a-z\d-]*-)?[1-9]\d?$/.test(text) ? text : undefined);
const languageOf = (text) =>
  Object.keys(config.texts).find((language) => [language, config.texts[language]["language.tag"]].includes(text));

/**
 * The fields of the state, in the order of a link. `read` turns text into a value, or into undefined if it is not allowed.
 * `start` is the value of a page without a link. A field without `read` belongs to the page and is never in a link; if it
 * is `kept`, it also stays as it is when a link is opened. A field that is `around` is none of what the page shows: it stands
 * around it. `isWhole(text)`: whether `read` has used all of the text.
 */
const allFields = ({ digits, frames, side, paths, push_frames }) => ({
  view: { read: oneOf(...tabs), start: tabs[0] },
  model: { read: (text) => text, start: null }, // null: the best model. The models are not known yet.
  epoch: { read: integer(0, 999999), start: null }, // null: the last epoch
  seed: { read: readSeed, start: 0 }, // or a vector: a link then has `vector` in its place
  vector: { read: readVector, start: null },
  count: { read: integer(1, digits), start: null }, // null: the view's usual number
  truncation: { read: share, start: 1 },
  sort: { read: oneOf(...Object.keys(ORDERS)), start: "seed" },
  only: { read: integer(0, 9), start: null }, // null: every digit
  from: { read: readSeed, start: null }, // in old links: the seed of an interpolation, see readLink
  to: { read: readPlace, start: 7 },
  shape: { read: oneOf("line", "plane", "handles", "arithmetic"), start: "line" },
  path: { read: oneOf(...paths), start: paths[0] },
  at: { read: integer(0, frames - 1), start: 0 },
  third: { read: readPlace, start: 2 },
  fourth: { read: readPlace, start: 3 },
  x: { read: integer(0, side - 1), start: (side - 1) / 2 },
  y: { read: integer(0, side - 1), start: (side - 1) / 2 },
  slow: { read: integer(0, 1), start: 0 },
  pick: { read: readPlace, start: null }, // the place of the digit that was clicked
  reals: { read: integer(0, 1), start: 0 }, // 1: real digits are shown beside the fakes
  real: { read: readSeed, start: null }, // the seed of the real digit that was clicked
  nearest: { read: integer(0, 1), start: 0 }, // 1: the nearest training digit of each fake is shown
  closest: { read: integer(0, 1), start: 0 }, // 1: the closest pair comes first
  push: { read: integer(0, 1), start: 0 }, // 1: D's push is drawn over the digits
  dstep: { read: integer(0, 999999), start: null }, // the epoch at which a step for D was taken
  gstep: { read: integer(0, 999999), start: null }, // the epoch at which G's reply was taken
  moved: { read: integer(0, push_frames - 1), start: push_frames - 1 }, // the frame of these steps
  lang: { read: languageOf, start: null, around: true }, // null: the browser's language
  lesson: { read: stepName, start: null, around: true }, // 3: step 3 of the tour; class-3: step 3 of lessons/class.json
  guess: { read: integer(0, 9), start: null, around: true }, // the choice in the step, from 1; 0: shown without a choice
  hide: { read: readParts, isWhole: hasPartsOnly, start: "", around: true }, // the parts that are not shown, see parts.js
  ...Object.assign({}, ...views.map((view) => view.fields ?? {})),
  mine: { start: null, kept: true }, // the vector of the visitor's own digit, when it was found
  pointed: { start: null }, // { screen, place } of the digit under the pointer
  typed: { start: null }, // { name, text, before } of the seed box that is being typed into, see fields.js
  left: { start: null, kept: true }, // the step at which the visitor has left a lesson
  invites: { start: false, kept: true }, // whether the page invites to the tour
  teaches: { start: false, kept: true }, // whether the card for teachers is open
  copied: { start: null }, // the button that has just copied something
  width: { start: config.limits.animation_widths[0] }, // of a saved animation, in pixels
  loop: { start: true, kept: true }, // whether the interpolation starts again at its end
});
const ALWAYS = ["view", "model", "epoch", "seed"]; // in every link, because their defaults may change

/**
 * Read the address into the state, and load the views of its tab. Call this once, before anything else.
 * `load(wants)`: the views of the tabs for which `wants(tab)` is true.
 */
export async function start(allTabs, load) {
  tabs = allTabs;
  loadViews = load;
  fields = allFields(config.limits);
  const tabNow = () => readAddress()[0].view;
  while (!isLoaded(tabNow())) {
    const wanted = tabNow();
    views.push(...(await load((tab) => tab === wanted))); // the address may change meanwhile
  }
  fields = allFields(config.limits);
  startAddress(isOurs, () => writeLink(state));
  [state, linkNotes] = readAddress();
  state = { ...state, invites: state.lesson === null && isBare(addressQuery()) };
  setLanguage(state.lang);
}

const addressQuery = () => (config.embedded ? "" : location.search);
const readAddress = () => readLink(addressQuery());

const isLoaded = (tab) => views.some((view) => view.tab === tab);

/** Call a function when all views are loaded. */
export function whenLoaded(call) {
  others ??= loadViews((tab) => !isLoaded(tab)).then(addViews);
  return others.then(call, () => addLinkNote("error.part"));
}

/** Add views, and read from the address the fields that only they have. */
function addViews(more) {
  const known = fields;
  views = [...views, ...more];
  fields = allFields(config.limits);
  const isNew = (name) => !Object.hasOwn(known, name);
  const [read, notes] = readAddress();
  state = { ...Object.fromEntries(Object.entries(read).filter(([name]) => isNew(name))), ...state };
  linkNotes = [...linkNotes, ...notes.filter(({ values }) => isNew(values.name))];
  if (models().length) saveAddress(state); // before that, `refit` does
  redraw();
}

export const viewOf = (some) => views.find((view) => view.shows(some));

/** The models that a view shows in a state, from left to right: of both, the best one if it shows a single one. */
export const modelsOf = (some) => (viewOf(some).single ? [bestOf(some)] : shownModels(some));

/** The number of digits that a state shows. */
export function countOf(some) {
  const { usual = 64, most = config.limits.digits } = viewOf(some).count?.() ?? {};
  return Math.min(some.count ?? usual, most);
}

const isOurs = (name) => Object.hasOwn(fields, name) && fields[name].read !== undefined;

/** Whether a query string says nothing of what the page shows. */
export const isBare = (text) =>
  ![...new URLSearchParams(text).keys()].some((name) => isOurs(name) && !fields[name].around);

/** The state of a query string, and a note for each of our parameters that cannot be used. */
export function readLink(query) {
  const found = Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, field.start]));
  const notes = [];
  for (const [name, text] of new URLSearchParams(query)) {
    if (!isOurs(name) || (name === "view" && text === GRADIO_VIEW)) continue;
    const value = fields[name].read(text);
    const isWhole = value !== undefined && (fields[name].isWhole?.(text) ?? true);
    if (!isWhole) notes.push(note("link.bad", { name }));
    if (value !== undefined) found[name] = value;
  }
  if (found.from !== null && viewOf(found)?.seedName) found.seed = found.from;
  found.from = null;
  found.seed = found.vector ?? found.seed;
  found.vector = null;
  return [{ ...found, ...fitSeed(found) }, notes];
}

/** The change of the seed that its view needs. */
const fitSeed = (some) => (viewOf(some)?.seedsOnly ? { seed: seedOf(some.seed) } : {});

/** The query string of a state: the fields that are always there, and those that differ from the start. */
export function writeLink(some) {
  const link = new URLSearchParams();
  for (const [name, { read, start }] of Object.entries(fields)) {
    const value = name === "count" && some.count !== null ? countOf(some) : some[name];
    if (!read || value === null || (value === start && !ALWAYS.includes(name))) continue;
    link.set(name === "seed" && isVector(value) ? "vector" : name, value);
  }
  return link.toString();
}

/** The query string of what a state shows, without what stands around it. */
export function writeShown(some) {
  const around = Object.entries(fields).filter(([, field]) => field.around);
  return writeLink({ ...some, ...Object.fromEntries(around.map(([name, { start }]) => [name, start])) });
}

/** Change the state, as a control asks for. A change to a view that is not loaded waits for it: then await this. */
export function update(change) {
  if (change.view && !isLoaded(change.view)) return whenLoaded(() => update(change));
  const before = state;
  state = { ...state, ...change };
  state = { ...state, ...fitSeed(state) };
  const names = Object.keys(change).filter((name) => fields[name].read);
  if (names.some((name) => !fields[name].around)) {
    linkNotes = [];
    state = { ...state, ...fitToRuns(state)[0] };
    if (state.model !== before.model || viewOf(state) !== viewOf(before)) state = { ...state, pointed: null };
    for (const call of subscribers.state) call(before);
  }
  if (state.lang !== before.lang) setLanguage(state.lang);
  if (names.length) saveAddress(before);
  redraw();
}

/**
 * Show what a link says, when all views are loaded. `restored`: the browser has gone back or forward to it. `replaced`: it
 * takes the place of the state before in the browser's history.
 */
export function open(query, { restored = false, replaced = false } = {}) {
  if (!tabs.every(isLoaded)) return whenLoaded(() => open(query, { restored, replaced }));
  const before = state;
  const [read, notes] = readLink(query);
  const kept = Object.keys(fields).filter((name) => fields[name].kept);
  state = { ...read, ...Object.fromEntries(kept.map((name) => [name, before[name]])), lang: read.lang ?? before.lang };
  linkNotes = notes;
  fit();
  if (restored) keep();
  saveAddress(restored || replaced ? state : before);
  setLanguage(state.lang);
  for (const call of subscribers.state) call(before, true);
  redraw();
}

/** Fit the state to the runs that there are now. */
export function refit() {
  fit();
  saveAddress(state);
}

function fit() {
  const tooMany = models().length && state.count > countOf(state);
  const [change, notes] = fitToRuns(state);
  state = { ...state, ...change, pointed: null };
  linkNotes = [...linkNotes, ...(tooMany ? [note("link.count", { most: countOf(state) })] : []), ...notes];
}

export const addLinkNote = (key, values) => {
  linkNotes = [...linkNotes, note(key, values)];
  redraw();
};

/** Call `call(before, opened)` after each change of what is shown; a new language shows the same. */
export const subscribe = (call) => subscribers.state.push(call);

/** Call `call()` whenever the page may look different. */
export const onRedraw = (call) => subscribers.redraw.push(call);

export function redraw() {
  for (const call of subscribers.redraw) call();
}

/**
 * Write the state into the address. Back and Forward go between views, models and the steps of a lesson, and not between
 * other changes.
 */
function saveAddress(before) {
  const moved = state.model !== before.model || state.lesson !== before.lesson;
  if (moved || viewOf(state) !== viewOf(before)) push(writeLink(before), writeLink(state));
  else replaceSoon();
}

const HOME = new URL("..", import.meta.url); // the page's own address, also on another site

/** The address of a state of the page. */
export const addressOf = (some) => `${HOME}?${writeLink(some)}`;
