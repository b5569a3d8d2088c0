// Saved pictures that bring back what they show.

import { html } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { t } from "./i18n.js";
import { setProblem, settled } from "./loader.js";
import { note, noteOf } from "./notes.js";
import { isPng, readTexts } from "./png.js";
import { catalogue, shownModels } from "./runs.js";
import { addLinkNote, open, state } from "./store.js";

/** The button that opens a picture. The input lies over its label, so that it gets the clicks, the keys and the focus. */
export const pictureButton = () => html`<label class="file">
  ${t("take.open")}<input type="file" accept="image/png" @change=${choose} />
</label>`;

function choose({ target }) {
  const [file] = target.files;
  target.value = ""; // or the same file could not be chosen again
  if (file) openPicture(file);
}

/** Let a picture be dropped anywhere on the page. */
export function listenForDrops() {
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) openPicture(file);
  });
}

const openPicture = (file) => showPicture(file).catch((error) => setProblem(noteOf(error)));

/** Show what a saved picture showed. */
async function showPicture(file) {
  const bytes = new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0))); // a folder has no content
  const { [config.limits.png_state_key]: link, run } = await readTexts(bytes, [config.limits.png_state_key, "run"]);
  if (!link) return setProblem(note(isImage(bytes) ? "drop.removed" : "drop.unknown"));
  open(`?${link}`);
  await settled();
  const runs = shownModels(state)
    .map((model) => catalogue.models[model]?.run)
    .join(" ");
  if (![undefined, runs].includes(run)) addLinkNote("drop.run"); // the pictures of training name no run
}

// How the other images begin: JPEG, WebP, HEIC and AVIF, GIF.
const IMAGES = [/^\xff\xd8\xff/, /^RIFF.{4}WEBP/s, /^.{4}ftyp(heic|heix|mif1|avif)/s, /^GIF8[79]a.{10}/s];

/** Whether a file is an image, as messengers send them. */
function isImage(bytes) {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  return isPng(bytes) || IMAGES.some((pattern) => pattern.test(start));
}
