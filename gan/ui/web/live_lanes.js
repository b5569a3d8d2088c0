// The lanes of the view "Train": what each run draws after the step that is shown, and what the coach says of it.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { currentLanguage, fixed, longest, noteText, t } from "./i18n.js";
import { drawFrame } from "./live.js";
import { changesText, ganName } from "./live_settings.js";
import { frameAt } from "./live_player.js";
import { addressOf, open, readLink } from "./store.js";

const RECENT = 10; // frames that the speed is measured over

/** The canvases of the lanes: what each holds. */
const canvases = [0, 1].map(() => {
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application"); // not "img": a screen reader would keep the arrow keys to itself
  return { canvas, drawn: null };
});

/** The canvases that are shown, from left to right. */
export const shownCanvases = (runs) => canvases.slice(0, runs.length).map(({ canvas }) => canvas);

/** The lanes of runs at a step. `press`: what a key on a canvas does. */
export function lanes(state, runs, step, press) {
  const waits = !state.plays && runs.some(({ asking }) => asking); // for the last answer before a pause
  return html`<div class="lanes" aria-busy=${waits}>
    ${runs.map((run, nth) => lane(state, run, nth, runs.length, frameAt(run, step), press))}
    ${runs.length === 1 && !runs[0].recorded ? html`<p class="empty-lane">${t("train.change")}</p>` : nothing}
  </div>`;
}

function lane(state, run, nth, count, frame, press) {
  const { canvas } = canvases[nth];
  draw(canvases[nth], run, frame);
  const name = laneName(run, nth);
  const gan = ganName(run.question[0]);
  const digits = frame ? run.columns * run.rows : 0;
  canvas.ariaLabel = t("train.said", { name, gan, count: digits, step: fixed(frame?.step ?? 0, 0) });
  canvas.ariaDescription = t("keys.train");
  canvas.onkeydown = press;
  return html`<figure class="lane">
    <figcaption><b>${name}</b><small>${(nth === count - 1 && changesText(state)) || gan}</small></figcaption>
    <div class="frame" aria-busy=${!frame && !run.problem}>${canvas}</div>
    ${numbers(run, frame)}
    ${againText(run)}
    ${run.problem ? problemText(run.problem, state) : nothing}
  </figure>`;
}

/** What a lane shows: the recipe, the visitor's own settings, or a recorded film. */
export function laneName({ recorded }, nth) {
  if (recorded) return t("train.recorded");
  return t(nth ? "train.own" : "train.recipe");
}

function draw(place, run, frame) {
  if (place.drawn === frame) return;
  if (frame) drawFrame(place.canvas, run, frame);
  else place.canvas.width = place.canvas.height = 168; // empties it
  place.drawn = frame;
}

const numbers = (run, frame) => html`<dl class="numbers">
  ${Object.entries(numbersOf(run, frame)).map(
    ([key, value]) => html`<div><dt>${t(`train.${key}`)}</dt><dd>${value}</dd></div>`,
  )}
</dl>`;

function numbersOf({ frames }, frame) {
  if (!frame) return { steps: "–", images: "–", seconds: "–", speed: "–" };
  const before = frames[Math.max(0, frames.indexOf(frame) - RECENT)];
  const speed = (frame.images - before.images) / (frame.seconds - before.seconds);
  return {
    steps: fixed(frame.step, 0),
    images: fixed(frame.images, 0),
    seconds: t("chart.seconds", { value: fixed(frame.seconds, 1) }),
    speed: Number.isFinite(speed) ? fixed(speed, 0) : "–",
  };
}

/** That the server has forgotten a run which this page knows, and trains it again up to there. */
function againText(run) {
  if (run.recorded) return nothing; // the server trains no film
  const last = run.frames.at(-1)?.step ?? 0;
  const steps = { step: fixed(run.step, 0), last: fixed(last, 0) };
  return run.step < last ? html`<p class="hint again" role="status">${t("train.again", steps)}</p>` : nothing;
}

/** An error of a run. If too many are watched, it leads to one of them. */
function problemText(problem, state) {
  if (problem.key !== "server.live-busy") return html`<p class="problem-text" role="status">${noteText(problem)}</p>`;
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a new window
    event.preventDefault();
    open(event.currentTarget.search);
  };
  const there = { ...readLink(problem.values.link)[0], lang: state.lang };
  return html`<p class="problem-text" role="status">
    ${t("train.busy", problem.values)} <a href=${addressOf(there)} @click=${follow}>${t("train.watch")}</a>
  </p>`;
}

/** What the coach says of a run: how it stands, and what to try. */
export function coachTexts(runs, step) {
  return runs.map((run, nth) => {
    const frame = frameAt(run, step);
    if (!frame) return "";
    const ended = run.ended in ENDINGS && frame === run.frames.at(-1) ? [t(ENDINGS[run.ended])] : [];
    const said = joined([coachText(frame.diagnosis), coachText(`${frame.diagnosis}.try`), ...ended]);
    return runs.length > 1 ? t("named", { name: laneName(run, nth), text: said }) : said;
  });
}

const ENDINGS = { time: "train.ended-time", memory: "train.ended-memory" }; // the coach tells of "diverged"

const coachText = (key) => noteText({ key: `coach.${key}`, values: {}, text: "" });

const joined = (texts) =>
  texts.filter(Boolean).reduce((one, other) => (one ? t("sentences", { one, other }) : other), "");

/** What the coach says, with as much room as its longest text, so that nothing below moves. */
export function coach(runs, step) {
  const texts = coachTexts(runs, step);
  const room = longestText();
  return html`<div class="card comment">
    ${texts.map((text, nth) => html`<p data-room=${`${laneName(runs[nth], nth, runs.length)}: ${room}`}>${text}</p>`)}
  </div>`;
}

const rooms = {};

function longestText() {
  const language = currentLanguage();
  const keys = Object.keys(config.texts[language]).filter((key) => key.startsWith("coach.") && !key.endsWith(".try"));
  rooms[language] ??= longest(keys.map((key) => joined([t(key), t(`${key}.try`)])));
  return rooms[language];
}
