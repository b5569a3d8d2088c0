// Saving pictures, animations, vectors and code.

import { config } from "./config.js";
import { copy } from "./copying.js";
import { isCurrent, setProblem, settled, shown } from "./loader.js";
import { noteOf, PageError } from "./notes.js";
import { toNpy } from "./npy.js";
import { withTexts } from "./png.js";
import { isVector } from "./places.js";
import { pythonCode } from "./python.js";
import { post } from "./server.js";
import { epochOfFilm, screens } from "./stage.js";
import { state, viewOf, writeShown } from "./store.js";

const NARROWEST = 280; // pixels of a canvas in a picture

const KINDS = {
  png: savePicture,
  gif: saveAnimation,
  webp: saveAnimation,
  json: saveVectors,
  npy: saveVectors,
  python: copyPython,
};

let failed = false; // whether the last file could not be saved

/** Save what is shown as a file of a kind, or copy it. */
export const save = (kind) =>
  saveBy(async () => {
    const saved = kind === "png" ? screens : screensOfFakes();
    if (saved.every(({ picture }) => !picture.numbers.length)) throw new PageError("take.none");
    await KINDS[kind](kind);
  });

/** Call `act()`, which saves what is shown, when all changes are shown. Show what goes wrong. */
export async function saveBy(act) {
  try {
    await settled();
    if (!isCurrent()) return; // a note says what is wrong
    await act();
    if (failed) setProblem(null);
    failed = false;
  } catch (error) {
    failed = true;
    setProblem(noteOf(error));
  }
}

/** The screens whose digits have a vector: those before the real digits. */
const screensOfFakes = () => screens.slice(0, shown.films.length);

/** The beginning of the name of a file. */
export const fileName = () =>
  ["gan-digits", state.view, ...(viewOf(state).seedless ? [] : [isVector(state.seed) ? "vector" : state.seed])].join(
    "-",
  );

async function savePicture() {
  const canvases = screens.map(({ canvas }) => canvas);
  await downloadShown(fileName(), canvases);
}

/** Save canvases of the films that are shown, side by side, as a PNG that brings back the state. */
export async function downloadShown(name, canvases) {
  const run = shown.films.map((film) => film.run).join(" ");
  await downloadPicture(name, canvases, { model: state.model, epoch: state.epoch, seed: state.seed, run });
}

/** Save canvases side by side as a PNG that brings back the state, with further texts. */
export async function downloadPicture(name, canvases, texts) {
  const link = writeShown(state);
  download(
    `${name}.png`,
    await withTexts(await sideBySide(canvases), { [config.limits.png_state_key]: link, ...texts }),
  );
}

/** Canvases side by side, enlarged, as a PNG. */
async function sideBySide(canvases) {
  const sizes = canvases.map(({ width, height }) => {
    const scale = Math.max(config.limits.scale, Math.round(NARROWEST / width));
    return [width * scale, height * scale];
  });
  const width = sizes.reduce((sum, [each]) => sum + each, config.limits.gap * (canvases.length - 1));
  const picture = new OffscreenCanvas(width, Math.max(...sizes.map(([, height]) => height)));
  const context = picture.getContext("2d");
  context.fillRect(0, 0, picture.width, picture.height);
  context.imageSmoothingEnabled = false;
  let left = 0;
  canvases.forEach((canvas, i) => {
    context.drawImage(canvas, left, 0, ...sizes[i]);
    left += sizes[i][0] + config.limits.gap;
  });
  return picture.convertToBlob({ type: "image/png" });
}

/** The endpoint and the arguments of a film, as "animation" and "vectors" take them. */
function questionOf(view, film) {
  const { asked } = film;
  const [name, ...values] = view.vectors?.(asked, film) ?? asked;
  return [name, values];
}

/** All films in one file, side by side. */
async function saveAnimation(kind) {
  const name = `${fileName()}-${state.model}`;
  const { view, films } = shown;
  const questions = films.map((film) => questionOf(view, film));
  await downloadAnimation(
    name,
    kind,
    questions[0][0],
    questions.map(([, values]) => values),
  );
}

/** Save the films of an endpoint, one for each list of its inputs, side by side. */
export async function downloadAnimation(name, kind, endpoint, inputs) {
  const { file } = await post("animation", [kind, endpoint, inputs, state.width]);
  download(`${name}.${kind}`, await dataOf(file));
}

/** The content of a data URI. */
export const dataOf = async (address) => (await fetch(address)).blob();

/**
 * Save the vectors of all frames, or of the digits that are shown, in their order. Models that show other digits, or in
 * another order, get a file each.
 */
async function saveVectors(kind) {
  const name = fileName();
  const { view, films } = shown;
  if (view.ownVectors) {
    for (const film of films)
      downloadVectors(kind, `${name}-${film.asked[1]}`, await post("vectors", questionOf(view, film)));
    return;
  }
  const all = await post("vectors", questionOf(view, films[0])); // the same for every model
  if (!view.picks) return downloadVectors(kind, name, all);
  const orders = screensOfFakes().map(({ picture }) => picture.numbers);
  const same = orders.every((numbers) => numbers.join() === orders[0].join());
  for (const [i, numbers] of (same ? orders.slice(0, 1) : orders).entries()) {
    const [seeds, latents] = [all.seeds, all.latents].map((rows) => numbers.map((number) => rows[number]));
    if (numbers.length) downloadVectors(kind, same ? name : `${name}-${films[i].asked[1]}`, { seeds, latents });
  }
}

function downloadVectors(kind, name, { seeds, latents }) {
  if (kind === "npy") download(`${name}.npy`, toNpy(latents));
  else download(`${name}.json`, new Blob([JSON.stringify({ seeds, latents })], { type: "application/json" }));
}

async function copyPython(kind) {
  const { view, films } = shown;
  const pictures = films.map((film, i) => {
    const { numbers, columns } = screens[i].picture;
    const model = film.asked[1];
    const seeds = numbers.map((number) => film.seeds[number]);
    const latents = seeds.length ? view.python(film, seeds, state) : null;
    return {
      model,
      epoch: epochOfFilm(view, film),
      latents,
      columns,
      name: films.length > 1 ? `digits-${model}` : "digits",
    };
  });
  await copy(kind, pythonCode(pictures.filter(({ latents }) => latents)));
}

export function download(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
