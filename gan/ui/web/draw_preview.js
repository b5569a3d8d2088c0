// What the networks see of a drawing: the server prepares it like MNIST's digits. At most one question is open.

import { bestOf, epochOf, models } from "./runs.js";
import { isEmpty, picture } from "./draw_pad.js";
import { settled } from "./loader.js";
import { noteOf } from "./notes.js";
import { post } from "./server.js";
import { redraw, state as page } from "./store.js";
import { config } from "./config.js";

/**
 * `film`: the answer of /prepare for what is on the pad, or null. `problem`: the note of why it is no digit, or null.
 * `drawn`: what was asked about, or null for an empty pad. `by`: the model and the epoch that were asked.
 */
export let preview = { film: null, problem: null, drawn: null, by: [] };

const NO_DIGIT = "server.drawing-"; // how the keys of these notes begin

let asking = null; // a promise while a question is open
let again = false; // whether the drawing has changed since it was asked about

/** Look at what is on the pad. The promise is kept when the newest drawing has its answer. */
export function look() {
  again = true;
  asking ??= lookAll().finally(() => {
    asking = null;
  });
  return asking;
}

/** Look again if the model or the epoch has changed, or if the server did not answer. */
export function lookIfOld() {
  const { film, problem, drawn, by } = preview;
  if (drawn && ((!film && !problem) || by.join() !== judge().join())) return look();
}

async function lookAll() {
  while (again) {
    again = false;
    preview = await ask(isEmpty() ? null : picture(config.limits.picture));
    redraw();
  }
}

/** The model and the epoch whose D scores the drawing. */
function judge() {
  const model = bestOf(page);
  return [model, epochOf(page, model)];
}

async function ask(drawn) {
  const answer = { film: null, problem: null, drawn, by: [] };
  if (drawn && !models().length) await settled(); // it may not be known yet which runs there are
  if (!drawn || !models().length) return answer;
  answer.by = judge();
  try {
    answer.film = await post("prepare", [...answer.by, drawn]);
  } catch (error) {
    const found = noteOf(error);
    if (found.key.startsWith(NO_DIGIT)) answer.problem = found; // the search meets all other errors too, and tells them
  }
  return answer;
}
