// What a screen reader says by itself: what is shown, the reading of an epoch, and the digit that is picked, once they have
// settled.

import { html } from "./vendor/lit-html.js";
import { currentLanguage, t } from "./i18n.js";
import { somethingPlays } from "./player.js";
import { redraw, state } from "./store.js";

const SETTLED = 400; // milliseconds without a change

let said = { shown: "", reading: "", digit: "", language: "" };
let next = { ...said, playing: false };
let timer = null;

/**
 * Say these texts when they have not changed for a while, and at once in a new language. While something plays nothing is
 * said: each picture would cut off the text of the last.
 */
export function say(texts) {
  const before = next;
  next = { ...texts, language: currentLanguage(), playing: somethingPlays() };
  if (next.language !== before.language) said = next;
  if (Object.keys(next).every((name) => next[name] === before[name])) return;
  clearTimeout(timer);
  timer = setTimeout(() => {
    if (next.playing) return; // its end comes here again
    said = next;
    redraw();
  }, SETTLED);
}

/** The live regions. A text is set only if it is new, or it would be read again. */
export const liveRegions = () => html`
  <div class="heard" role="status" aria-live="polite" aria-atomic="false">
    <p data-heard="shown" .textContent=${said.shown}></p>
    <p data-heard="reading" .textContent=${said.reading}></p>
    <p data-heard="digit" .textContent=${said.digit}></p>
    <p data-heard="done" .textContent=${state.copied ? t("copied") : ""}></p>
  </div>`;
