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

const HIGH = HEIGHT - FRAME.top - FRAME.bottom;
const WIDE = WIDTH - FRAME.left - FRAME.right;
const THINNEST = 6; // of a band that has room for its label

/** The seconds that a run trained until an epoch was complete. */
export const secondsOf = ({ metrics }, epoch) =>
  metrics.reduce((sum, row) => (row.epoch <= epoch ? sum + (row.seconds ?? 0) : sum), 0);

/** The horizontal axis that some runs share: by "epoch", or by "time", the seconds of training. */
export function axisOf(kind, runs) {
  const place = kind === "time" ? secondsOf : (_, epoch) => epoch;
  const last = Math.max(...runs.map((run) => place(run, run.epochs.at(-1))));
  return { kind, last, x: (run, epoch) => FRAME.left + (WIDE * place(run, epoch)) / (last || 1) };
}

/** The epoch of one of the runs that lies nearest to x. */
export function nearestTo(at, axis, runs) {
  const all = runs.flatMap((run) => run.epochs.map((epoch) => [Math.abs(axis.x(run, epoch) - at), epoch]));
  return all.reduce((best, each) => (each[0] < best[0] ? each : best))[1];
}

/**
 * The lines or bands of a chart of some runs, with y of its levels, and labels at the left. The vertical axis is that of `all`
 * runs. Bands are those of the first run.
 */
export const curvesOf = (chart, runs, all, axis) =>
  chart.lines ? linesOf(chart, runs, all, axis) : { bands: bandsOf(runs[0], axis) };

function linesOf({ lines, levels, range, log }, runs, all, axis) {
  const scale = log ? Math.log10 : (value) => value;
  const rowsOf = (run, metric) => run.metrics.filter((row) => metric in row);
  const values = all.flatMap((run) =>
    lines.flatMap(({ metric }) => rowsOf(run, metric).map((row) => scale(row[metric]))),
  );
  const scaled = levels.map(scale);
  const [low, high] = range ?? [Math.min(...values, ...scaled, 0), Math.max(...values, ...scaled)];
  const down = (value) => FRAME.top + (HIGH * (high - scale(value))) / (high - low || 1);
  const ends = (log ? [10 ** high, 10 ** low] : [high, low]).filter(
    (value) => !levels.some((level) => Math.abs(down(level) - down(value)) < 10), // they would cover each other
  );
  return {
    levels: levels.map(down),
    labels: [
      ...levels.map((level) => ({ y: down(level), text: Number(level.toFixed(2)) })),
      ...ends.map((value) => ({ y: down(value), text: Number(value.toPrecision(2)) })),
    ],
    lines: runs.flatMap((run, nth) =>
      lines.map(({ metric, kind }) => ({
        kind,
        nth,
        points: rowsOf(run, metric)
          .map((row) => `${axis.x(run, row.epoch)},${down(row[metric])}`)
          .join(" "),
      })),
    ),
  };
}

/** The share of each class as a band, 0 at the top. */
function bandsOf(run, axis) {
  const rows = run.metrics.filter((row) => "class_shares" in row);
  const sums = rows.map(() => 0);
  const edge = () => rows.map((row, i) => `${axis.x(run, row.epoch)},${FRAME.top + HIGH * sums[i]}`);
  return rows[0].class_shares.map((_, digit) => {
    const upper = edge();
    for (const [i, row] of rows.entries()) sums[i] += row.class_shares[digit];
    return { kind: `band-${digit % 2}`, points: [...upper, ...edge().reverse()].join(" ") };
  });
}

/** The label of each band of a run at an epoch: beside the marker, in the middle of the band. A thin band has none. */
export function bandLabels(run, epoch, axis) {
  const { class_shares: shares = [] } =
    run.metrics.findLast((row) => row.epoch <= epoch && "class_shares" in row) ?? {};
  const x = axis.x(run, epoch);
  const left = x > FRAME.left + WIDE / 2;
  let sum = 0;
  return shares.flatMap((share, digit) => {
    sum += share;
    const y = FRAME.top + HIGH * (sum - share / 2);
    return HIGH * share < THINNEST ? [] : [{ x: left ? x - 4 : x + 4, y, text: digit, anchor: left ? "end" : "start" }];
  });
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
