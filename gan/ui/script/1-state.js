// The state of the page, and how it is written in an address.

const LAST_SEED = 4294967295;
const PROGRESSION_MOST = 36;
const SIDE = 11; // places along each side of a plane
const FRAMES = 60; // of a journey

const whole = (low, high) => (text) =>
  /^\d{1,10}$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined;
const oneOf =
  (...allowed) =>
  (text) =>
    allowed.includes(text) ? text : undefined;
const share = (text) => (/^(0|1|0?\.\d{1,2})$/.test(text) ? Number(text) : undefined);

// read: text -> value, or undefined where it is not allowed. start: the value of a page without a link.
const FIELDS = {
  view: { read: oneOf("generate", "interpolate", "progression", "lesson"), start: "generate" },
  model: { read: (text) => text, start: null }, // the models are known later; null is the best there is
  epoch: { read: whole(0, 999999), start: null }, // null is the last
  seed: { read: whole(0, LAST_SEED), start: 0 },
  count: { read: whole(1, 100), start: null }, // null is what suits the view
  truncation: { read: share, start: 1 },
  sort: { read: oneOf("seed", "score", "digit"), start: "seed" },
  only: { read: whole(0, 9), start: null }, // null shows every digit
  from: { read: whole(0, LAST_SEED), start: null }, // null is the seed
  to: { read: whole(0, LAST_SEED), start: 7 },
  shape: { read: oneOf("line", "plane"), start: "line" },
  path: { read: oneOf("slerp", "lerp"), start: "slerp" },
  at: { read: whole(0, FRAMES - 1), start: 0 },
  third: { read: whole(0, LAST_SEED), start: 2 },
  fourth: { read: whole(0, LAST_SEED), start: 3 },
  x: { read: whole(0, SIDE - 1), start: 5 },
  y: { read: whole(0, SIDE - 1), start: 5 },
  slow: { read: whole(0, 1), start: 0 },
  lang: { read: oneOf(...Object.keys(TEXTS)), start: null }, // null is the browser's
};
const ALWAYS = ["view", "model", "epoch", "seed"]; // in every link, for what is best and last may change

/** The state of a query string, and a note for each part of it that cannot be used. */
function readState(query) {
  const state = Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, field.start]));
  const notes = [];
  for (const [name, text] of new URLSearchParams(query)) {
    if (name.startsWith("__")) continue; // Gradio's own
    const value = Object.hasOwn(FIELDS, name) ? FIELDS[name].read(text) : undefined;
    if (value === undefined) notes.push(note(Object.hasOwn(FIELDS, name) ? "link.bad" : "link.unknown", { name }));
    else state[name] = value;
  }
  return [state, notes];
}

/** The query string of a state: what always counts, and whatever is not as at the start. */
function writeState(state) {
  const query = new URLSearchParams();
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = name === "count" && state.count !== null ? countNow(state) : state[name];
    if (value !== null && (ALWAYS.includes(name) || value !== field.start)) query.set(name, value);
  }
  return query.toString();
}
