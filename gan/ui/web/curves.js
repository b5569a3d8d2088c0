// Where the lines of the charts lie: points from numbers, without any page.

export const WIDTH = 300; // of a run's chart, in its own units
export const HEIGHT = 110;
export const FRAME = { left: 34, right: 6, top: 8, bottom: 18 }; // around the curves

const LENGTHS_HEIGHT = 80; // pixels of the chart of lengths
const USUAL_LENGTH = 10; // of a vector of 100 standard normal numbers: sqrt(100)

/** The charts of a run: their lines with the metric, the colour and the text of a value, and dashed levels. */
export const CHARTS = [
  {
    key: "chart.losses",
    metrics: ["d_loss", "g_loss"],
    lines: [
      { metric: "d_loss", kind: "a", text: "chart.loss-d" },
      { metric: "g_loss", kind: "b", text: "chart.loss-g" },
    ],
    levels: [2 * Math.LN2, Math.LN2], // the losses of D and G if D only guesses
  },
  {
    key: "chart.scores",
    metrics: ["d_real", "d_fake"],
    lines: [
      { metric: "d_real", kind: "a", text: "chart.real" },
      { metric: "d_fake", kind: "b", text: "chart.fake" },
    ],
    levels: [0.5],
    range: [0, 1],
  },
  {
    key: "chart.ratio",
    metrics: ["frechet_ratio"],
    lines: [{ metric: "frechet_ratio", kind: "a", text: "chart.distance" }],
    levels: [1],
    log: true,
  },
  { key: "chart.classes", metrics: ["class_shares"] },
];

/** The x of an epoch. */
export const across = (epoch, last) => FRAME.left + ((WIDTH - FRAME.left - FRAME.right) * epoch) / Math.max(1, last);

const HIGH = HEIGHT - FRAME.top - FRAME.bottom;

/** The lines or bands of a chart, with y of its levels, and labels at the left. */
export const curvesOf = (chart, { metrics: rows, epochs }) =>
  chart.lines ? linesOf(chart, rows, epochs.at(-1)) : bandsOf(rows, epochs.at(-1));

function linesOf({ lines, levels, range, log }, rows, last) {
  const scale = log ? Math.log10 : (value) => value;
  const rowsOf = (metric) => rows.filter((row) => metric in row);
  const values = lines.flatMap(({ metric }) => rowsOf(metric).map((row) => scale(row[metric])));
  const scaled = levels.map(scale);
  const [low, high] = range ?? [Math.min(...values, ...scaled, 0), Math.max(...values, ...scaled)];
  const down = (value) => FRAME.top + (HIGH * (high - scale(value))) / (high - low || 1);
  const ends = (log ? [10 ** high, 10 ** low] : [high, low]).filter(
    (value) => !levels.some((level) => Math.abs(down(level) - down(value)) < 10), // they would cover each other
  );
  return {
    levels: levels.map(down),
    labels: [
      ...levels.map((level) => ({ y: down(level), text: Number(level.toFixed(2)), kind: "" })),
      ...ends.map((value) => ({ y: down(value), text: Number(value.toPrecision(2)), kind: "" })),
    ],
    lines: lines.map(({ metric, kind }) => ({
      kind,
      points: rowsOf(metric)
        .map((row) => `${across(row.epoch, last)},${down(row[metric])}`)
        .join(" "),
    })),
  };
}

/** The share of each digit as a band, 0 at the top. The labels stand where ten equal bands would be. */
function bandsOf(metrics, last) {
  const rows = metrics.filter((row) => "class_shares" in row);
  const down = (share) => FRAME.top + HIGH * share;
  const sums = rows.map(() => 0);
  const edge = () => rows.map((row, i) => `${across(row.epoch, last)},${down(sums[i])}`);
  const bands = [];
  const labels = [];
  for (let digit = 0; digit < 10; digit++) {
    const upper = edge();
    for (const [i, row] of rows.entries()) sums[i] += row.class_shares[digit];
    bands.push({ kind: `band-${digit % 2}`, points: [...upper, ...edge().reverse()].join(" ") });
    labels.push({ y: down((digit + 0.5) / 10), text: digit, kind: "class" });
  }
  return { bands, labels };
}

/** The lengths along paths, {name: lengths}, in a chart that is `width` pixels wide; the path `front` comes last. */
export function lengthCurves(paths, front, at, width) {
  const most = Math.max(...Object.values(paths).flat(), USUAL_LENGTH);
  const x = (frame) => FRAME.left + ((width - FRAME.left - FRAME.right) * frame) / (paths[front].length - 1);
  const y = (length) => 6 + ((LENGTHS_HEIGHT - 16) * (most - length)) / most;
  const names = Object.keys(paths).sort((a) => (a === front ? 1 : -1));
  return {
    height: LENGTHS_HEIGHT,
    level: y(USUAL_LENGTH),
    zero: y(0),
    lines: names.map((name) => ({
      kind: name === front ? "a" : "other",
      points: paths[name].map((length, frame) => `${x(frame)},${y(length)}`).join(" "),
    })),
    dot: { x: x(at), y: y(paths[front][at]) },
  };
}
