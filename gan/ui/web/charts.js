// The curves of runs over their epochs, and the lengths of the vectors along a line, as SVG.

import { html, nothing, svg } from "./vendor/lit-html.js";
import { CHARTS, FRAME, HEIGHT, WIDTH, axisOf, bandLabels, curvesOf, lengthCurves, nearestTo } from "./curves.js";
import { explain } from "./glossary.js";
import { fixed, rounded, t, wholePercent } from "./i18n.js";
import { memoize } from "./memo.js";

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };
const DASHES = ["none", "7 3", "2 2", "9 3 2 3"]; // of the lines of each run in a chart

let pressed = null; // where the pointer went down

/**
 * The charts of runs, { name, run, epoch } each, over common axes. `by`: the horizontal axis, "epoch" or "time". `overlaid`: the
 * lines of all runs in one chart. Each chart is a slider over the epochs: `choose(epoch)` is called when a visitor points at
 * one, `step(by)` for an arrow key.
 */
export function runCharts(runs, { by, overlaid, choose, step }) {
  const all = runs.map(({ run }) => run);
  const axis = axisOf(by, all);
  const draw = (chart, members, name = null) => {
    const caption = name ? t("named", { name, text: t(chart.key) }) : t(chart.key);
    return figure({ chart, members, caption, picture: pictureOf(chart, members, all, axis), axis, choose, step });
  };
  const charts = CHARTS.filter((chart) => all.some((run) => has(run, chart)));
  if (overlaid)
    return html`
      <p class="legend">${runs.map(({ name }, nth) => html`<span>${sample(nth)} ${name}</span>`)}</p>
      <div class="run">
        ${charts.map((chart) => (chart.lines ? draw(chart, runs) : runs.map((each) => draw(chart, [each], each.name))))}
      </div>`;
  return runs.map(
    (each) => html`
      ${runs.length > 1 ? html`<h2>${each.name}</h2>` : nothing}
      <div class="run">${charts.filter((chart) => has(each.run, chart)).map((chart) => draw(chart, [each]))}</div>`,
  );
}

const has = (run, chart) => run.metrics.some((row) => chart.metrics.some((metric) => metric in row));

const sample = (nth) => html`<svg viewBox="0 0 30 6" aria-hidden="true">
  <line class="line a" x1="0" x2="30" y1="3" y2="3" stroke-dasharray=${DASHES[nth % DASHES.length]}></line>
</svg>`;

function figure({ chart, members, caption, picture, axis, choose, step }) {
  const runs = members.map(({ run }) => run);
  const epochs = runs.flatMap((run) => run.epochs);

  function point(event) {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    choose(nearestTo(((event.clientX - left) / width) * WIDTH, axis, runs));
  }
  function move(event) {
    if (!event.buttons || !pressed) return;
    const [right, down] = [event.clientX - pressed.clientX, event.clientY - pressed.clientY].map(Math.abs);
    if (right > down) point(event); // otherwise it is a finger that scrolls
  }
  function press(event) {
    const end = { Home: Math.min(...epochs), End: Math.max(...epochs) }[event.key];
    const by = KEYS[event.key];
    if (by === undefined && end === undefined) return;
    event.preventDefault();
    if (by) step(by);
    else choose(end);
  }

  const name = members.map((each) => each.name).join(t("list"));
  const value = members.map((each) => valueText(chart, each)).join(" · ");
  return html`<figure>
    <figcaption>${explain(caption, ["d", "g", "frechet"])}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="slider" tabindex="0" aria-label=${t("named", { name, text: t(chart.key) })} aria-valuemin="0"
      aria-valuemax=${Math.max(...epochs)} aria-valuenow=${Math.max(...members.map(({ epoch }) => epoch))} aria-valuetext=${value}
      @click=${point} @pointerdown=${(event) => (pressed = event)} @pointermove=${move} @keydown=${press}>
      ${picture}
      <text x=${FRAME.left} y=${HEIGHT - 5} text-anchor="start">0</text>
      <text x=${WIDTH - FRAME.right} y=${HEIGHT - 5} text-anchor="end">${endOf(axis)}</text>
      ${members.map((each, nth) => marker(axis.x(each.run, each.epoch), nth))}
      ${chart.lines ? nothing : members.map(({ run, epoch }) => bandLabels(run, epoch, axis).map(bandLabel))}
    </svg>
  </figure>`;
}

const marker = (x, nth) => svg`<line class="marker" x1=${x} x2=${x} y1=${FRAME.top} y2=${HEIGHT - FRAME.bottom}
  stroke-dasharray=${DASHES[nth % DASHES.length]}></line>`;

const bandLabel = ({ x, y, text, anchor }) =>
  svg`<text class="class" x=${x} y=${y + 2.5} text-anchor=${anchor}>${text}</text>`;

/** What stands at the end of an axis: the last epoch, or how long the training took. */
function endOf({ kind, last }) {
  if (kind === "epoch") return last;
  const [key, value] = last < 120 ? ["chart.seconds", last] : ["chart.minutes", last / 60];
  return t(key, { value: fixed(value, 0) });
}

/** What a chart shows of a run at its epoch, in words. */
function valueText(chart, { run, epoch }) {
  const metrics = run.metrics.find((row) => row.epoch === epoch) ?? {};
  const values = chart.lines
    ? chart.lines
        .filter(({ metric }) => metric in metrics)
        .map(({ metric, text }) => t(text, { value: rounded(metrics[metric], 3) }))
    : (metrics.class_shares ?? []).map((share, digit) => t("chart.share", { digit, share: wholePercent(share) }));
  return values.length ? t("chart.at", { epoch, values: values.join(t("list")) }) : t("chart.none", { epoch });
}

const drawn = memoize((run) => ({ run, pictures: new Map() })); // the pictures that begin with a run

/** The curves of a chart, without what depends on the epoch or the language. */
function pictureOf(chart, members, all, axis) {
  const runs = members.map(({ run }) => run);
  const { pictures } = drawn(runs[0], all.map(({ run }) => run).join());
  const key = [chart.key, axis.kind, runs.length].join();
  if (!pictures.has(key)) pictures.set(key, picture(curvesOf(chart, runs, all, axis)));
  return pictures.get(key);
}

const picture = ({ lines = [], bands = [], levels = [], labels = [] }) => svg`
  ${levels.map((y) => svg`<line class="level" x1=${FRAME.left} x2=${WIDTH - FRAME.right} y1=${y} y2=${y}></line>`)}
  ${labels.map(({ y, text }) => svg`<text x=${FRAME.left - 4} y=${y + 3} text-anchor="end">${text}</text>`)}
  ${lines.map(
    ({ kind, nth, points }) =>
      svg`<polyline class="line ${kind}" points=${points} stroke-dasharray=${DASHES[nth % DASHES.length]}></polyline>`,
  )}
  ${bands.map(({ kind, points }) => svg`<polygon class="band ${kind}" points=${points}></polygon>`)}`;

/** The lengths of the vectors along each path, with the path that is shown in front, and a dot at the frame `at`. */
export function lengthsChart(paths, path, at, width) {
  const { level, zero, lines, dot, height } = lengthCurves(paths, path, at, width);
  return {
    box: `0 0 ${width} ${height}`,
    label: t("way.lengths", { now: fixed(paths[path][at], 1) }),
    picture: svg`
      <line class="level" x1=${FRAME.left} x2=${width - FRAME.right} y1=${level} y2=${level}></line>
      <text x=${FRAME.left - 4} y=${level + 3} text-anchor="end">10</text>
      <text x=${FRAME.left - 4} y=${zero + 3} text-anchor="end">0</text>
      ${lines.map(({ kind, points }) => svg`<polyline class="line ${kind}" points=${points}></polyline>`)}
      <circle class="dot" cx=${dot.x} cy=${dot.y} r="4"></circle>`,
  };
}
