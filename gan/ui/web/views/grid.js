// What the views with a grid of digits of consecutive seeds share.

import { html } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { t } from "../i18n.js";
import { sliderField, switchField } from "../fields.js";
import { catalogue, hasReals } from "../runs.js";
import { countOf, update } from "../store.js";

/** What can be done with a digit that is picked. */
export const actions = [
  ["from", (seed) => ({ seed, view: "interpolate", at: 0 })],
  ["to", (seed) => ({ to: seed, view: "interpolate", at: config.limits.frames - 1 })],
  ["seed", (seed) => ({ seed })],
];

export function describeGrid({ seeds }, values) {
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

/** The Python expression for the vectors of some seeds. */
export function pythonLatents(seeds) {
  const consecutive = seeds.every((seed, i) => seed === (seeds[0] + i) % (config.limits.seed + 1));
  return consecutive ? `latents(consecutive(${seeds[0]}, ${seeds.length}))` : `latents([${seeds.join(", ")}])`;
}
