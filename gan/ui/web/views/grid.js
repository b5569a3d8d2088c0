// What the views with a grid share: the digits of consecutive seeds, or of a vector and its neighbours.

import { html } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { counted, t } from "../i18n.js";
import { sliderField, switchField } from "../fields.js";
import { isVector, placeText } from "../places.js";
import { catalogue, hasReals } from "../runs.js";
import { countOf, state, update } from "../store.js";

/** What can be done with a digit that is picked. */
export const actions = [
  ["from", (place) => ({ seed: place, view: "interpolate", at: 0 })],
  ["to", (place) => ({ to: place, view: "interpolate", at: config.limits.frames - 1 })],
  ["seed", (place) => ({ seed: place })],
];

export function describeGrid({ seeds }, values) {
  if (isVector(seeds[0])) {
    const near = { ...values, place: placeText(seeds[0], state.mine, "digit.at"), count: seeds.length - 1 };
    return seeds.length > 1 ? counted("said.near", near) : t("said.at", near);
  }
  return t(seeds.length > 1 ? "said.grid" : "said.one", { ...values, seed: seeds[0], last: seeds.at(-1) });
}

export const countField = (state, most) =>
  sliderField("count", {
    min: 1,
    max: most,
    value: countOf(state),
    shown: countOf(state),
    choose: (count) => update({ count }),
  });

/** The switch for real digits beside the fakes, or how to get such digits. */
export const realsField = () =>
  hasReals("test")
    ? switchField("reals", t("reals"))
    : html`<p class="hint">${t("reals.none", { command: catalogue.command })}</p>`;
