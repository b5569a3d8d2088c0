// What truncation costs: the digits that are shown, compared with those of the same seeds without it.
//
// The text gives measured numbers and no word such as "cleaner". On 2,000 seeds of each run in checkpoints/, the share
// of clear digits was about 92 % (dcgan) and 89 % (mlp) without truncation, 91 and 90 % at 0.7, 82 and 90 % at 0.5, and
// 49 and 97 % at 0.3, where mlp draws little but fives. At 0.1 dcgan draws dots, all of them noise (gan/noise.py).

import { variety } from "../draw.js";
import { longest, t, wholePercent } from "../i18n.js";
import { loadFilm, loadPredictions } from "../server.js";

const CONFIDENT = 0.9; // of a clear digit, as in gan/metrics.py

export const truncationOf = ({ asked }) => (asked[0] === "truncated" ? asked[5] : 1);

/** Measure what the truncation of a film costs: `film.cost`. `clear` numbers need a classifier. */
export async function measureCost(film) {
  if (film.cost || truncationOf(film) === 1 || film.seeds.length === 1) return;
  const whole = await loadFilm(["generate", ...film.asked.slice(1, 5)]);
  if (film.labels) await loadPredictions(whole);
  const before = variety(whole, 0);
  film.cost = {
    variety: before > 1e-6 ? Math.max(0, 1 - variety(film, 0) / before) : 0, // untrained digits are all alike
    clear: clearDigits(film),
    clearBefore: clearDigits(whole),
  };
}

/** The number of digits that are no noise and that the classifier is sure of. */
const clearDigits = ({ labels }) => labels?.[0].filter((label) => label && label[1] >= CONFIDENT).length;

let lastText = ""; // shown until the next is known

export function costText(films) {
  if (!films.length) return lastText;
  if (truncationOf(films[0]) === 1) lastText = t("truncation.none");
  else if (films[0].seeds.length === 1) lastText = t("truncation.one");
  else if (films.every(({ cost }) => cost)) {
    const costs = films.map(({ cost }) => cost);
    const each = (text) => costs.map(text).join(" / ");
    const values = {
      share: each(({ variety }) => wholePercent(variety)),
      clear: each(({ clear }) => clear),
      before: each(({ clearBefore }) => clearBefore),
      count: films[0].seeds.length,
    };
    lastText = t(films.every(({ labels }) => labels) ? "truncation.clear" : "truncation.cost", values);
  }
  return lastText;
}

export function costRoom() {
  const both = (text) => `${text} / ${text}`;
  const values = { share: both(wholePercent(1)), clear: both(100), before: both(100), count: 100 };
  return longest(["none", "one", "cost", "clear"].map((key) => t(`truncation.${key}`, values)));
}
