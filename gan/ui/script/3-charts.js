// Curves over the epochs, as SVG.

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 300;
const HIGH = 110;
const PAD = { left: 34, right: 6, top: 8, bottom: 18 };

function node(name, attributes = {}, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// lines: the figure, its colour, and the words for its value
const CHARTS = [
  {
    key: "chart.losses",
    lines: [["d_loss", "a", "chart.loss-d"], ["g_loss", "b", "chart.loss-g"]],
    levels: [2 * Math.LN2, Math.LN2],
  },
  {
    key: "chart.scores",
    lines: [["d_real", "a", "chart.real"], ["d_fake", "b", "chart.fake"]],
    levels: [0.5],
    range: [0, 1],
  },
  { key: "chart.ratio", lines: [["frechet_ratio", "a", "chart.distance"]], levels: [1], log: true },
  { key: "chart.classes", classes: true },
];

/**
 * A run's charts, each a slider over the epochs: `choose` is called with an epoch where a visitor points, `step` with
 * -1 or 1 for an arrow key. Their `mark(epoch)` moves the markers.
 */
function charts(model, run, choose, step) {
  const box = document.createElement("div");
  box.className = "run";
  const last = run.epochs.at(-1);
  const across = (epoch) => PAD.left + ((WIDE - PAD.left - PAD.right) * epoch) / Math.max(1, last);
  const markers = [];
  for (const chart of CHARTS) {
    const names = chart.classes ? ["class_shares"] : chart.lines.map(([name]) => name);
    if (!run.figures.some((line) => names.some((name) => name in line))) continue;
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    caption.textContent = t(chart.key);
    const svg = node("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, role: "slider", tabindex: 0 });
    svg.setAttribute("aria-label", `${model}: ${t(chart.key)}`);
    svg.setAttribute("aria-valuemin", 0);
    svg.setAttribute("aria-valuemax", last);
    if (chart.classes) drawShares(svg, run.figures, across);
    else drawLines(svg, run.figures, across, chart);
    svg.append(
      node("text", { x: across(0), y: HIGH - 5, "text-anchor": "start" }, "0"),
      node("text", { x: across(last), y: HIGH - 5, "text-anchor": "end" }, last),
    );
    const marker = node("line", { class: "marker", y1: PAD.top, y2: HIGH - PAD.bottom });
    svg.append(marker);
    markers.push({ chart, svg, marker });
    const point = (event) => {
      const place = svg.getBoundingClientRect();
      const x = ((event.clientX - place.left) / place.width) * WIDE;
      choose(Math.round((last * (x - PAD.left)) / (WIDE - PAD.left - PAD.right)));
    };
    let pressed = null; // where
    svg.addEventListener("click", point);
    svg.addEventListener("pointerdown", (event) => (pressed = event));
    svg.addEventListener("pointermove", (event) => {
      if (!event.buttons || !pressed) return;
      const [x, y] = [event.clientX - pressed.clientX, event.clientY - pressed.clientY].map(Math.abs);
      if (x > y) point(event); // not a finger that scrolls
    });
    svg.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
      const end = { Home: 0, End: last }[event.key];
      if (by === undefined && end === undefined) return;
      event.preventDefault();
      if (by) step(by);
      else choose(end);
    });
    figure.append(caption, svg);
    box.append(figure);
  }
  const mark = (epoch) => {
    const figures = run.figures.find((line) => line.epoch === epoch) ?? {};
    for (const { chart, svg, marker } of markers) {
      marker.setAttribute("x1", across(epoch));
      marker.setAttribute("x2", across(epoch));
      svg.setAttribute("aria-valuenow", epoch);
      svg.setAttribute("aria-valuetext", chartText(chart, epoch, figures));
    }
  };
  return { box, mark };
}

/** What a chart shows at an epoch, in words. */
function chartText(chart, epoch, figures) {
  const values = chart.classes
    ? (figures.class_shares ?? []).map((share, digit) => t("chart.share", { digit, share: wholePercent(share) }))
    : chart.lines
        .filter(([name]) => name in figures)
        .map(([name, , key]) => t(key, { value: Number(figures[name].toPrecision(3)) }));
  return values.length ? t("chart.at", { epoch, values: values.join(t("list")) }) : t("chart.none", { epoch });
}

function drawLines(svg, figures, across, { lines, levels, range, log }) {
  const scale = log ? Math.log10 : (value) => value;
  const values = lines.flatMap(([name]) => figures.filter((line) => name in line).map((line) => scale(line[name])));
  const [low, high] = range ?? [Math.min(...values, ...levels.map(scale), 0), Math.max(...values, ...levels.map(scale))];
  const down = (value) => PAD.top + ((HIGH - PAD.top - PAD.bottom) * (high - scale(value))) / (high - low || 1);
  for (const level of levels) {
    svg.append(
      node("line", { class: "level", x1: PAD.left, x2: WIDE - PAD.right, y1: down(level), y2: down(level) }),
      node("text", { x: PAD.left - 4, y: down(level) + 3, "text-anchor": "end" }, Number(level.toFixed(2))),
    );
  }
  const ends = log ? [10 ** high, 10 ** low] : [high, low];
  for (const value of ends) {
    if (levels.some((level) => Math.abs(down(level) - down(value)) < 10)) continue;
    svg.append(node("text", { x: PAD.left - 4, y: down(value) + 3, "text-anchor": "end" }, Number(value.toPrecision(2))));
  }
  for (const [name, kind] of lines) {
    const points = figures.filter((line) => name in line).map((line) => `${across(line.epoch)},${down(line[name])}`);
    svg.append(node("polyline", { class: `line ${kind}`, points: points.join(" ") }));
  }
}

/** The share of each class as a band, 0 at the top, and where ten equal ones would part. */
function drawShares(svg, figures, across) {
  const lines = figures.filter((line) => "class_shares" in line);
  const down = (share) => PAD.top + (HIGH - PAD.top - PAD.bottom) * share;
  const below = lines.map(() => 0);
  for (let digit = 0; digit < 10; digit++) {
    const upper = lines.map((line, i) => `${across(line.epoch)},${down(below[i])}`);
    lines.forEach((line, i) => (below[i] += line.class_shares[digit]));
    const lower = lines.map((line, i) => `${across(line.epoch)},${down(below[i])}`).reverse();
    svg.append(node("polygon", { class: `band band-${digit % 2}`, points: [...upper, ...lower].join(" ") }));
    svg.append(node("text", { class: "class", x: PAD.left - 4, y: down((digit + 0.5) / 10) + 3, "text-anchor": "end" }, digit));
  }
}

/** The lengths of the vectors along both paths, the one that is shown in front, and the place on it. */
function drawLengths(svg, paths, shown, place) {
  const wide = svg.getBoundingClientRect().width || WIDE; // a unit is a pixel: letters keep their size
  const high = 80;
  const all = Object.values(paths).flat();
  const [low, top] = [0, Math.max(...all, 10)];
  const count = paths[shown].length;
  const across = (frame) => PAD.left + ((wide - PAD.left - PAD.right) * frame) / (count - 1);
  const down = (length) => 6 + ((high - 16) * (top - length)) / (top - low);
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  svg.setAttribute("aria-label", t("way.lengths", { now: paths[shown][place].toFixed(1) }));
  svg.append(
    node("line", { class: "level", x1: PAD.left, x2: wide - PAD.right, y1: down(10), y2: down(10) }),
    node("text", { x: PAD.left - 4, y: down(10) + 3, "text-anchor": "end" }, "10"),
    node("text", { x: PAD.left - 4, y: down(0) + 3, "text-anchor": "end" }, "0"),
  );
  for (const path of Object.keys(paths).sort((a) => (a === shown ? 1 : -1))) {
    const points = paths[path].map((length, frame) => `${across(frame)},${down(length)}`).join(" ");
    svg.append(node("polyline", { class: path === shown ? "line a" : "line other", points }));
  }
  svg.append(node("circle", { class: "dot", cx: across(place), cy: down(paths[shown][place]), r: 4 }));
}
