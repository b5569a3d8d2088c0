// Where steps along D's push lead: the digits follow it in their pixels or in z. Each step is a short film.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { drawCells } from "../draw.js";
import { loadSaving, widthField } from "../exports.js";
import { counted, fixed, longest, percent, t } from "../i18n.js";
import { shown } from "../loader.js";
import { PageError } from "../notes.js";
import { makePlayer, playButton } from "../player.js";
import { epochOf } from "../runs.js";
import { ask } from "../server.js";
import { captionOf, epochOfFilm } from "../stage.js";
import { mean } from "../statistics.js";
import { addLinkNote, modelsOf, state as page, update } from "../store.js";

const PAUSE = 150; // milliseconds between the frames of a step

/** The two steps: [field of the state with the epoch at which it was taken, what moves]. */
const STEPS = [
  ["dstep", "pixels"],
  ["gstep", "z"],
];

/** The inputs of a film with as many digits as have a push. */
export function inputsOf({ asked: [name, ...values] }) {
  const count = name === "progression" ? 2 : 3;
  return [name, values.map((value, i) => (i === count ? Math.min(value, config.limits.push) : value))];
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
  found.asked = [name, inputs, target];
  film.steps = { ...film.steps, [`${target} ${epoch}`]: found };
}

/** Load the steps that are shown: `film.steps`. */
export async function loadSteps(view, films, wanted) {
  for (const [, target] of takenSteps(page))
    await wanted(Promise.all(films.map((film) => loadStep(view, film, target))));
}

const stepOf = (view, film, target) => film.steps?.[`${target} ${epochOfFilm(view, film)}`];

/** Whether a step is shown: it was taken at the epoch of the state. Another epoch asks for nothing until it is taken there. */
const isTaken = (state, field) => state[field] !== null && state[field] === epochNow(state);
const takenSteps = (state) => STEPS.filter(([field]) => isTaken(state, field));
const epochNow = (state) => epochOf(state, modelsOf(state)[0]);

/** Whether all steps of a film that a state shows are loaded. */
export const hasSteps = (view, state, film) => takenSteps(state).every(([, target]) => stepOf(view, film, target));

/** The buttons of the two steps, and the films of those that are taken. */
export const stepsSection = (view, state, films) => html`
  <div class="buttons">${STEPS.map(([field, target]) => stepButton(state, field, target))}</div>
  ${steps(view, state, films)}`;

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
        ${saveButtons(
          target,
          films.every((film) => stepOf(view, film, target)),
        )}
      </div>`,
    )}
    ${view.exports.includes("gif") ? nothing : widthField()}`;
}

// Saving a step

const KINDS = ["png", "gif", "webp"];

function saveButtons(target, isThere) {
  const name = t(`push.${target}`);
  return html`<div class="buttons" role="group" aria-label=${t("named", { name: t("take"), text: name })}>
    <span class="name">${t("take")}</span>
    ${KINDS.map(
      (kind) => html`<button type="button" data-step-take=${`${target} ${kind}`} ?disabled=${!isThere}
        aria-label=${t("named", { name, text: t(`take.${kind}`) })} @click=${() => save(target, kind)}>
        ${t(`take.${kind}`)}
      </button>`,
    )}
  </div>`;
}

const save = (target, kind) =>
  loadSaving().then(
    (saving) => saving.saveBy(() => saveStep(saving, target, kind)),
    () => addLinkNote("error.part"),
  );

/** Save the film of a step, or as a PNG the frame that is shown. */
async function saveStep(saving, target, kind) {
  const { view, films } = shown;
  const found = films.map((film) => stepOf(view, film, target));
  if (!found.every(Boolean)) return; // at the epoch that is shown now no step was taken
  const name = `${saving.fileName()}-${target}-${page.model}`;
  if (kind !== "png")
    return saving.downloadAnimation(
      name,
      kind,
      "pushed",
      found.map(({ asked }) => asked),
    );
  await saving.downloadShown(
    name,
    found.map((film) => canvasOf(film, page.moved)),
  );
}

// The films of the steps

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
