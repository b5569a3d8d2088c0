// The panel of a lesson's step: what it is about, its question, and when that is answered what is to be seen.

import { html, nothing } from "./vendor/lit-html.js";
import { explain } from "./glossary.js";
import { t } from "./i18n.js";
import { answer, aroundLink, focusStep, leave, nameOf, openStep, placeOf } from "./lesson.js";
import { languageOf, numbersOf, tagOf } from "./lesson_steps.js";
import { elementOf, isPart } from "./parts.js";
import { open, state } from "./store.js";

/** The panel for a step of the lesson that the state names. */
export function panel(step) {
  const { name, number } = placeOf(state.lesson);
  const numbers = numbersOf(name);
  const language = languageOf(step);
  const say = (text) => text?.[language] ?? "";
  const [before, after] = [numbers.findLast((each) => each < number), numbers.find((each) => each > number)];
  const place = { n: numbers.indexOf(number) + 1 || number, count: numbers.length };
  const isAnswered = state.guess !== null || !step.question;
  const covered = isAnswered ? [] : (step.cover ?? []);
  const marks = (step.marks ?? []).filter((part) => isPart(part) && !covered.includes(part));
  return html`<section class="tour" aria-labelledby="step-title">
    <div class="top">
      <p class="at">${t("tour.at", place)}</p>
      <progress max=${place.count} value=${place.n} aria-hidden="true"></progress>
      <button type="button" class="close" aria-label=${t("tour.leave")} title=${t("tour.leave")} @click=${leave}>✕</button>
    </div>
    <div class="words" lang=${tagOf(language)}>
      <h2 id="step-title" tabindex="-1">${say(step.title)}</h2>
      <p>${explain(say(step.text), ["d", "g", "z"])}</p>
      <p class="looks">${marks.map(look)}</p>
      ${question(step, say)}
      <div class="answer" role="status" aria-live="polite">${isAnswered ? reply(step, say) : nothing}</div>
    </div>
    <div class="buttons">
      <button type="button" class="backward" ?disabled=${!before} @click=${() => go(name, before)}>${t("tour.back")}</button>
      <button type="button" class=${isAnswered ? "onward primary" : "onward"} @click=${() => (after ? go(name, after) : end())}>
        ${t(after ? "tour.next" : "tour.end")}
      </button>
    </div>
  </section>`;
}

async function go(name, number) {
  await openStep(nameOf(name, number));
  focusStep();
}

/** Leave the lesson for the list of its steps. */
async function end() {
  await open(`?${aroundLink({ view: "lesson" })}`);
  document.getElementById("tab-lesson").focus({ preventScroll: true });
  scrollTo({ top: 0, behavior: "instant" });
}

/** A button that leads to a part that the step marks. */
function look(mark) {
  const find = () => {
    const part = elementOf(mark);
    if (!part) return;
    part.scrollIntoView({ block: "start" });
    part.querySelector("button, input, select, a, [tabindex='0']")?.focus({ preventScroll: true });
  };
  return html`<button type="button" class="look" @click=${find}>${t("tour.look", { part: t(`part.${mark}`) })}</button> `;
}

const MARKS = { right: "✓ ", wrong: "✗ " };

function question({ question, choices = [], right }, say) {
  if (!question) return nothing;
  const { guess } = state;
  const isAnswered = guess !== null;
  const kind = (number) => (isAnswered && right ? (number === right ? "right" : number === guess ? "wrong" : "") : "");
  return html`<div class="question" role="group" aria-labelledby="step-question">
    <p id="step-question"><b>${t("tour.guess")}</b> ${say(question)}</p>
    ${choices.map((choice, place) => {
      const number = place + 1;
      return html`<button type="button" class="choice ${kind(number)}" aria-pressed=${guess === number}
        aria-disabled=${isAnswered} @click=${() => isAnswered || answer(number)}>${MARKS[kind(number)] ?? ""}${say(choice)}</button>`;
    })}
    <button type="button" class="again" @click=${() => answer(guess ?? 0)}>${t(isAnswered ? "tour.again" : "tour.show")}</button>
  </div>`;
}

function reply({ choices = [], right, answer: text, change }, say) {
  const { guess } = state;
  const verdict = choices[guess - 1] && right ? t(guess === right ? "tour.right" : "tour.other") : "";
  return html`<p>${verdict ? html`<b>${verdict}</b> ` : nothing}${say(text)}</p>
    ${change ? html`<p class="change"><b>${t("tour.change")}</b> ${say(change)}</p>` : nothing}`;
}
