// The steps of the lessons, lessons/NAME.json. gan/README.md says what a step has.

import { config } from "./config.js";
import { currentLanguage } from "./i18n.js";
import { placeOf } from "./lesson.js";
import { catalogue, hasReals, models } from "./runs.js";
import { state } from "./store.js";

const lessons = new Map(); // the steps, by the name of their lesson

/** Load the steps of a lesson: null if there is no such lesson. */
export async function loadSteps(name) {
  if (!lessons.has(name)) {
    const response = await fetch(new URL(`lessons/${name}.json`, import.meta.url));
    if (response.status === 404) return null;
    lessons.set(name, await response.json());
  }
  return lessons.get(name);
}

/** A step, if it is loaded. */
export function stepOf(text) {
  const { name, number } = placeOf(text);
  return lessons.get(name)?.[number - 1];
}

/** What a step needs: a model by its name, real digits, or the classifier. */
function isThere(need) {
  if (need === "reals") return hasReals("train") && hasReals("test");
  if (need === "classifier") return catalogue.classifier;
  return models().includes(need);
}

/** The numbers of the steps of a lesson that this server can show. Before the runs are known, all. */
export function numbersOf(name) {
  const steps = lessons.get(name) ?? [];
  const can = ({ needs = [] }) => !models().length || needs.every(isThere);
  return steps.map((_, place) => place + 1).filter((number) => can(steps[number - 1]));
}

/** The query string of a step: the state that it sets, before its question is answered or with the visitor's `guess`. */
export function queryOf(text, guess) {
  const step = stepOf(text);
  const set = guess === null ? { ...step.state, ...step.before } : step.state;
  const all = { ...set, lang: state.lang, hide: state.hide || null, lesson: text, guess };
  return new URLSearchParams(Object.entries(all).filter(([, value]) => value !== null));
}

/** The language of a step: the page's, or the first that the step is written in. */
export function languageOf({ title }) {
  const now = currentLanguage();
  return now in title ? now : Object.keys(title)[0];
}

/** A language as the attribute `lang` names it. */
export const tagOf = (language) => config.texts[language]?.["language.tag"] ?? language;
