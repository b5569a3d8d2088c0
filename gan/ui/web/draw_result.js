// What was found for a drawing: how close it is, both over each other, and where to go from there.

import { html, nothing } from "./vendor/lit-html.js";
import { drawCells, spread } from "./draw.js";
import { fixed, t } from "./i18n.js";
import { setProblem } from "./loader.js";
import { memoize } from "./memo.js";
import { noteOf } from "./notes.js";
import { epochsOf } from "./runs.js";
import { ask, decodeImage, loadFilm } from "./server.js";
import { redraw } from "./store.js";
import { placeButtons, USES } from "./uses.js";

const EPOCHS = 6; // at which a drawing is found anew
const COLOURS = [
  [255, 140, 0], // of the drawing
  [0, 115, 255], // of the digit that was found; both together are white
];

const name = (film) => film.asked[1].toUpperCase();

/** The sentence about a film. */
export function resultText(film) {
  const values = { model: name(film), rmse: fixed(film.rmse.at(-1), 1), nearest: fixed(film.nearest_rmse, 1) };
  const found = t("draw.found", values);
  return film.asked[2] === 0 ? t("sentences", { one: found, other: t("draw.untrained") }) : found;
}

/** A canvas whose pixels are read. */
function readable() {
  const canvas = document.createElement("canvas");
  canvas.getContext("2d", { willReadFrequently: true }); // or Chromium warns
  return canvas;
}

const pixelsOf = (canvas) => canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;

/** The drawing of a film as the networks see it, on a canvas that is empty until it is decoded. */
const drawingOf = memoize((film) => {
  const drawing = { canvas: readable(), isThere: false };
  decodeImage(film.drawing.sprite).then((image) => {
    drawCells(drawing.canvas, { image, tile: image.width, columns: 1, rows: 1 }, [[0, 0]], 1);
    drawing.isThere = true;
    redraw();
  });
  return drawing;
});

const isDrawn = (film) => drawingOf(film).isThere;

/** The drawing and a frame of the film over each other, in two colours. `key`: the frame, and whether the drawing is there. */
const overlay = memoize((film, key) => {
  const canvas = readable();
  drawCells(canvas, film, [[Number.parseInt(key, 10), 0]], 1);
  if (!isDrawn(film)) return canvas;
  const parts = [pixelsOf(drawingOf(film).canvas), pixelsOf(canvas)];
  const picture = new ImageData(canvas.width, canvas.height);
  for (let i = 0; i < picture.data.length; i += 4) {
    for (let part = 0; part < 3; part++)
      picture.data[i + part] = (parts[0][i] * COLOURS[0][part] + parts[1][i] * COLOURS[1][part]) / 255;
    picture.data[i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
});

/** What a film found at a frame, and what can be done with it. */
export const result = (film, frame) => html`<section class="found" aria-label=${name(film)}>
  <p>${resultText(film)}</p>
  <div class="compared">
    <span role="img" aria-label=${t("draw.overlay")}>${overlay(film, `${frame} ${isDrawn(film)}`)}</span>
    <div>
      <p>${t("draw.overlay")}</p>
      <p class="hint"><i class="swatch drawing"></i>${t("draw.only-drawing")}</p>
      <p class="hint"><i class="swatch finding"></i>${t("draw.only-found")}</p>
    </div>
  </div>
  ${placeButtons(USES, film.asked[1], () => film.vector)}
  ${anew(film)}
</section>`;

// The drawing found anew at some epochs, and the same vector at these epochs.

let busy = null; // the film whose drawing is being found anew

function anew(film) {
  const saved = epochsOf(film.asked[1]);
  if (saved.length < 2) return nothing;
  return html`<div class="anew">
    <button type="button" data-go="draw.anew" ?disabled=${busy !== null} aria-busy=${busy === film} @click=${() => findAnew(film)}>
      ${t("draw.anew")}
    </button>
    ${film.anew ? strip(film) : nothing}
  </div>`;
}

const strip = (film) => html`<table>
  <caption class="hint">${t("draw.anew.text")}</caption>
  <tr><th scope="row">${t("epoch")}</th>${film.anew.map(({ epoch }) => html`<td>${epoch}</td>`)}</tr>
  <tr><th scope="row">${t("draw.same-z")}</th>${film.anew.map(({ same }) => html`<td>${same}</td>`)}</tr>
  <tr><th scope="row">${t("draw.found-anew")}</th>${film.anew.map(({ found }) => html`<td>${found}</td>`)}</tr>
  <tr><th scope="row">${t("draw.rmse")}</th>${film.anew.map(({ rmse }) => html`<td>${fixed(rmse, 0)}</td>`)}</tr>
</table>`;

async function findAnew(film) {
  const [, model, , picture] = film.asked;
  const saved = epochsOf(model);
  busy = film;
  film.anew = [];
  redraw();
  try {
    const training = await loadFilm(["progression", model, film.vector, 1]);
    for (const place of spread(EPOCHS, saved.length - 1)) {
      const there = await ask("invert", model, saved[place], picture);
      const same = tile(training, place);
      film.anew = [
        ...film.anew,
        { epoch: saved[place], same, found: tile(there, there.frames - 1), rmse: there.rmse.at(-1) },
      ];
      redraw();
    }
    setProblem(null);
  } catch (error) {
    setProblem(noteOf(error));
  } finally {
    busy = null;
    redraw();
  }
}

function tile(film, frame) {
  const canvas = document.createElement("canvas");
  drawCells(canvas, film, [[frame, 0]], 1);
  return canvas;
}
