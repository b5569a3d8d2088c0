// D's push: how D's logit changes with each pixel of a digit, drawn over it.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { columnsFor } from "../draw.js";
import { explain } from "../glossary.js";
import { fixed, longest, percent, t } from "../i18n.js";
import { PageError } from "../notes.js";
import { ask, decodeImage } from "../server.js";
import { captionOf, epochOfFilm } from "../stage.js";
import { mean } from "../statistics.js";
import { hasSteps, inputsOf, loadSteps, stepsSection } from "./push_steps.js";

const MORE = [255, 140, 0]; // where D wants ink
const LESS = [0, 130, 255]; // where it wants less
const GAMMA = 0.8; // opacity = |push| ** GAMMA, so that a weak push is still seen

/** Load the push of films, and the steps that are shown: `film.push`, `film.steps`. */
export async function load(view, films, wanted) {
  await wanted(Promise.all(films.map(loadPush)));
  await loadSteps(view, films, wanted);
}

async function loadPush(film) {
  if (film.push) return;
  const found = await ask("push", ...inputsOf(film));
  if (found.run !== film.run) throw new PageError("run.new");
  const columns = columnsFor(found.norms[0].length);
  film.push = { ...found, image: paint(await decodeImage(found.push)), columns, tile: film.tile };
  film.push.rows = film.push.image.height / film.tile / found.norms.length;
}

/** The signed bytes of a push as two colours, from transparent to opaque. */
function paint(image) {
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.drawImage(image, 0, 0);
  const picture = context.getImageData(0, 0, image.width, image.height);
  const { data } = picture;
  for (let i = 0; i < data.length; i += 4) {
    const value = (data[i] - 128) / 127;
    data.set(value > 0 ? MORE : LESS, i);
    data[i + 3] = 255 * Math.abs(value) ** GAMMA;
  }
  context.putImageData(picture, 0, 0);
  return canvas;
}

/** The mean length of the push of each film at the frame that is shown, in a sentence for each. */
export const sentences = (view, state, films) =>
  films
    .filter(({ push }) => push)
    .map((film) => lengthText(view, film, mean(film.push.norms[view.frame(state, film)])));

function lengthText(view, film, length) {
  const name = captionOf(film.asked[1], epochOfFilm(view, film));
  return t("named", { name, text: t("push.length", { length: fixed(length, 2) }) });
}

/** Whether all that a state shows of some films is loaded. */
export const isComplete = (view, state, films) =>
  films.length > 0 && films.every((film) => film.push && hasSteps(view, state, film));

/** What stands below the screens: the meaning of the colours, the mean lengths, and the two steps. */
export function section(view, state, films) {
  const pushed = films.filter(({ push }) => push);
  if (!pushed.length) return nothing;
  const most = config.limits.push;
  const isCut = pushed.some(({ push, seeds }) => push.norms[0].length < seeds.length);
  const texts = sentences(view, state, pushed);
  const isTraining = pushed[0].asked[0] === "progression";
  return html`
    <p class="hint">
      <i class="swatch more"></i>${t("push.more")} <i class="swatch less"></i>${t("push.less")} ${t("push.scale")}
      ${isCut ? t("push.first", { count: most }) : nothing}
    </p>
    ${pushed.map((film, i) => html`<p class="push-length">${explain(texts[i], ["d"])}</p> ${reach(view, state, film)}`)}
    ${isTraining ? html`<p class="hint">${t("push.ahead")}</p>` : nothing}
    ${stepsSection(view, state, pushed)}`;
}

/** How much of the push of a progression reaches G at an epoch. It has as much room as the longest of its epochs. */
function reach(view, state, film) {
  if (film.asked[0] !== "progression" || !film.scores) return nothing;
  const least = Math.min(...film.scores.map(mean));
  const texts = film.scores.map((scores, frame) => reachText(scores, film.push.norms[frame], least));
  return html`<p class="push-reach" data-room=${longest(texts)}>${texts[view.frame(state, film)]}</p>`;
}

/** The gradient of −log D(G(z)) is 1 − score times the push, and that of log(1 − D(G(z))) is the score times it. */
function reachText(scores, norms, least) {
  const kept = mean(norms.map((norm, number) => (1 - scores[number]) * norm));
  const other = mean(norms.map((norm, number) => scores[number] * norm));
  const [score, lowest] = [mean(scores), least].map(percent);
  return t("push.reaches", { score, least: lowest, kept: fixed(kept, 2), other: fixed(other, 2) });
}
