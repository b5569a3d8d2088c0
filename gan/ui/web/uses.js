// What can be done with a place that a visitor has found or made: buttons that show it in other views.

import { html } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { t } from "./i18n.js";
import { setProblem } from "./loader.js";
import { noteOf, PageError } from "./notes.js";
import { isVector, readVector } from "./places.js";
import { update } from "./store.js";
import { focusTab } from "./tabs.js";
import { middle } from "./views/square.js";

const toHandles = (place) => ({ view: "interpolate", shape: "handles", seed: place, x: middle(), y: middle() });

/** By the key of its text: the change of the state that uses a place. */
export const USES = {
  "draw.follow": (place) => ({ view: "progression", seed: place, count: 1 }),
  "draw.travel": (place) => ({ view: "interpolate", shape: "line", seed: place, at: 0 }),
  "draw.corner": (place) => ({ view: "interpolate", shape: "plane", seed: place, x: 0, y: 0 }),
  "draw.near": (place) => ({ view: "generate", seed: place, count: 25, truncation: 1, sort: "seed", only: null }),
  "draw.handles": toHandles,
};

/** The same for a digit that was moved by handles. */
export const HANDLE_USES = { "handles.here": toHandles, ...USES };
delete HANDLE_USES["draw.handles"];

/** A button for each of the uses. `find()`: the place, which is one of this model, or a promise of it. */
export const placeButtons = (uses, model, find) => html`<div class="buttons">
  ${Object.keys(uses).map(
    (key) => html`<button type="button" data-go=${key} @click=${() => use(uses[key], model, find)}>${t(key)}</button>`,
  )}
</div>`;

async function use(changeOf, model, find) {
  try {
    const place = await find();
    if (isVector(place) && !readVector(place)) throw new PageError("place.long", { most: config.limits.length });
    await update({ ...changeOf(place), ...(isVector(place) ? { mine: place } : {}), model });
    focusTab();
  } catch (error) {
    setProblem(noteOf(error));
  }
}
