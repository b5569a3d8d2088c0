// Real or fake? One digit after another, half of them real, and at the end who was fooled: the visitor, or D.

import { html } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { choiceField } from "../fields.js";
import { t } from "../i18n.js";
import { isCurrent, shown } from "../loader.js";
import { memoize } from "../memo.js";
import { results, resultsTitle } from "../quiz_results.js";
import { catalogue, epochOf, epochsOf, hasReals, models } from "../runs.js";
import { state as page, subscribe, update, viewOf } from "../store.js";

const FLASH = 500; // milliseconds that a digit is shown, if time is limited: as in the timed form of HYPE
const NONE = []; // no digit: the screen shows a text
const KEYS = { ArrowLeft: false, ArrowRight: true }; // whether the answer is "real"
const OWN_ARROWS = "input:not([type=checkbox]), select, [role=tab], .scroll, dialog"; // what uses these keys itself

export const view = {
  tab: "quiz",
  shows: (state) => state.view === "quiz",
  keys: "keys.quiz",
  exports: ["png"],
  single: true,
  secret: true,
  keysEverywhere: true,
  seedsOnly: true,
  fields: {
    flash: { read: (text) => ({ 0: 0, 1: 1 })[text], start: 0 },
    rounds: { start: {}, kept: true }, // by the name of a round: { real, scores, answers }, see quiz_results.js
    timed: { start: null }, // { name, place, over }: the digit that is shown for a limited time, and whether that is over
  },

  missing: () => (hasReals("test") ? "" : t("quiz.no-reals", { command: catalogue.command })),

  question: (state, model) => ["quiz", model, epochOf(state, model), state.seed, config.limits.quiz],

  frame: () => 0,

  numbers(state, film) {
    const place = placeOf(state, film);
    if (place === film.real.length) return realFirst(film);
    return state.flash && timeOf(state, film)?.over !== false ? NONE : single(film, place);
  },

  describe(state, film, values) {
    const place = placeOf(state, film);
    if (place === film.real.length) return t("said.quiz.all", values);
    const told = { ...values, number: place + 1, count: film.real.length };
    const label = film.labels?.[0][place];
    return label ? t("said.quiz.read", { ...told, digit: label[0] }) : t("said.quiz", told);
  },

  empty: (state, film) => t(timeOf(state, film)?.over ? "quiz.over" : "quiz.wait"),

  below(state, films) {
    const [film] = films;
    if (!film) return "";
    const place = placeOf(state, film);
    if (place === film.real.length) return results(film, roundsOf(state, film), nextRounds(film));
    const waits = state.flash && !timeOf(state, film);
    return html`<div class="answers" @keydown=${refuseHeldEnter}>
      ${waits ? html`<button type="button" class="start" @click=${() => start(film, place)}>${t("quiz.show")}</button>` : ""}
      <button type="button" data-answer="fake" ?disabled=${waits} @click=${() => answer(false)}>
        <kbd aria-hidden="true">←</kbd> ${t("quiz.fake")}
      </button>
      <button type="button" data-answer="real" ?disabled=${waits} @click=${() => answer(true)}>
        ${t("quiz.real")} <kbd aria-hidden="true">→</kbd>
      </button>
    </div>`;
  },

  controls: () => html`
    ${choiceField(
      "flash",
      [0, 1].map((flash) => [flash, t(`flash.${flash}`)]),
    )}
    <p class="hint">${t("quiz.how", { count: config.limits.quiz, half: config.limits.quiz / 2 })}</p>
    <p class="hint">${t("quiz.reader")}</p>`,
};

const nameOf = (film) => [film.run, ...film.asked].join();

/** How many digits of a film have an answer. */
const placeOf = ({ rounds }, film) => rounds[nameOf(film)]?.answers.length ?? 0;

/** The rounds of this visit, the one of a film first. */
const roundsOf = ({ rounds }, film) => [
  rounds[nameOf(film)],
  ...Object.values(rounds).filter(({ name }) => name !== nameOf(film)),
];

/** What is known of the time of the digit that is asked about, or null before it is shown. */
function timeOf({ timed, ...state }, film) {
  return timed?.name === nameOf(film) && timed.place === placeOf(state, film) ? timed : null;
}

/** The lists are built once, because a screen is drawn again when it gets another list. */
const single = memoize((_, place) => [place]);
const realFirst = memoize(({ real }) => real.map((_, number) => number).sort((a, b) => real[b] - real[a] || a - b));

function answer(isReal) {
  const [film] = shown.films;
  if (shown.view !== view || !film || !isCurrent()) return;
  const place = placeOf(page, film);
  if (place === film.real.length || (page.flash && !timeOf(page, film))) return;
  const name = nameOf(film);
  const answers = [...(page.rounds[name]?.answers ?? []), isReal];
  const round = { name, real: film.real, scores: film.scores[0], answers };
  update({ rounds: { ...page.rounds, [name]: round } });
  if (answers.length === film.real.length) document.getElementById(resultsTitle)?.focus({ preventScroll: true });
  else if (page.flash) showTimed(film, place + 1);
}

/** Show the first digit. The button that asks for it goes, so the focus moves to the answers. */
function start(film, place) {
  showTimed(film, place);
  document.querySelector("[data-answer]").focus({ preventScroll: true });
}

/** Show a digit for a limited time, from the frame in which it appears. */
function showTimed(film, place) {
  const timed = { name: nameOf(film), place, over: false };
  update({ timed });
  requestAnimationFrame(() =>
    setTimeout(() => page.timed === timed && update({ timed: { ...timed, over: true } }), FLASH),
  );
}

/** What can be played next: [key of its text, its values, the change of the state]. */
function nextRounds(film) {
  const [, model, epoch, seed, count] = film.asked;
  const first = epochsOf(model).find((each) => each > 0);
  const others = models().filter((each) => each !== model);
  return [
    ["quiz.next", {}, { seed: (seed + count / 2) % (config.limits.seed + 1) }],
    ...(first && first !== epoch ? [["quiz.epoch", { epoch: first }, { epoch: first }]] : []),
    ...others.map((other) => ["quiz.model", { model: other.toUpperCase() }, { model: other }]),
  ];
}

/** A key that is held down answers once, not digit after digit. */
const refuseHeldEnter = (event) => event.repeat && event.key === "Enter" && event.preventDefault();

/** Whether what has the focus leaves the arrow keys to the game. */
function keysAreFree() {
  const focused = document.activeElement;
  if (focused === document.body) return !config.embedded;
  return focused.closest(".studio") && !focused.closest(OWN_ARROWS);
}

/** The arrow keys answer wherever nothing else uses them. */
window.addEventListener("keydown", (event) => {
  if (viewOf(page) !== view || !(event.key in KEYS) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!keysAreFree()) return;
  event.preventDefault();
  if (!event.repeat) answer(KEYS[event.key]);
});

/** A tab that was left by Back or Forward has the arrow keys no longer. */
subscribe((_, opened) => opened && viewOf(page) === view && document.activeElement.closest("[role=tab]")?.blur());

/** A radio button that is clicked, and not pressed by a key, leaves the arrow keys to the game, as a tab does. */
window.addEventListener("click", ({ detail, target }) => {
  if (viewOf(page) === view && detail > 0 && target.type === "radio") target.blur();
});
