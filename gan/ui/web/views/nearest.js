// Did it memorise? Each fake with the training digit that is nearest to it, and how near that is.
//
// A percentile is the share of real test digits that are nearer to a training digit than a fake is. Of real digits the mean
// is 50 by definition, and the least of 36 is below 0.1 in 4 of 100 cases. The runs in checkpoints/ have means from 46 to
// 56 at their last epochs, and 100 before the training.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { drawCells } from "../draw.js";
import { counted, longest, percent, rounded, t } from "../i18n.js";
import { problem, shown } from "../loader.js";
import { memoize } from "../memo.js";
import { PageError } from "../notes.js";
import { placeText } from "../places.js";
import { ask } from "../server.js";
import { captionOf } from "../stage.js";
import { state as page } from "../store.js";
import { truncationOf } from "./truncation.js";

const NEAR = 0.1; // the percentile below which a fake may be a copy
const USUAL = [25, 75]; // the mean percentiles of fakes that are as new as real digits

/** Look up the nearest training digits of films: `film.nearest`. */
export const loadPairs = (films) => Promise.all(films.map(loadPairsOf));

async function loadPairsOf(film) {
  const [, model, epoch, seed, count] = film.asked;
  const most = config.limits.nearest;
  const found = await ask("nearest", model, epoch, seed, Math.min(count, most), truncationOf(film));
  if (found.run !== film.run) throw new PageError("run.new");
  film.nearest = found;
}

let last = []; // the films whose pairs are shown, until those of the next are known

function filmsOf(state, films) {
  if (!state.nearest) last = [];
  else if (films.length && films.every(({ nearest }) => nearest)) last = films;
  else if (problem) last = []; // nothing follows
  return last;
}

/** The pairs of some films, with what they say. */
export function pairs(state, films) {
  const told = filmsOf(state, films);
  if (!told.length) return nothing;
  const { numbers, percentiles } = told[0].nearest;
  const busy = films.some(({ nearest }) => !nearest);
  return html`
    <p class="hint">${counted(percentiles ? "memory.shares" : "memory.distances", { count: numbers.length })}</p>
    ${told.map((film) => html`<div class="pairs-of" aria-busy=${busy}>${pairsOf(film, state, told.length > 1)}</div>`)}`;
}

/** What the pairs say, in a text for each film. */
export const summaries = (state) => filmsOf(state, shown.films).map(summaryOf);

/** The pairs of a film with its `nearest`, and what they say. `named`: with its model and epoch. */
export function pairsOf(film, state, named) {
  const { numbers, percentiles, distances, digits } = film.nearest;
  const order = numbers.map((_, place) => place);
  if (state.closest) order.sort((a, b) => distances[a] - distances[b] || a - b);
  const canvases = canvasesOf(film);
  const amount = (place) => (percentiles ? percent(percentiles[place] / 100) : rounded(distances[place], 3));
  const nameOf = (place) => t("memory.digit", { number: numbers[place] }) + (digits ? `: ${digits[place]}` : "");
  const [, model, epoch] = film.asked;
  return html`
    ${named ? html`<h3>${captionOf(model, epoch)}</h3>` : nothing}
    <p class="summary" data-room=${summaryRoom(film)}>${summaryOf(film)}</p>
    <ul class="pairs">
      ${order.map(
        (place) => html`<li>
          <span role="img" aria-label=${placeText(film.seeds[place], page.mine, "digit.at")}>${canvases[place][0]}</span>
          <span role="img" aria-label=${nameOf(place)}>${canvases[place][1]}</span>
          <span class="amount">${amount(place)}</span>
        </li>`,
      )}
    </ul>`;
}

/** The canvases of each pair: the fake and the training digit. */
const canvasesOf = memoize((film) =>
  film.nearest.numbers.map((_, place) => [film, film.nearest].map((drawn) => canvasOf(drawn, place))),
);

function canvasOf(film, number) {
  const canvas = document.createElement("canvas");
  drawCells(canvas, film, [[0, number]], 1);
  return canvas;
}

/** What the percentiles of a film say: of the closest pair, then over all pairs. */
function summaryOf(film) {
  const { percentiles, distances } = film.nearest;
  const copy = Math.min(...distances) === 0;
  if (!percentiles) return copy ? t("memory.copy") : "";
  const least = Math.min(...percentiles);
  const all = percentiles.reduce((sum, each) => sum + each, 0) / percentiles.length;
  if (least === 100) return counted("memory.far", { count: percentiles.length });
  const closest = copy ? "copy" : least < NEAR ? "near" : "new";
  const average = all < USUAL[0] ? "low" : all > USUAL[1] ? "high" : "usual";
  return joined(
    film,
    t(`memory.${closest}`, { share: percent(least / 100) }),
    t(`memory.${average}`, { share: percent(all / 100) }),
  );
}

/** The longest that this text becomes while the epoch or the seed changes. */
function summaryRoom(film) {
  const longestOf = (...keys) => longest(keys.map((key) => t(`memory.${key}`, { share: percent(0.999) })));
  return film.nearest.percentiles
    ? joined(film, longestOf("copy", "near", "new"), longestOf("low", "usual", "high"))
    : "";
}

/** The sentences about a film: one fake has no average, and truncation needs a word. */
function joined({ asked, nearest }, closest, average) {
  const texts = [closest];
  if (nearest.numbers.length > 1) texts.push(average);
  if (truncationOf({ asked }) < 1) texts.push(t("memory.truncated"));
  return texts.reduce((one, other) => t("sentences", { one, other }));
}
