// Questions to the server, and their answers.

import { PageError } from "./notes.js";

const KEPT_ANSWERS = 240; // two for each film: pictures and predictions
const PATIENCE = 60_000; // milliseconds
const NO_SERVER = [502, 503, 504]; // what a proxy answers in place of a server that is down

const WHOLE = ["quiz", "invert"]; // endpoints whose films come with their predictions

const API = new URL("../gradio_api/", import.meta.url); // beside this module's folder, by whatever name a proxy gives them

const answers = new Map(); // promises by question, the last used at the end
let unanswered = new Map(); // those of them that are still open
let wanted = new AbortController();

/** Aborted when the page stops waiting for what it has asked so far. */
export const wantedSignal = () => wanted.signal;

/** Give up all questions that have no answer yet, except those of `post`. */
export function abandonQuestions() {
  wanted.abort();
  wanted = new AbortController();
  for (const question of unanswered.keys()) answers.delete(question);
  unanswered = new Map();
}

export const forgetAnswers = () => answers.clear();

/** The answer of an endpoint. Equal questions share one promise. It rejects with a PageError, or when it is given up. */
export function ask(name, ...data) {
  const question = JSON.stringify([name, ...data]);
  let answer = answers.get(question);
  if (!answer) {
    const open = unanswered;
    answer = post(name, data, wanted.signal).finally(() => open.delete(question));
    answer.catch(() => answers.get(question) === answer && answers.delete(question));
    open.set(question, answer);
  }
  answers.delete(question);
  answers.set(question, answer);
  if (answers.size > KEPT_ANSWERS) answers.delete(answers.keys().next().value);
  return answer;
}

/** The film of a question, [endpoint, ...arguments]. Its predictions come later, or with it if the endpoint is in WHOLE. */
export async function loadFilm(question) {
  const [name, ...values] = question;
  const film = await (WHOLE.includes(name) ? ask(name, ...values) : ask("pictures", name, values));
  film.asked = question;
  return film;
}

/** Add the networks' predictions to a film: `scores`, and `labels` if there is a classifier. */
export async function loadPredictions(film) {
  if (film.scores) return;
  const [name, ...values] = film.asked;
  const { run, ...predictions } = await ask("predictions", name, values);
  if (run !== film.run) throw new PageError("run.new");
  Object.assign(film, predictions);
}

/** Ask an endpoint once, without keeping its answer. */
export async function post(name, data, signal) {
  const timeout = AbortSignal.timeout(PATIENCE);
  let response;
  try {
    response = await fetch(new URL(`run/${name}`, API), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data }),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
  } catch {
    throw new PageError("error.network");
  }
  const body = await response.json().catch(() => null);
  if (body?.error?.key) throw new PageError(body.error.key, body.error.values, body.error.text);
  if (NO_SERVER.includes(response.status)) throw new PageError("error.network");
  const answer = body?.data?.[0];
  if (typeof answer !== "object" || answer === null) {
    const isPage = response.ok || response.headers.get("content-type")?.includes("html");
    throw new PageError(isPage ? "error.not-json" : "error.server"); // a captive portal or a proxy answered
  }
  if (answer.sprite) answer.image = await decodeImage(answer.sprite);
  return answer;
}

export async function decodeImage(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}
