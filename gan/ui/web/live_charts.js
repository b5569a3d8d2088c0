// The curves of runs that are trained live: where their points lie, and their SVG.

import { html, nothing, svg } from "./vendor/lit-html.js";
import { FRAME, HEIGHT, WIDTH } from "./curves.js";
import { explain } from "./glossary.js";
import { fixed, percent, rounded, t } from "./i18n.js";
import { memoize } from "./memo.js";
import { catalogue } from "./runs.js";

const MOST_POINTS = 200; // of a line
const HIGHEST = 10; // loss that a chart shows
const ENDS = [1, 1.5, 2, 3, 4, 5, 6, 8, 10]; // times a power of ten: where an axis may end

/** `lines`: the colours by metric. `range`: of the vertical axis, if it is fixed. `show`: a value in words. */
const CHARTS = [
  {
    key: "losses",
    lines: { d_loss: "a", g_loss: "b" },
    names: { d_loss: "term.d", g_loss: "term.g" },
    levels: [2 * Math.LN2, Math.LN2], // the losses of D and G if D only guesses
    show: (value) => fixed(value, 2),
  },
  { key: "scores", lines: { d_real: "a", d_fake: "b" }, levels: [0.5], range: 1, show: percent },
  { key: "quality", lines: { readable: "a" }, levels: [], range: 1, show: percent },
];

const WIDE = WIDTH - FRAME.left - FRAME.right;
const HIGH = HEIGHT - FRAME.top - FRAME.bottom;

/** The charts of runs up to their last step, with a marker at `step`. `choose(step)`: a visitor points at a step. */
export function liveCharts(runs, step, frames, choose) {
  const last = endOf(Math.max(1, ...runs.map(({ frames }) => frames.at(-1)?.step ?? 0)));
  const charts = CHARTS.filter(({ key }) => key !== "quality" || catalogue.classifier);
  return html`
    <div class="run">${charts.map((chart) => figure(chart, runs, last, step, frames, choose))}</div>
    ${runs.length > 1 ? html`<p class="hint">${t("curve.thin")}</p>` : nothing}`;
}

/** The end of an axis that holds a value: a round number, so that the axis seldom moves. */
function endOf(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ENDS.find((each) => each * power >= value * 0.999999);
}

function figure({ key, lines, levels, range, show, names: keys = {} }, runs, last, step, frames, choose) {
  const names = Object.keys(lines);
  const all = runs.map((run) => names.map((name) => thinned(run, name)));
  const high = range ?? endOf(Math.min(HIGHEST, Math.max(1.6, ...all.flat().map(({ most }) => most))));
  const x = (at) => FRAME.left + (WIDE * at) / last;
  const y = (value) => yOf(value, high);
  const point = ({ currentTarget, clientX }) => {
    const { left, width } = currentTarget.getBoundingClientRect();
    choose((((clientX - left) / width) * WIDTH - FRAME.left) * (last / WIDE));
  };
  const values = names.map((name) => frames.map((frame) => frame?.[name] ?? null));
  const said = names.map(
    (name, i) => `${t(keys[name] ?? `curve.${name}`)} ${values[i].map((each) => shown(each, show)).join(" / ")}`,
  );
  return html`<figure>
    <figcaption>
      <b>${explain(t(`curve.${key}`), ["d", "g"])}</b>
      ${names.map((name, i) => html`<span class="value"><i class="swatch ${lines[name]}"></i>${said[i]}</span>`)}
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label=${t("named", { name: t(`curve.${key}`), text: said.join(t("list")) })}
      @click=${point}>
      ${levels.map((level) => svg`<line class="level" x1=${FRAME.left} x2=${WIDTH - FRAME.right} y1=${y(level)} y2=${y(level)}></line>`)}
      ${[...levels, 0, high].map((level) => label(level, y(level), levels, y))}
      ${all.map((of, nth) => of.map((known, i) => line(pathOf(known, `${last} ${high}`), lines[names[i]], runs.length > 1 && nth === 0)))}
      <line class="marker" x1=${x(Math.max(0, step))} x2=${x(Math.max(0, step))} y1=${FRAME.top} y2=${HEIGHT - FRAME.bottom}></line>
      <text x=${FRAME.left} y=${HEIGHT - 5} text-anchor="start">0</text>
      <text x=${WIDTH - FRAME.right} y=${HEIGHT - 5} text-anchor="end">${t("train.at", { step: fixed(last, 0) })}</text>
    </svg>
  </figure>`;
}

const shown = (value, show) => (value === null ? "–" : show(value));

function label(level, y, levels, place) {
  const before = levels.includes(level) ? levels.slice(0, levels.indexOf(level)) : levels;
  const covered = before.some((each) => Math.abs(place(each) - y) < 10);
  return covered ? nothing : svg`<text x=${FRAME.left - 4} y=${y + 3} text-anchor="end">${rounded(level, 2)}</text>`;
}

/** A line: of two runs, that of the recipe is thin. */
const line = (path, kind, thin) => svg`<polyline class="line ${kind} ${thin ? "thin" : ""}" points=${path}></polyline>`;

const yOf = (value, high) => FRAME.top + HIGH * (1 - Math.min(1, value / high));

/** The points of a line in axes that end at `ends`: the last step and the highest value. */
const pathOf = memoize(({ points }, ends) => {
  const [last, high] = ends.split(" ").map(Number);
  return points
    .map(([step, value]) => `${(FRAME.left + (WIDE * step) / last).toFixed(1)},${yOf(value, high).toFixed(1)}`)
    .join(" ");
});

const series = memoize(() => ({})); // the points of a run by metric, for its number of frames

/** The [step, value] of a metric, averaged so that there are not too many, and the largest value. */
function thinned(run, metric) {
  const known = series(run, run.frames.length);
  if (!known[metric]) {
    const points = averages(run.frames, metric);
    known[metric] = { points, most: Math.max(0, ...points.map(([, value]) => value)) };
  }
  return known[metric];
}

function averages(frames, metric) {
  const points = [];
  const size = Math.ceil(frames.length / MOST_POINTS);
  for (let start = 0; start < frames.length; start += size) {
    const group = frames.slice(start, start + size).filter((frame) => frame[metric] !== null);
    const mean = (value) => group.reduce((sum, frame) => sum + value(frame), 0) / group.length;
    if (group.length) points.push([mean(({ step }) => step), mean((frame) => frame[metric])]);
  }
  return points;
}
