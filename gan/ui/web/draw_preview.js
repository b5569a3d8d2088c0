// What the networks see of a drawing: the server prepares it like MNIST's digits. At most one question is open.

import { bestOf, epochOf, models } from "./runs.js";
import { isEmpty, picture } from "./draw_pad.js";
import { settled } from "./loader.js";
import { noteOf } from "./notes.js";
import { post } from "./server.js";
import { redraw, state as page } from "./store.js";
import { config } from "./config.js";

/** The answer of /prepare for what is on the pad, or null; and the note of why it is no digit, or null. */
export let preview = { film: null, problem: null };

let asking = null; // a promise while a question is open
let again = false; // whether the drawing has changed since it was asked about

const none = { film: null, problem: null };

/** Look at what is on the pad. The promise is kept when the newest drawing has its answer. */
export function look() {
  again = true;
  asking ??= lookAll().finally(() => {
    asking = null;
  });
  return asking;
}

async function lookAll() {
  while (again) {
    again = false;
    preview = isEmpty() ? none : await ask(picture(config.limits.picture));
    redraw();
  }
}

async function ask(drawn) {
  if (!models().length) await settled(); // it may not be known yet which runs there are
  if (!models().length) return none;
  const model = bestOf(page);
  try {
    return { film: await post("prepare", [model, epochOf(page, model), drawn]), problem: null, drawn };
  } catch (error) {
    return { film: null, problem: noteOf(error) };
  }
}
