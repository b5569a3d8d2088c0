// Draw: a digit of the visitor's own, and the digit that comes closest to it in latent space.

import { html, nothing } from "../vendor/lit-html.js";
import { drawCells } from "../draw.js";
import { clear, isEmpty, onInk, padCanvas, penLimits, penWidth, setPen, thicken, undo } from "../draw_pad.js";
import { look, lookIfOld, preview } from "../draw_preview.js";
import { result, resultText } from "../draw_result.js";
import { dropped, sources } from "../draw_sources.js";
import { sliderField } from "../fields.js";
import { fixed, noteText, percent, t } from "../i18n.js";
import { show, shown } from "../loader.js";
import { makePlayer, playButton } from "../player.js";
import { pythonPlaces } from "../python.js";
import { epochOf } from "../runs.js";
import { state as page, subscribe, update, viewOf } from "../store.js";

const CLIMB = 60; // milliseconds between the frames of the climb
const THIN = "server.drawing-thin";

export const view = {
  tab: "draw",
  shows: (state) => state.view === "draw",
  keys: "keys.draw",
  exports: ["png", "json", "npy", "python"],
  seedless: true,
  fields: {
    drawing: { start: null, kept: true }, // base64 of its grey levels; it is never in a link
    climb: { start: null }, // the frame of the climb that is shown; null: the last one
    wanted: { start: "" }, // the class of a real digit to take; empty: any
  },

  missing: () => (page.drawing ? "" : t("draw.none")),

  question: (state, model) => ["invert", model, epochOf(state, model), state.drawing],

  frame: ({ climb }, film) => Math.min(climb ?? Infinity, film.frames - 1),

  describe(state, film, values) {
    const frame = view.frame(state, film);
    return t("said.draw", { ...values, step: film.steps[frame], rmse: fixed(film.rmse[frame], 1) });
  },

  move: ({ climb }, right, down) => ({ climb: inside((climb ?? last()) + right + down) }),

  finish: (_, wanted) => wanted(lookIfOld()),

  above: () => html`<div class="drawing">${pad()} ${seen()}</div>`,

  below: (state, films) =>
    films.length
      ? html`<div class="climb joined">
            ${playButton(player, "travel", "draw.play")}
            <input class="place" type="range" min="0" max=${last()} .value=${String(state.climb ?? last())}
              aria-label=${t("draw.climb")} aria-valuetext=${t("train.at", { step: state.climb ?? last() })}
              @input=${({ target }) => go(Number(target.value))} />
          </div>
          ${films.map((film) => result(film, view.frame(state, film)))}`
      : nothing,

  spoken: () => foundFilms().map(resultText),

  controls: () => html`
    ${sliderField("draw.pen", {
      min: penLimits.least,
      max: penLimits.most,
      value: penWidth(),
      shown: fixed(penWidth(), 0),
      choose: setPen,
    })}
    ${sources()}
    <p class="hint">${t("draw.private")}</p>`,

  vectors: ([, model, epoch], { vector }) => ["generate", model, epoch, vector, 1],
  ownVectors: true,

  python: ({ vector }) => pythonPlaces([vector]),
};

/** The films that are shown, if they are of this view. */
const foundFilms = () => (shown.view === view && page.drawing ? shown.films : []);
const last = () => (foundFilms()[0]?.frames ?? 1) - 1;
const inside = (frame) => Math.min(last(), Math.max(0, frame));

const player = makePlayer(
  () => CLIMB,
  (first) => {
    const at = first && (page.climb ?? last()) === last() ? -1 : (page.climb ?? last());
    if (viewOf(page) !== view || at >= last()) return false;
    update({ climb: at + 1 });
  },
);

function go(climb) {
  player.stop();
  update({ climb });
}

/** The pad with its tools. */
const pad = () => html`<figure class="own" @dragover=${(event) => event.preventDefault()} @drop=${dropped}>
  <figcaption id="pad-name">${t("draw.pad")}</figcaption>
  <div class="frame" role="img" aria-labelledby="pad-name">${padCanvas}</div>
  <div class="buttons">
    <button type="button" class="undo" ?disabled=${isEmpty()} @click=${undo}>${t("draw.undo")}</button>
    <button type="button" class="clear" ?disabled=${isEmpty()} @click=${clear}>${t("draw.clear")}</button>
    <button type="button" class="thicken" ?disabled=${isEmpty()} @click=${thicken}>${t("draw.thicken")}</button>
  </div>
</figure>`;

const eye = document.createElement("canvas"); // what the networks see
eye.width = eye.height = 28;
let eyed = null; // the film that it shows

/** The drawing as the networks see it, with what they say of it. */
function seen() {
  const { film, problem } = preview;
  if (film !== eyed) {
    if (film) drawCells(eye, film, [[0, 0]], 1);
    else eye.width = eye.height = 28; // empties it
    eyed = film;
  }
  return html`<figure class="seen">
    <figcaption>${t("draw.seen")}</figcaption>
    <div class="frame"><span role="img" aria-label=${t("draw.seen")}>${eye}</span></div>
    <p class="reading" role="status" data-room=${t("draw.room")}>${problem ? noteText(problem) : readingOf(film)}</p>
    ${problem?.key === THIN ? html`<p class="hint">${t("draw.thin")}</p>` : nothing}
  </figure>`;
}

function readingOf(film) {
  if (!film) return "";
  const label = film.labels?.[0][0];
  const read = label ? t("digit.read", { digit: label[0], sure: percent(label[1]) }) : t("digit.noise");
  const score = t("digit.score", { score: percent(film.scores[0][0]) });
  return film.labels ? `${read} · ${score}` : score;
}

/** Look at the drawing while a stroke is drawn, and find its digit after each stroke. */
onInk((ended) => (ended ? find() : look()));

async function find() {
  await look();
  player.stop();
  update({ drawing: preview.problem ? null : preview.drawn, climb: null });
  show(); // the drawing is not in the link, so the page does not follow it by itself
}

/** Another model or epoch has another D. */
subscribe((before) => {
  const changed = before.model !== page.model || before.epoch !== page.epoch;
  if (viewOf(page) === view && changed) lookIfOld();
});
