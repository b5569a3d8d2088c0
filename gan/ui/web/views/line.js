// A digit on the line from one seed to another.

import { html, render } from "../vendor/lit-html.js";
import { lengthsChart } from "../charts.js";
import { config } from "../config.js";
import { drawCells, spread } from "../draw.js";
import { choiceField } from "../fields.js";
import { explain } from "../glossary.js";
import { t, wholePercent } from "../i18n.js";
import { memoize } from "../memo.js";
import { makePlayer, playButton } from "../player.js";
import { placeText } from "../places.js";
import { pythonPlaces } from "../python.js";
import { epochOf } from "../runs.js";
import { redraw, state as page, update } from "../store.js";
import { interpolationControls } from "./interpolation.js";

const PAUSE = 50; // milliseconds between frames
const STRIP = 12; // frames in a strip

const last = () => config.limits.frames - 1;
const inside = (frame) => Math.min(last(), Math.max(0, frame));
const textOf = (place) => placeText(place, page.mine);
const shareOf = (state) => wholePercent(state.at / last());

export const view = {
  tab: "interpolate",
  shows: (state) => state.view === "interpolate" && state.shape === "line",
  keys: "keys.line",
  exports: ["png", "gif", "webp", "json", "npy", "python"],

  question: (state, model) => [
    "interpolate",
    model,
    epochOf(state, model),
    state.seed,
    state.to,
    config.limits.frames,
    state.path,
  ],

  frame: ({ at }) => at,

  describe: (state, { seeds }, values) =>
    t("said.line", { ...values, from: textOf(seeds[0]), to: textOf(seeds[1]), share: shareOf(state) }),

  move: ({ at }, right, down) => ({ at: inside(at + right + down) }),

  seedName: "end.from",
  controls: () =>
    interpolationControls(
      view.seedName,
      choiceField(
        "path",
        config.limits.paths.map((path) => [path, t(`path.${path}`)]),
      ),
      [["to", "end.to"]],
    ),

  below: (state, films) => html`
    <div class="way">
      <div class="strips" aria-hidden="true" @click=${clickStrip}>${films.map((film) => stripOf(film))}</div>
      <span class="joined">
        ${playButton(player, "travel", "way.play")}
        <input class="place" type="range" min="0" max=${last()} .value=${String(state.at)} aria-label=${t("way.place")}
          aria-valuetext=${shareOf(state)} @input=${(event) => go(Number(event.target.value))} />
        <label class="check">
          <input type="checkbox" class="loop" .checked=${state.loop} @change=${(event) => update({ loop: event.target.checked })} />
          <span>${t("way.loop")}</span>
        </label>
      </span>
      ${drawLengths(state, films)}
      <p class="hint">${explain(t("way.hint"), ["z"])}</p>
    </div>`,

  python({ asked }, _, { at }) {
    const [, , , from, to, frames, path] = asked;
    return `interpolate(*${pythonPlaces([from, to])}, ${frames}, "${path}")[${at}:${at + 1}]`;
  },
};

const player = makePlayer(
  () => PAUSE,
  (first) => {
    if (!view.shows(page) || (page.at === last() && !page.loop && !first)) return false;
    update({ at: (page.at + 1) % config.limits.frames });
  },
);

function go(at) {
  player.stop();
  update({ at });
}

function clickStrip(event) {
  const { left, width } = event.currentTarget.getBoundingClientRect();
  go(inside(Math.round(((event.clientX - left) / width) * last())));
}

/** Some frames of a film side by side. */
const stripOf = memoize((film) => {
  const canvas = document.createElement("canvas");
  const cells = spread(STRIP, film.frames - 1).map((frame) => [frame, 0]);
  drawCells(canvas, film, cells, cells.length);
  return canvas;
});

// The chart of the vectors' lengths is as wide as its place, so that its letters keep their size.

const chart = document.createElementNS("http://www.w3.org/2000/svg", "svg");
chart.setAttribute("class", "lengths");
chart.setAttribute("role", "img");
let chartWidth = 0;

new ResizeObserver(([{ contentRect }]) => {
  if (!contentRect.width || contentRect.width === chartWidth) return;
  chartWidth = contentRect.width;
  redraw();
}).observe(chart);

/** The lengths along every path, which are those of every model. */
function drawLengths(state, [film]) {
  if (film && chartWidth) {
    const { picture, label, box } = lengthsChart(film.paths, film.asked[6], state.at, chartWidth);
    chart.setAttribute("viewBox", box);
    chart.setAttribute("aria-label", label);
    render(picture, chart);
  }
  return chart;
}
