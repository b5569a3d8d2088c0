// Other ways to a digit than drawing: a real test digit, or a picture file.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { drawCells } from "./draw.js";
import { holds, take } from "./draw_pad.js";
import { t } from "./i18n.js";
import { setProblem } from "./loader.js";
import { note, noteOf, PageError } from "./notes.js";
import { bestOf, epochOf, hasReals } from "./runs.js";
import { loadFilm } from "./server.js";
import { state as page, update } from "./store.js";

const TRIES = 20; // grids in which a class is looked for
const CLASSES = Array.from({ length: 10 }, (_, digit) => digit);

let file = null; // { bitmap, inverted, shown }: the picture that was taken last, and the canvas with it on the pad

/** Take a real digit of the class that is wanted, or any. */
async function takeReal() {
  const { wanted } = page;
  try {
    const model = bestOf(page);
    for (let tries = 0; tries < TRIES; tries++) {
      const seed = Math.floor(Math.random() * config.limits.seed);
      const film = await loadFilm(["reals", model, epochOf(page, model), seed, config.limits.digits]);
      const number = wanted === "" ? 0 : (film.digits ?? []).indexOf(Number(wanted));
      if (number < 0) continue;
      const canvas = document.createElement("canvas");
      drawCells(canvas, film, [[0, number]], 1);
      setProblem(null);
      return take(canvas);
    }
    throw new PageError("draw.no-class");
  } catch (error) {
    setProblem(noteOf(error));
  }
}

async function takeFile(chosen) {
  if (!chosen) return;
  try {
    file = { bitmap: await createImageBitmap(chosen), inverted: false };
  } catch {
    return setProblem(note("draw.bad-file"));
  }
  setProblem(null);
  file.inverted = isDarkOnLight(canvasOf(file.bitmap));
  showFile();
}

function showFile() {
  const canvas = canvasOf(file.bitmap);
  if (file.inverted) invert(canvas);
  file.shown = canvas;
  take(canvas);
}

/** A picture as a square canvas on its own background: black, or white where the opaque part is dark. */
function canvasOf(bitmap) {
  const side = config.limits.picture;
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  const place = [(side - width) / 2, (side - height) / 2, width, height];
  context.drawImage(bitmap, ...place);
  const ground = levelOf(context.getImageData(0, 0, side, side).data, (alpha) => alpha > 127) < 128 ? 255 : 0;
  context.globalCompositeOperation = "destination-over";
  context.fillStyle = isOpaque(context, place) ? edgeColour(context, place) : `rgb(${ground} ${ground} ${ground})`;
  context.fillRect(0, 0, side, side);
  const picture = context.getImageData(0, 0, side, side);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) data.fill(grey(data, i), i, i + 3);
  context.putImageData(picture, 0, 0);
  return canvas;
}

const grey = (data, i) => 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];

/** The mean grey level of the pixels whose opacity `counts`. */
function levelOf(data, counts) {
  let [sum, count] = [0, 0];
  for (let i = 0; i < data.length; i += 4) {
    if (!counts(data[i + 3])) continue;
    sum += grey(data, i);
    count += 1;
  }
  return count ? sum / count : 0;
}

/** Whether the middle of each side of the picture is opaque. */
function isOpaque(context, place) {
  return edges(context, place).every((pixel) => pixel[3] > 127);
}

/** The mean colour of the middles of the picture's sides: its background. */
function edgeColour(context, place) {
  const pixels = edges(context, place);
  const mean = [0, 1, 2].map((part) => pixels.reduce((sum, pixel) => sum + pixel[part], 0) / pixels.length);
  return `rgb(${mean.map(Math.round).join(" ")})`;
}

function edges(context, [left, top, width, height]) {
  const [x, y] = [left + width / 2, top + height / 2];
  const at = (column, row) => context.getImageData(Math.floor(column), Math.floor(row), 1, 1).data;
  return [at(left + 1, y), at(left + width - 2, y), at(x, top + 1), at(x, top + height - 2)];
}

/** Whether the border of a picture is light. */
function isDarkOnLight(canvas) {
  const { width: side } = canvas;
  const context = canvas.getContext("2d");
  const sides = [context.getImageData(0, 0, side, 1), context.getImageData(0, side - 1, side, 1)];
  return sides.reduce((sum, { data }) => sum + levelOf(data, () => true), 0) / 2 > 127;
}

function invert(canvas) {
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "difference";
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.globalCompositeOperation = "source-over";
}

/** The card with the other sources. */
export const sources = () => html`<section class="sources">
  <p class="name">${t("draw.sources")}</p>
  <div class="joined">
    ${
      hasReals("test")
        ? html`<label class="name" for="draw-class">${t("draw.class")}</label>
          <select id="draw-class" @change=${({ target }) => update({ wanted: target.value })}>
            <option value="" .selected=${page.wanted === ""}>${t("draw.any")}</option>
            ${CLASSES.map((digit) => html`<option value=${digit} .selected=${page.wanted === String(digit)}>${digit}</option>`)}
          </select>
          <button type="button" class="take-real" @click=${takeReal}>${t("draw.real")}</button>`
        : nothing
    }
    <label class="file">
      ${t("draw.file")}<input type="file" accept="image/*" class="drawing-file" @change=${chooseFile} />
    </label>
  </div>
  ${
    file && holds(file.shown)
      ? html`<label class="check switch">
          <input type="checkbox" class="inverted" .checked=${file.inverted} @change=${toggleInverted} />
          <span>${t("draw.invert")}</span>
        </label>`
      : nothing
  }
</section>`;

function chooseFile({ target }) {
  const [chosen] = target.files;
  target.value = ""; // or the same file could not be chosen again
  takeFile(chosen);
}

function toggleInverted({ target }) {
  file.inverted = target.checked;
  showFile();
}

/** Let a picture be dropped on an element. */
export function dropped(event) {
  event.preventDefault();
  event.stopPropagation(); // or the page would look for a saved state in it
  takeFile(event.dataTransfer.files[0]);
}
