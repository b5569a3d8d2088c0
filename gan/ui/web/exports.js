// The card with what a view saves, and pictures to open. What they need is loaded after the first digits.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { selectField } from "./fields.js";
import { t } from "./i18n.js";
import { addLinkNote, state, update } from "./store.js";

/** The card with a button for each kind of file that a view exports. `isEmpty`: there is nothing to save yet. */
export const exportCard = (view, isEmpty) => html`<div class="card take">
  <p class="name">${t("take")}</p>
  <div class="buttons">
    ${view.exports.map(
      (kind) => html`<button type="button" data-take=${kind} ?disabled=${isEmpty} @click=${() => save(kind)}>
      ${t(state.copied === kind ? "copied" : `take.${kind}`)}
    </button>`,
    )}
  </div>
  ${view.exports.includes("gif") ? widthField() : nothing}
  <p class="hint">${t("take.drop")}</p>
  <div class="buttons">${pictureButton()}</div>
</div>`;

/** How wide each model's part of an animation is at least. */
export function widthField() {
  const options = config.limits.animation_widths.map((width) => [width, t("take.pixels", { width })]);
  return selectField("take.width", state.width, options, (width) => update({ width: Number(width) }));
}

export const loadSaving = () => import("./saving.js");
const loadPictures = () => import("./pictures.js");

/** Load now what the buttons need, so that they also work without a network. */
export const loadButtons = () => Promise.all([loadSaving(), loadPictures()]).catch(showMissing);

const save = (kind) => loadSaving().then((saving) => saving.save(kind), showMissing);

const openPicture = (file) => loadPictures().then((pictures) => pictures.openPicture(file), showMissing);

const showMissing = () => addLinkNote("error.part");

/** The button that opens a picture. The input lies over its label, so that it gets the clicks, the keys and the focus. */
const pictureButton = () => html`<label class="file">
  ${t("take.open")}<input type="file" accept="image/png" @change=${choose} />
</label>`;

function choose({ target }) {
  const [file] = target.files;
  target.value = ""; // or the same file could not be chosen again
  if (file) openPicture(file);
}

/** Let a picture be dropped anywhere on the page, unless the page is another site's. */
export function listenForDrops() {
  if (config.embedded) return;
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) openPicture(file);
  });
}
