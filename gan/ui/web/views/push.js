// D's push: how D's logit changes with each pixel of a digit, drawn over it, and where steps along it lead.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { columnsFor, drawCells } from "../draw.js";
import { explain } from "../glossary.js";
import { counted, fixed, longest, percent, t } from "../i18n.js";
import { shown } from "../loader.js";
import { PageError } from "../notes.js";
import { makePlayer, playButton } from "../player.js";
import { epochOf } from "../runs.js";
import { ask, decodeImage } from "../server.js";
import { captionOf, epochOfFilm } from "../stage.js";
import { modelsOf, state as page, update } from "../store.js";

const MORE = [255, 140, 0]; // where D wants ink
const LESS = [0, 130, 255]; // where it wants less
const GAMMA = 0.8; // opacity = |push| ** GAMMA, so that a weak push is still seen
const PAUSE = 150; // milliseconds between the frames of a step

/** The two steps: [field of the state with the epoch at which it was taken, what moves]. */
const STEPS = [
  ["dstep", "pixels"],
  ["gstep", "z"],
];

/** The inputs of a film with as many digits as have a push. */
function inputsOf({ asked: [name, ...values] }) {
  const count = name === "progression" ? 2 : 3;
  return [name, values.map((value, i) => (i === count ? Math.min(value, config.limits.push) : value))];
}

/** Load the push of films, and the steps that are shown: `film.push`, `film.steps`. */
export async function load(view, films, wanted) {
  await wanted(Promise.all(films.map(loadPush)));
  for (const [, target] of takenSteps(page)) {
    await wanted(Promise.all(films.map((film) => loadStep(view, film, target))));
  }
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

/** The film of a step from the digits that a film shows: `film.steps`, by epoch and by what moves. */
async function loadStep(view, film, target) {
  const [, model, ...values] = film.asked;
  const epoch = epochOfFilm(view, film);
  const [name, inputs] = inputsOf(
    film.asked[0] === "progression" ? { asked: ["generate", model, epoch, ...values] } : film,
  );
  const found = await ask("pushed", name, inputs, target);
  if (found.run !== film.run) throw new PageError("run.new");
  film.steps = { ...film.steps, [`${target} ${epoch}`]: found };
}

const stepOf = (view, film, target) => film.steps?.[`${target} ${epochOfFilm(view, film)}`];

/** Whether a step is shown: it was taken at the epoch of the state. Another epoch asks for nothing until it is taken there. */
const isTaken = (state, field) => state[field] !== null && state[field] === epochNow(state);
const takenSteps = (state) => STEPS.filter(([field]) => isTaken(state, field));
const epochNow = (state) => epochOf(state, modelsOf(state)[0]);

/** The mean length of the push of each film at the frame that is shown, in a sentence for each. */
export const sentences = (view, state, films) =>
  films
    .filter(({ push }) => push)
    .map((film) => lengthText(view, film, mean(film.push.norms[view.frame(state, film)])));

function lengthText(view, film, length) {
  const name = captionOf(film.asked[1], epochOfFilm(view, film));
  return t("named", { name, text: t("push.length", { length: fixed(length, 2) }) });
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Whether all that a state shows of some films is loaded. */
export const isComplete = (view, state, films) =>
  films.length > 0 &&
  films.every((film) => film.push && takenSteps(state).every(([, target]) => stepOf(view, film, target)));

/** What stands below the screens: the meaning of the colours, the mean lengths, and the two steps. */
export function section(view, state, films) {
  const pushed = films.filter(({ push }) => push);
  if (!pushed.length) return nothing;
  const most = config.limits.push;
  const isCut = pushed.some(({ push, seeds }) => push.norms[0].length < seeds.length);
  return html`
    <p class="hint">
      <i class="swatch more"></i>${t("push.more")} <i class="swatch less"></i>${t("push.less")} ${t("push.scale")}
      ${isCut ? t("push.first", { count: most }) : nothing}
    </p>
    ${sentences(view, state, pushed).map((text) => html`<p class="push-length">${explain(text, ["d"])}</p>`)}
    <div class="buttons">${STEPS.map(([field, target]) => stepButton(state, field, target))}</div>
    ${steps(view, state, pushed)}`;
}

function stepButton(state, field, target) {
  const taken = isTaken(state, field);
  const use = () => {
    player.stop();
    update({ [field]: taken ? null : epochNow(state), moved: taken ? state.moved : 0 });
    if (!taken) player.toggle();
  };
  return html`<button type="button" data-step=${target} aria-pressed=${taken} @click=${use}>${t(`push.${target}`)}</button>`;
}

/** The films of the steps that are taken, with the slider that scrubs them. */
function steps(view, state, films) {
  const taken = takenSteps(state);
  if (!taken.length) return nothing;
  const sizes = config.limits.push_frames - 1;
  return html`
    <div class="joined">
      ${playButton(player, "travel", "push.play")}
      <input class="place" type="range" min="0" max=${sizes} .value=${String(state.moved)} aria-label=${t("push.size")}
        aria-valuetext=${t("push.at", { step: state.moved, last: sizes })} @input=${({ target }) => go(Number(target.value))} />
    </div>
    ${taken.map(
      ([, target]) => html`<div class="push-step">
        <h2>${t(`push.${target}`)}</h2>
        <p class="hint">${t(`push.${target}.text`)}</p>
        <div class="push-films">${films.map((film) => stepFigure(view, film, target, state.moved))}</div>
      </div>`,
    )}`;
}

function stepFigure(view, film, target, moved) {
  const found = stepOf(view, film, target);
  const name = captionOf(film.asked[1], epochOfFilm(view, film));
  if (!found) return html`<figure aria-busy="true"><figcaption>${name}</figcaption></figure>`;
  const said = stepText(found, target, moved);
  return html`<figure>
    <figcaption>${name}</figcaption>
    <span role="img" aria-label=${said}>${canvasOf(found, moved)}</span>
    <p data-room=${longest(found.captions.map((_, frame) => stepText(found, target, frame)))}>${said}</p>
  </figure>`;
}

const canvases = new WeakMap(); // by film: its canvas and the frame that it shows

function canvasOf(film, frame) {
  const drawn = canvases.get(film) ?? { canvas: document.createElement("canvas"), frame: null };
  canvases.set(film, drawn);
  if (drawn.frame !== frame) {
    const cells = film.seeds.map((_, number) => [frame, number]);
    drawCells(drawn.canvas, film, cells, film.columns);
    drawn.frame = frame;
  }
  return drawn.canvas;
}

/** D's mean score before and after, how far the digits moved, and how many the classifier still reads as the same. */
function stepText(film, target, frame) {
  const { scores, labels, sizes } = film;
  const [before, after] = [scores[0], scores[frame]].map((row) => percent(mean(row)));
  const said = t(`push.${target}.said`, { size: fixed(sizes[frame], 2), before, after });
  if (!labels) return said;
  const read = labels[0].flatMap((label, number) => (label ? [number] : []));
  const same = read.filter((number) => labels[frame][number]?.[0] === labels[0][number][0]);
  if (!read.length) return said;
  return t("sentences", { one: said, other: counted("push.same", { same: same.length, count: read.length }) });
}

const last = () => config.limits.push_frames - 1;

const player = makePlayer(
  () => PAUSE,
  (first) => {
    const at = first && page.moved === last() ? -1 : page.moved;
    if (!page.push || at >= last() || !shown.films.some(({ steps: films }) => films)) return false;
    update({ moved: at + 1 });
  },
);

function go(moved) {
  player.stop();
  update({ moved });
}
