// The end of a round of "Real or fake?": error rates with their intervals, and the digits that fooled somebody.
//
// A round is { real, scores, answers }: for each digit whether it is real, D's score of it, and whether the visitor said
// that it is real.

import { html } from "./vendor/lit-html.js";
import { drawCells } from "./draw.js";
import { counted, t, wholePercent } from "./i18n.js";
import { memoize } from "./memo.js";
import { settled } from "./loader.js";
import { answersFor, wilson } from "./statistics.js";
import { update } from "./store.js";

export const resultsTitle = "results-title"; // the id of the heading, which gets the focus

const HALF = 0.5; // D says "real" at a score above it
const MARGIN = 0.1; // of an error rate that is told well enough
const ACROSS = 10; // digits in a row of those that fooled somebody

const byVisitor = ({ answers }) => answers;
const byD = ({ scores }) => scores.map((score) => score > HALF);

/** The results of `rounds`, the present one first. `next`: what can be played next, [key, values, change] each. */
export function results(film, rounds, next) {
  const [round] = rounds;
  const complete = rounds.filter(({ answers, real }) => answers.length === real.length);
  const model = film.asked[1].toUpperCase();
  const count = complete.reduce((sum, { real }) => sum + real.length, 0);
  return html`<div class="results">
    <h2 id=${resultsTitle} tabindex="-1">${verdict(round)}</h2>
    <div class="scroll" tabindex="0" role="region" aria-labelledby=${resultsTitle}>
      <table>
        <thead><tr><th scope="col">${t("results.errors")}</th>${["all", "real", "fake"].map((key) => html`<th scope="col">${t(`results.${key}`)}</th>`)}</tr></thead>
        <tbody>
          ${row(t("results.you"), [round], byVisitor)}
          ${row(t("results.d", { model }), [round], byD)}
          ${complete.length > 1 ? row(t("results.visit", { rounds: complete.length }), complete, byVisitor) : ""}
        </tbody>
      </table>
    </div>
    <p class="hint">${t("results.meaning", { margin: 100 * MARGIN, needed: answersFor(MARGIN), count })}</p>
    <div class="buttons next">
      ${next.map(([key, values, change]) => html`<button type="button" data-next=${key} @click=${() => play(change)}>${t(key, values)}</button>`)}
    </div>
    <div class="fooled">
      ${[
        ["you", byVisitor],
        ["d", byD],
      ].map(([who, answersOf]) => [true, false].map((real) => fooled(film, round, who, answersOf, real, model)))}
    </div>
  </div>`;
}

async function play(change) {
  update(change);
  await settled();
  document.querySelector(".answers button:not(:disabled)")?.focus({ preventScroll: true });
}

const wrong = (answersOf) => (round) => answersOf(round).map((answer, i) => answer !== round.real[i]);

function verdict(round) {
  const mistakes = wrong(byVisitor)(round).filter(Boolean).length;
  return counted("results.verdict", { count: mistakes, total: round.real.length });
}

/** A row of the table: the errors among all digits, among real ones and among fakes. */
function row(name, rounds, answersOf) {
  const errors = rounds.flatMap((round) => wrong(answersOf)(round).map((isWrong, i) => [isWrong, round.real[i]]));
  const parts = [() => true, (real) => real, (real) => !real].map((of) => errors.filter(([, real]) => of(real)));
  return html`<tr><th scope="row">${name}</th>${parts.map((part) => {
    const hits = part.filter(([isWrong]) => isWrong).length;
    const [low, high] = wilson(hits, part.length).map(wholePercent);
    return html`<td>${wholePercent(hits / part.length)}<small>${t("results.interval", { hits, total: part.length, low, high })}</small></td>`;
  })}</tr>`;
}

const canvasesOf = memoize(() => new Map());

/** The digits that fooled somebody: real ones that were called fakes, or fakes that were called real. */
function fooled(film, round, who, answersOf, real, model) {
  const mistakes = wrong(answersOf)(round);
  const numbers = mistakes.flatMap((isWrong, number) => (isWrong && round.real[number] === real ? [number] : []));
  const key = `results.fooled-${who}-${real ? "real" : "fake"}`;
  if (!numbers.length) return "";
  const canvases = canvasesOf(film);
  if (!canvases.has(key)) {
    const canvas = document.createElement("canvas");
    canvas.setAttribute("aria-hidden", "true");
    canvas.style.setProperty("--count", Math.min(ACROSS, numbers.length));
    drawCells(
      canvas,
      film,
      numbers.map((number) => [0, number]),
      Math.min(ACROSS, numbers.length),
    );
    canvases.set(key, canvas);
  }
  return html`<figure><figcaption>${counted(key, { count: numbers.length, model })}</figcaption>${canvases.get(key)}</figure>`;
}
