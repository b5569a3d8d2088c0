// Terms that explain themselves: a definition that opens beside a word on hover, focus, click and tap.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";

const TERMS = ["d", "g", "z", "length", "truncation", "frechet", "handle", "r2", "sd"];
const EDGE = 8; // pixels between a definition and the edge of the window

const idOf = (term) => `term-${term}`;

/** The definitions, once on the page. They are popovers, so that they lie over the page and move nothing. */
export const definitions = () =>
  TERMS.map(
    (term) =>
      html`<div class="definition" id=${idOf(term)} popover @pointerleave=${leave}>${t(`term.${term}.text`)}</div>`,
  );

/** A text in which the first use of each term has its definition. The text of the page stays the same. */
export function explain(text, terms) {
  const parts = [];
  let rest = text;
  const found = terms.map((term) => ({ term, word: t(`term.${term}`), at: placeOf(t(`term.${term}`), text) }));
  for (const { term, word, at } of found.filter(({ at }) => at >= 0).sort((a, b) => a.at - b.at)) {
    const before = at - (text.length - rest.length);
    parts.push(rest.slice(0, before), termButton(term, word));
    rest = rest.slice(before + word.length);
  }
  return [...parts, rest];
}

/** Where a word stands in a text: a letter alone, not the G of GAN or the z of |z|. */
function placeOf(word, text) {
  const isPart = (letter) => /[a-z|]/i.test(letter ?? "");
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1)) {
    if (!isPart(text[at - 1]) && !isPart(text[at + word.length])) return at;
  }
  return -1;
}

// A screen reader says the term in words and then, as its description, the definition.
export const termButton = (term, word = t(`term.${term}`)) =>
  html`<button type="button" class="term" data-term=${term} aria-label=${t(`term.${term}.name`)} aria-describedby=${idOf(term)}
    @pointerenter=${hover} @pointerleave=${leave} @focus=${open} @blur=${close} @click=${open}>${word}</button>`;

const definitionOf = (button) => document.getElementById(idOf(button.dataset.term));

function hover(event) {
  if (event.pointerType === "mouse") open(event); // a finger clicks
}

let opener = null; // the term whose definition was opened last

function open({ currentTarget }) {
  opener = currentTarget;
  definitionOf(opener).togglePopover(true);
  place();
}

/** Place the definition that is open below its term, or above it where there is no room below. */
function place() {
  const button = opener;
  const definition = button && definitionOf(button);
  if (!definition?.matches(":popover-open")) return;
  const word = button.getBoundingClientRect();
  const { width, height } = definition.getBoundingClientRect();
  const left = Math.max(EDGE, Math.min(word.left, document.documentElement.clientWidth - width - EDGE));
  const top = word.bottom + height > innerHeight && word.top > height ? word.top - height : word.bottom;
  Object.assign(definition.style, { left: `${left}px`, top: `${top}px` });
}

window.addEventListener("scroll", place, { capture: true, passive: true });

const close = ({ currentTarget: button }) => definitionOf(button).togglePopover(false);

/** Close what the pointer leaves, unless it goes from the term to its definition or back, or the term has the focus. */
function leave({ currentTarget, relatedTarget }) {
  const term = currentTarget.dataset.term ?? currentTarget.id.replace("term-", "");
  const definition = document.getElementById(idOf(term));
  const inside = relatedTarget === definition || relatedTarget?.dataset?.term === term;
  if (!inside && document.activeElement?.dataset.term !== term) definition.togglePopover(false);
}
