// What the shapes of the tab share: the choice of the shape, and the seeds of the line and the plane.

import { html } from "../vendor/lit-html.js";
import { seedBox, segments } from "../fields.js";
import { t } from "../i18n.js";
import { state, update } from "../store.js";
import { middle } from "./square.js";

const SHAPES = ["line", "plane", "handles", "arithmetic"];

/** The choice of the shape. Handles begin with the digit itself, which is in the middle. */
export const shapeField = () => html`<div class="field shapes">
  <span class="name" id="shape-name">${t("shape")}</span>
  ${segments(
    "shape",
    state.shape,
    SHAPES.map((shape) => [shape, t(`shape.${shape}`)]),
    (shape) => update({ shape, ...(shape === "handles" ? { x: middle(), y: middle() } : {}) }),
  )}
</div>`;

/**
 * The controls: the shape, more fields, and a box for each seed but the first: [field, key of its name]. `first`: the key of
 * the first one's name. It is the state's seed, and its box is that of every view.
 */
export const interpolationControls = (first, more, ends) => html`
  ${shapeField()} ${more}
  <div class="field ends">${ends.map(endField)}</div>
  <p class="hint">${t("end.hint", { name: t(first) })}</p>`;

function endField([name, key]) {
  const label = t(key);
  return html`<div>
    <label class="name" for=${name}>${label}</label>
    ${seedBox(name, label)}
  </div>`;
}
