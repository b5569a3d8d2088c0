// The curves of a run over its epochs, and the lengths of the vectors along a line, as SVG.

import { html, svg } from "./vendor/lit-html.js";
import { CHARTS, FRAME, HEIGHT, WIDTH, across, curvesOf, lengthCurves } from "./curves.js";
import { explain } from "./glossary.js";
import { fixed, rounded, t, wholePercent } from "./i18n.js";
import { memoize } from "./memo.js";

const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

let pressed = null; // where the pointer went down

/**
 * The charts of a run. Each is a slider over the epochs: `choose(epoch)` is called when a visitor points at one, `step(by)`
 * for an arrow key.
 */
export function runCharts(name, run, epoch, choose, step) {
  const last = run.epochs.at(-1);
  const metrics = run.metrics.find((line) => line.epoch === epoch) ?? {};
  const x = across(epoch, last);

  function point(event) {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const at = ((event.clientX - left) / width) * WIDTH;
    choose(Math.round((last * (at - FRAME.left)) / (WIDTH - FRAME.left - FRAME.right)));
  }
  function move(event) {
    if (!event.buttons || !pressed) return;
    const [right, down] = [event.clientX - pressed.clientX, event.clientY - pressed.clientY].map(Math.abs);
    if (right > down) point(event); // otherwise it is a finger that scrolls
  }
  function press(event) {
    const end = { Home: 0, End: last }[event.key];
    const by = KEYS[event.key];
    if (by === undefined && end === undefined) return;
    event.preventDefault();
    if (by) step(by);
    else choose(end);
  }

  return html`<div class="run">
    ${picturesOf(run).map(
      ({ chart, picture }) => html`<figure>
      <figcaption>${explain(t(chart.key), ["d", "g", "frechet"])}</figcaption>
      <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="slider" tabindex="0" aria-label="${name}: ${t(chart.key)}" aria-valuemin="0"
        aria-valuemax=${last} aria-valuenow=${epoch} aria-valuetext=${valueText(chart, epoch, metrics)} @click=${point}
        @pointerdown=${(event) => (pressed = event)} @pointermove=${move} @keydown=${press}>
        ${picture}
        <line class="marker" x1=${x} x2=${x} y1=${FRAME.top} y2=${HEIGHT - FRAME.bottom}></line>
      </svg>
    </figure>`,
    )}
  </div>`;
}

/** What a chart shows at an epoch, in words. */
function valueText(chart, epoch, metrics) {
  const values = chart.lines
    ? chart.lines
        .filter(({ metric }) => metric in metrics)
        .map(({ metric, text }) => t(text, { value: rounded(metrics[metric], 3) }))
    : (metrics.class_shares ?? []).map((share, digit) => t("chart.share", { digit, share: wholePercent(share) }));
  return values.length ? t("chart.at", { epoch, values: values.join(t("list")) }) : t("chart.none", { epoch });
}

/** The charts that a run has metrics for, without their markers. They have no words, only numbers. */
const picturesOf = memoize((run) =>
  CHARTS.filter((chart) => run.metrics.some((line) => chart.metrics.some((metric) => metric in line))).map((chart) => ({
    chart,
    picture: picture(curvesOf(chart, run), run.epochs.at(-1)),
  })),
);

const picture = ({ lines = [], bands = [], levels = [], labels }, last) => svg`
  ${levels.map((y) => svg`<line class="level" x1=${FRAME.left} x2=${WIDTH - FRAME.right} y1=${y} y2=${y}></line>`)}
  ${labels.map(({ y, text, kind }) => svg`<text class=${kind} x=${FRAME.left - 4} y=${y + 3} text-anchor="end">${text}</text>`)}
  ${lines.map(({ kind, points }) => svg`<polyline class="line ${kind}" points=${points}></polyline>`)}
  ${bands.map(({ kind, points }) => svg`<polygon class="band ${kind}" points=${points}></polygon>`)}
  <text x=${across(0, last)} y=${HEIGHT - 5} text-anchor="start">0</text>
  <text x=${across(last, last)} y=${HEIGHT - 5} text-anchor="end">${last}</text>`;

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
