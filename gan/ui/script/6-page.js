// The page: what is shown of the state, and what changes it.

const find = (selector) => element.querySelector(selector);
const findAll = (selector) => [...element.querySelectorAll(selector)];
const screens = []; // one for each shown model
let catalogue = { models: {}, notices: [], reads: false };
let [state, linkNotes] = readState(location.search);
let films = []; // what the screens show, by screen, each with the question that it answers
let hovered = null; // { screen, place }
let chosen = null; // { screen, place }
let runCharts = []; // { model, mark } of each shown model
let wrong = null; // the note of what went wrong last
let varietyNote = null; // what the truncation costs

// What the state means; `of` is another state that is asked about

const models = () => Object.keys(catalogue.models).filter((model) => epochsOf(model).length);
const shownModels = (of = state) => (of.model === "both" ? models() : [of.model]);
const epochsOf = (model) => catalogue.models[model]?.epochs ?? [];
const allEpochs = () => [...new Set(shownModels().flatMap(epochsOf))].sort((a, b) => a - b);
const countNow = (of = state) => {
  const most = of.view === "progression" ? PROGRESSION_MOST : 100;
  return Math.min(of.count ?? (of.view === "progression" ? 16 : 64), most);
};
/** The last saved epoch of a model that is not after the state's epoch; the last of all where that says none. */
const epochOf = (model, of = state) => {
  const saved = epochsOf(model);
  return saved.findLast((epoch) => epoch <= (of.epoch ?? Infinity)) ?? saved[0];
};
const fromSeed = (of = state) => of.from ?? of.seed;
const isPlane = (of = state) => of.view === "interpolate" && of.shape === "plane";
const isLine = (of = state) => of.view === "interpolate" && of.shape === "line";

/** Fit what a link or a click asked for to the runs that are there; a note for each thing that cannot be. */
function fit() {
  const notes = [];
  if (!models().length) return notes;
  if (state.count > countNow()) notes.push(note("link.bad", { name: "count" }));
  const allowed = [...models(), ...(models().length > 1 ? ["both"] : [])];
  if (!allowed.includes(state.model)) {
    if (state.model !== null) notes.push(note("link.bad", { name: "model" }));
    state.model = models().at(-1);
  }
  const saved = allEpochs();
  if (saved.length && !saved.includes(state.epoch)) {
    const near = state.epoch === null ? saved.at(-1) : saved.findLast((epoch) => epoch <= state.epoch) ?? saved[0];
    if (state.epoch !== null) notes.push(note("link.epoch", { epoch: state.epoch, near }));
    state.epoch = near;
  }
  if (!catalogue.reads && (state.only !== null || state.sort === "digit")) {
    notes.push(note("link.reads"));
    state.only = null;
    if (state.sort === "digit") state.sort = "seed";
  }
  return notes;
}

// Change

let again = false;
let rendering = null; // a promise, until all changes are shown
let passOver = () => {}; // stops waiting for what was asked
let addressTimer = null;

/** Take a change into the state, and show it: in the controls and the address at once, on the screens when it is there. */
function update(change) {
  const { model, view } = state;
  Object.assign(state, change);
  linkNotes = [];
  fit();
  if (state.model !== model || state.view !== view) {
    chosen = hovered = null;
    buildCharts();
    drawReadout();
    passOver();
  }
  showControls();
  keepAddress();
  return render();
}

/** Write the state into the address; Safari throws where a page does so 100 times in 30 seconds. */
function keepAddress() {
  addressTimer ??= setTimeout(() => {
    addressTimer = null;
    const query = `?${writeState(state)}`;
    if (query === location.search) return;
    history.replaceState(null, "", query);
    if (window.parent !== window) window.parent.postMessage({ queryString: query.slice(1) }, "https://huggingface.co");
  }, 350);
}

/** Show what the state says. One question at a time, so that a drag asks for its last place and not for every one. */
function render() {
  again = true;
  rendering ??= renderAll();
  return rendering;
}

async function renderAll() {
  while (again) {
    again = false;
    try {
      if (!models().length) await lookAgain();
      await renderOnce({ ...state });
      say(null);
    } catch (error) {
      if (await isOutdated(error)) again = true;
      if (!again) say(noteOfError(error));
    }
  }
  rendering = null;
}

/** Ask which runs there are; whether that is news to the page. */
async function lookAgain() {
  const found = await request("catalogue", []);
  if (JSON.stringify(found) === JSON.stringify(catalogue)) return false;
  catalogue = found;
  answers.clear();
  chosen = hovered = null;
  linkNotes = [...linkNotes, ...fit()];
  tell();
  keepAddress();
  return true;
}

const OUTDATED = ["run.new", "server.choice", "server.none", "server.no-runs", "server.no-snapshots", "server.unusable"];

/** Whether an error came of runs that are no longer those that the page knew; it knows the new ones then. */
async function isOutdated(error) {
  const runs = () => JSON.stringify(models().map((model) => [model, catalogue.models[model].run]));
  const before = runs();
  if (!OUTDATED.includes(error.note?.key) || !(await lookAgain().catch(() => false))) return false;
  if (runs() !== before) linkNotes.push(note("run.new"));
  return true;
}

async function renderOnce(now) {
  if (!models().length) return;
  const old = new Promise((resolve) => (passOver = resolve));
  if (now.view === "lesson") return Promise.race([drawLesson(), old]);
  const names = shownModels();
  const questions = names.map((model) => question(model, epochOf(model)));
  const answered = await Promise.race([filmsOf(questions, now), old]);
  if (!answered || now.view !== state.view || now.model !== state.model || now.shape !== state.shape) return; // asked for no more
  if (answered.some(({ run }, i) => run !== catalogue.models[names[i]].run)) throw trouble(note("run.new"));
  films = answered;
  while (screens.length > names.length) screens.pop().box.remove();
  while (screens.length < names.length) {
    const screen = makeScreen(point, pick);
    screens.push(screen);
    find(".screens").append(screen.box);
  }
  draw();
  await Promise.race([showOpinions(), old]);
  await Promise.race([showVariety(now), old]);
}

/** The films of some questions, with what the networks say of them where that decides what is shown of them. */
async function filmsOf(questions, { view, sort, only }) {
  const found = await Promise.all(questions.map(filmOf));
  if (view === "generate" && (sort !== "seed" || only !== null)) await Promise.all(found.map(judge));
  return found;
}

function question(model, epoch, of = state) {
  if (of.view === "progression") return ["progression", model, of.seed, countNow(of)];
  if (isPlane(of)) return ["plane", model, epoch, [fromSeed(of), of.to, of.third, of.fourth]];
  if (isLine(of)) return ["interpolate", model, epoch, fromSeed(of), of.to, FRAMES, of.path];
  if (of.truncation !== 1) return ["truncated", model, epoch, of.seed, countNow(of), of.truncation];
  return ["generate", model, epoch, of.seed, countNow(of)];
}
