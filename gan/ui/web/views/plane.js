// A digit at each place of a plane between four corners: seeds or vectors.

import { nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { t } from "../i18n.js";
import { placeText } from "../places.js";
import { pythonPlaces } from "../python.js";
import { epochOf } from "../runs.js";
import { state as page } from "../store.js";
import { interpolationControls } from "./interpolation.js";
import { square } from "./square.js";

const side = () => config.limits.side;
const corners = ({ seed, to, third, fourth }) => [seed, to, third, fourth];

export const view = {
  tab: "interpolate",
  shows: (state) => state.view === "interpolate" && state.shape === "plane",
  keys: "keys.plane",
  exports: ["png", "gif", "webp", "json", "npy", "python"],

  question: (state, model) => ["plane", model, epochOf(state, model), corners(state)],

  ...square,

  describe: ({ x, y }, { seeds }, values) =>
    t("said.plane", {
      ...values,
      corners: seeds.map((place) => placeText(place, page.mine)).join(t("list")),
      x,
      y,
      last: side() - 1,
    }),

  seedName: "end.from.plane",
  controls: () =>
    interpolationControls(view.seedName, nothing, [
      ["to", "end.to.plane"],
      ["third", "end.third"],
      ["fourth", "end.fourth"],
    ]),

  python({ seeds }, _, state) {
    const place = square.frame(state);
    return `plane(${pythonPlaces(seeds)}, ${side()})[${place}:${place + 1}]`;
  },
};
