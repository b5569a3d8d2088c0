// What the two kinds of interpolation share: the line between two seeds and the plane between four.

import { html } from "../vendor/lit-html.js";
import { choiceField, seedBox } from "../fields.js";
import { t } from "../i18n.js";

/**
 * The controls: the shape, more fields, and a box for each seed but the first: [field, key of its name]. `first`: the key of
 * the first one's name. It is the state's seed, and its box is that of every view.
 */
export const interpolationControls = (first, more, ends) => html`
  ${choiceField(
    "shape",
    ["line", "plane"].map((shape) => [shape, t(`shape.${shape}`)]),
  )}
  ${more}
  <div class="field ends">${ends.map(endField)}</div>
  <p class="hint">${t("end.hint", { name: t(first) })}</p>`;

function endField([name, key]) {
  const label = t(key);
  return html`<div>
    <label class="name" for=${name}>${label}</label>
    ${seedBox(name, label)}
  </div>`;
}
