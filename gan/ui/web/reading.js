// What is to be seen at an epoch, in sentences that gan/ui/commentary.py finds in the metrics.

import { currentLanguage, rounded, t, wholePercent } from "./i18n.js";
import { memoize } from "./memo.js";
import { catalogue, epochOf } from "./runs.js";

const FORMATS = {
  real: (score) => rounded(score, 2),
  fake: (score) => rounded(score, 2),
  ratio: (ratio) => rounded(ratio, 3),
  before: (ratio) => rounded(ratio, 3),
  share: wholePercent,
  digit: String,
  digits: (digits) => digits.join(t("list")),
};

/** The reading of each epoch of a run, in a language. */
const readingsOf = memoize((run) => run.comments.map((sentences) => sentences.map(sentence).reduce(joined)));

function sentence({ key, values }) {
  const formatted = Object.entries(values).map(([name, value]) => [name, FORMATS[name](value)]);
  return t(key, Object.fromEntries(formatted));
}

const joined = (one, other) => t("sentences", { one, other });

/** The readings of a model in the page's language, and that of the epoch that a state shows. */
export function readings(state, model) {
  const run = catalogue.models[model];
  const all = readingsOf(run, currentLanguage());
  return { all, now: all[run.epochs.indexOf(epochOf(state, model))] };
}
