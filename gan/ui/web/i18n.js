// The page's texts in the language that it uses.

import { config } from "./config.js";

let language = "en";

/** Use a language, or the browser's if `chosen` is null. */
export function setLanguage(chosen) {
  language = chosen ?? browserLanguage();
  document.documentElement.lang = language;
  document.title = t("title");
}

export const currentLanguage = () => language;

/** The first of the browser's languages that the page has texts for. */
function browserLanguage() {
  const known = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase()).filter((tag) => tag in config.texts);
  return known[0] ?? "en";
}

/** The text of a key with its {names} filled in. */
export function t(key, values = {}) {
  const text = config.texts[language][key];
  if (text === undefined) throw new Error(`no text: ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A share as a percentage. It has more digits near 0 and 1, so that only 1 is "100 %". */
export function percent(share) {
  const toEnd = Math.min(share, 1 - share);
  const digits = toEnd <= 0 || toEnd > 0.006 ? 0 : toEnd > 0.0006 ? 1 : 2;
  return t("percent", { value: (100 * share).toFixed(digits) });
}

export const wholePercent = (share) => t("percent", { value: Math.round(100 * share) });

export const longest = (texts) => texts.reduce((most, text) => (text.length > most.length ? text : most), "");
