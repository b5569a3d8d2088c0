// Saved pictures that bring back what they show.

import { config } from "./config.js";
import { setProblem, settled } from "./loader.js";
import { note, noteOf } from "./notes.js";
import { isPng, readTexts } from "./png.js";
import { catalogue } from "./runs.js";
import { addLinkNote, modelsOf, open, state } from "./store.js";

/** Show what a saved picture showed. */
export const openPicture = (file) => showPicture(file).catch((error) => setProblem(noteOf(error)));

async function showPicture(file) {
  const bytes = new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0))); // a folder has no content
  const { [config.limits.png_state_key]: link, run } = await readTexts(bytes, [config.limits.png_state_key, "run"]);
  if (!link) return setProblem(note(isImage(bytes) ? "drop.removed" : "drop.unknown"));
  await open(`?${link}`);
  await settled();
  const runs = modelsOf(state)
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
