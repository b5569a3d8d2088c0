// What the two kinds of interpolation share: the line between two seeds and the plane between four.

import { html } from "../vendor/lit-html.js";
import { choiceField, seedBox } from "../fields.js";
import { t } from "../i18n.js";

/** The controls: the shape, more fields, and a box for each seed: [field, key of its name, its value]. */
export const interpolationControls = (more, ends) => html`
  ${choiceField(
    "shape",
    ["line", "plane"].map((shape) => [shape, t(`shape.${shape}`)]),
  )}
  ${more}
  <div class="field ends">${ends.map(endField)}</div>`;

function endField([name, key, value]) {
  const label = t(key);
  return html`<div>
    <label class="name" for=${name}>${label}</label>
    ${seedBox(name, value, `${t("seed.dice")}: ${label}`, (seed) => ({ [name]: seed }))}
  </div>`;
}
