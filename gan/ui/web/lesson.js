// A lesson beside the views: its steps set the state of the page, and a panel explains it. What it needs is loaded when a
// lesson is opened. This module knows which lesson is open, and leads into it, through it and out of it.

import { html, nothing } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { settled } from "./loader.js";
import { elementOf, isPart, styleParts } from "./parts.js";
import { addLinkNote, isBare, linkNotes, open, redraw, state, update, whenLoaded } from "./store.js";
import { focusTab } from "./tabs.js";

export const TOUR = "tour";

let parts = null; // the modules lesson_steps.js and lesson_panel.js

/** The lesson and the number of the step that a value of the field `lesson` names. */
export function placeOf(text) {
  const cut = text.lastIndexOf("-");
  return { name: cut < 0 ? TOUR : text.slice(0, cut), number: Number(text.slice(cut + 1)) };
}

/** The value of the field `lesson` for a step. */
export const nameOf = (name, number) => (name === TOUR ? String(number) : `${name}-${number}`);

/** Load the lesson of a step, with what shows it. Return whether the page has this step. */
export async function loadLesson(text) {
  try {
    const [steps, panel] = await Promise.all([import("./lesson_steps.js"), import("./lesson_panel.js")]);
    const { name, number } = placeOf(text);
    const lesson = await steps.loadSteps(name);
    parts = { steps, panel };
    return lesson !== null && number <= lesson.length;
  } catch {
    addLinkNote("error.part");
    return true; // as far as the page knows
  }
}

/** Open a link. If it names a step and says nothing else of what the page shows, the step sets the state. */
export async function openLink(query, options) {
  await open(query, options);
  await enter(isBare(query));
}

/** Load the lesson that the state names. `sets`: its step sets the state. */
export async function enter(sets) {
  const text = state.lesson;
  if (text === null) return;
  const exists = await loadLesson(text);
  if (state.lesson !== text) return;
  if (!exists) {
    update({ lesson: null, guess: null });
    addLinkNote("link.bad", { name: "lesson" });
  } else if (sets && parts) {
    const notes = linkNotes; // on what stands around the step
    await openStep(text, { guess: state.guess, replaced: true });
    for (const { key, values } of notes) addLinkNote(key, values);
  } else await showStep();
}

/** Show a step as it begins, or as it is after the visitor's `guess`. */
export async function openStep(text, { guess = null, replaced = false } = {}) {
  if (!(await loadLesson(text)) || !parts) return;
  await whenLoaded(() => open(`?${parts.steps.queryOf(text, guess)}`, { replaced }));
  await showStep();
}

/** Show the step that is open: its words, and the part that it marks. */
export async function showStep() {
  redraw();
  const panel = document.querySelector(".studio .tour");
  if (!panel) return; // the page is not drawn yet
  const { offsetHeight } = panel.querySelector(".top");
  panel.scrollTop = state.guess === null ? 0 : panel.querySelector(".answer").offsetTop - offsetHeight - EDGE;
  showMarked(panel);
  const left = scrollY;
  await settled();
  if (scrollY === left && panel.isConnected) showMarked(panel); // what came since may have moved it
}

/** Answer the question of the step, from 1, or go on without an answer: 0. */
export const answer = (guess) => openStep(state.lesson, { guess, replaced: true });

/** Leave the lesson. The page stays as it is, with a line that leads back. */
export function leave() {
  update({ lesson: null, guess: null, left: state.lesson });
  document.querySelector(".invite a").focus(); // and scroll to it
}

/** The query string of some fields, with the language and the hidden parts that the page has now. */
export function aroundLink(change) {
  const query = new URLSearchParams(change);
  for (const name of ["lang", "hide"]) if (state[name]) query.set(name, state[name]);
  return query;
}

/** The address of a step, without what it sets. */
export const stepLink = (lesson) => `${new URL("..", import.meta.url)}?${aroundLink({ lesson })}`;

/** Follow a link to a step without loading the page again, unless the browser opens a new window. */
export async function followStep(event, text) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  update({ invites: false, left: null });
  await openStep(text);
  focusStep();
}

/** Move the focus to the step's title, where a screen reader begins to read. */
export const focusStep = () => document.getElementById("step-title")?.focus({ preventScroll: true });

const stepNow = () => (state.lesson && parts ? parts.steps.stepOf(state.lesson) : null);

/** The panel of the lesson that is open. */
export const lessonPanel = () => (stepNow() ? parts.panel.panel(stepNow()) : nothing);

/** Hide and mark the parts that the link and the step name. What would give the answer away is covered until then. */
export function dressPage() {
  const { marks = [], cover = [], question } = stepNow() ?? {};
  const covered = question && state.guess === null ? cover : [];
  const hidden = [...state.hide.split(",").filter(Boolean), ...covered].filter(isPart);
  styleParts({ hidden, marked: marks.filter(isPart) });
}

/**
 * Scroll to the parts that the step marks and does not cover, or to the first of them if they do not fit above the panel,
 * unless they are in sight.
 */
function showMarked(panel) {
  const marked = (stepNow().marks ?? []).filter(isPart).map(elementOf).filter(Boolean);
  const parts = marked.length ? marked : [elementOf("pictures")].filter(Boolean);
  if (!parts.length) return;
  const isBelow = getComputedStyle(panel).position === "sticky" && panel.offsetWidth > innerWidth / 2;
  const floor = isBelow ? innerHeight - panel.offsetHeight : innerHeight;
  const boxes = parts.map((part) => part.getBoundingClientRect());
  const all = { top: Math.min(...boxes.map(({ top }) => top)), bottom: Math.max(...boxes.map(({ bottom }) => bottom)) };
  const { top, bottom } = all.bottom - all.top < floor - EDGE ? all : boxes[0];
  if (top < 0 || bottom > floor) scrollBy({ top: top - EDGE, behavior: "instant" });
}

const EDGE = 12; // pixels between what is scrolled to and the edge above it

/** The line that invites to the tour, or back to the step that was left. */
export function invitation() {
  const { lesson, left, invites } = state;
  if (lesson !== null || (left === null && !invites)) return nothing;
  const step = left ?? "1";
  const text = left === null ? t("tour.invite") : t("tour.resume", { n: placeOf(left).number });
  return html`<p class="invite">
    <a href=${stepLink(step)} @click=${(event) => followStep(event, step)}>${text}</a>
    <button type="button" class="close" aria-label=${t("tour.dismiss")} title=${t("tour.dismiss")}
      @click=${dismiss}>✕</button>
  </p>`;
}

function dismiss() {
  update({ invites: false, left: null });
  focusTab();
}

/** What stands at the end of a page whose link hides parts. */
export const unhide = () =>
  state.hide
    ? html`<p class="unhide"><button type="button" @click=${() => update({ hide: "" })}>${t("hide.none")}</button></p>`
    : nothing;
