// What the views with a grid share: the digits of consecutive seeds, or of a vector and its neighbours.

import { html, nothing } from "../vendor/lit-html.js";
import { config } from "../config.js";
import { counted, t } from "../i18n.js";
import { sliderField, switchField } from "../fields.js";
import { PageError } from "../notes.js";
import { isVector, placeText } from "../places.js";
import { catalogue, hasReals } from "../runs.js";
import { countOf, redraw, state, update } from "../store.js";

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

/** A module that is loaded when it is asked for. `load`: imports it. */
export const loadPart = (load) =>
  load().catch(() => {
    throw new PageError("error.part");
  });

let push = null; // push.js

/** Load D's push of the films of a view, if it is shown. */
export async function finishPush(view, films, wanted) {
  if (!state.push) return;
  push ??= await wanted(loadPart(() => import("./push.js")));
  await push.load(view, films, wanted);
  redraw();
}

export const pushField = () => switchField("push", t("push"));

/** What a film's digits are covered with. */
export const overlayOf = (some, film) => (some.push ? (film.push ?? null) : null);

/** D's push of the films of a view, in words and with its steps. It is busy until all of it is there. */
export const pushSection = (view, some, films) =>
  some.push
    ? html`<section class="push" aria-label=${t("push.name")} aria-busy=${!push?.isComplete(view, some, films)}>${push?.section(view, some, films) ?? nothing}</section>`
    : nothing;

/** What a screen reader says of it. */
export const spokenPush = (view, some, films) => (some.push ? (push?.sentences(view, some, films) ?? []) : []);
