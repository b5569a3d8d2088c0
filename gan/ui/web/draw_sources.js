// Other ways to a digit than drawing: a real test digit, or a picture file.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { drawCells } from "./draw.js";
import { inkOf, isDark, painted } from "./draw_file.js";
import { holds, take } from "./draw_pad.js";
import { t } from "./i18n.js";
import { setProblem } from "./loader.js";
import { note, noteOf, PageError } from "./notes.js";
import { bestOf, epochOf, hasReals } from "./runs.js";
import { loadFilm } from "./server.js";
import { state as page, update } from "./store.js";

const TRIES = 20; // grids in which a class is looked for
const CLASSES = Array.from({ length: 10 }, (_, digit) => digit);

let file = null; // { ink, inverted, shown }: the picture that was taken last, and the canvas with it on the pad

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
    const ink = inkOf(await createImageBitmap(chosen), config.limits.picture);
    file = { ink, inverted: isDark(ink) };
  } catch {
    return setProblem(note("draw.bad-file"));
  }
  setProblem(null);
  showFile();
}

function showFile() {
  file.shown = painted(file.ink, file.inverted);
  take(file.shown);
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
