// Runs that the server trains while this page asks: the frames that are recorded of each, and the questions for more.

import { config } from "./config.js";
import { PageError } from "./notes.js";
import { decodeImage, post } from "./server.js";

const KEPT = 6; // runs whose frames are kept; a frame has 28 kB

const runs = new Map(); // by question, the last used at the end
const canvas = new OffscreenCanvas(1, 1);

/**
 * A run without frames. `step`: to which the server has trained it. `hasAll`: whether all that was recorded up to there is
 * here. `ended`: why it cannot be trained on. `problem`: the note of the error that stopped it.
 */
const emptyRun = (question) => ({
  ...{ question, frames: [], step: 0, hasAll: false },
  ...{ ended: "", problem: null, asking: null },
});

const keyOf = (question) => JSON.stringify(question);

/** The run of a question: [model, settings, seed]. */
export function runOf(...question) {
  const key = keyOf(question);
  const run = runs.get(key) ?? emptyRun(question);
  keep(key, run);
  return run;
}

function keep(key, run) {
  runs.delete(key);
  runs.set(key, run);
  if (runs.size > KEPT) runs.delete(runs.keys().next().value);
}

/** Let a run with another question start with the frames of this one: the server copies it at this step. */
export function fork(run, question) {
  const { frames, step, columns, rows, tile } = run;
  keep(keyOf(question), { ...emptyRun(question), frames: [...frames], step, columns, rows, tile });
}

/**
 * Ask for the next frames of a run, which trains it unless they are recorded. `until`: the step at which to stop, or 0. At
 * most one question is open for each run.
 */
export function ask(run, until = 0) {
  run.asking ??= next(run, until).finally(() => {
    run.asking = null;
  });
  return run.asking;
}

async function next(run, until) {
  const film = await post("live", [...run.question, run.frames.at(-1)?.step ?? -1, until]);
  record(run, film);
  run.step = film.step;
  run.hasAll = film.frames < config.limits.live.frames;
  run.ended = film.ended;
}

/** Add the frames of a film to a run: its metrics, and one byte for each pixel. */
function record(run, film) {
  const { columns, rows, tile } = film;
  if (!film.frames) return;
  Object.assign(run, { columns, rows, tile, seeds: film.seeds });
  const [width, height] = [columns * tile, rows * tile];
  canvas.width = width;
  canvas.height = height * film.frames;
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(film.image, 0, 0);
  for (let place = 0; place < film.frames; place++) {
    const { data } = context.getImageData(0, height * place, width, height);
    const pixels = new Uint8Array(width * height);
    for (let i = 0; i < pixels.length; i++) pixels[i] = data[4 * i];
    const at = (name) => film[name][place];
    run.frames.push({
      pixels,
      step: at("steps"),
      images: at("images"),
      seconds: at("times"),
      d_loss: at("d_loss"),
      g_loss: at("g_loss"),
      d_real: at("d_real"),
      d_fake: at("d_fake"),
      readable: at("readable"),
      diagnosis: at("diagnoses"),
    });
  }
}

const presets = new Map(); // recorded runs, by name

/** The recorded run of a preset, if it is there. It is never asked for more. */
export const presetRun = (name) => presets.get(name);

/** Load the recorded run of a preset. */
export async function loadPreset(name) {
  if (presets.has(name)) return;
  const response = await fetch(new URL(`./presets/${name}.json`, import.meta.url)).catch(() => null);
  if (!response?.ok) throw new PageError(response ? "error.part" : "error.network");
  const film = await response.json();
  const run = { ...emptyRun([film.model, film.settings, film.seed]), recorded: true };
  record(run, { ...film, image: await decodeImage(film.sprite) });
  presets.set(name, run);
}

/** The place of the last frame up to a step. A run without frames has none: -1. */
export function placeAt({ frames }, step) {
  let [low, high] = [0, frames.length]; // the place lies before `high`
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frames[middle].step <= step) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Draw a frame of a run on a canvas. */
export function drawFrame(target, { columns, rows, tile }, { pixels }) {
  const [width, height] = [columns * tile, rows * tile];
  if (target.width !== width || target.height !== height) [target.width, target.height] = [width, height];
  const picture = new ImageData(width, height);
  const colours = new Uint32Array(picture.data.buffer);
  for (let i = 0; i < pixels.length; i++) colours[i] = 0xff000000 | (0x010101 * pixels[i]);
  target.getContext("2d").putImageData(picture, 0, 0);
}
