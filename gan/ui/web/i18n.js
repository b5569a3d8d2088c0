// The page's texts and numbers in the language that it uses.

import { config } from "./config.js";

let language = "en";

/** Use a language, or the browser's if `chosen` is null. */
export function setLanguage(chosen) {
  language = chosen ?? browserLanguage();
  if (config.embedded) return;
  document.documentElement.lang = t("language.tag");
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

/** The text of a note. A server that is newer than the page may send notes with keys that the page does not know. */
export const noteText = ({ key, values, text }) => (key in config.texts[language] ? t(key, values) : text);

/** The text of a key for `values.count` things: "KEY.one" for one thing, and for what a language counts like one. */
export const counted = (key, values) =>
  t(values.count === 1 || plurals().select(values.count) === "one" ? `${key}.one` : key, values);

const formats = new Map(); // a format takes longer to make than to use

function format(kind, options = {}) {
  const name = JSON.stringify([language, kind, options]);
  if (!formats.has(name)) formats.set(name, new Intl[kind](t("language.tag"), options));
  return formats.get(name);
}

const plurals = () => format("PluralRules");

const percentage = (share, digits) =>
  format("NumberFormat", { style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
    share,
  );

/** A share as a percentage. It has more digits near 0 and 1, so that only 1 is "100%". */
export function percent(share) {
  const toEnd = Math.min(share, 1 - share);
  return percentage(share, toEnd <= 0 || toEnd > 0.006 ? 0 : toEnd > 0.0006 ? 1 : 2);
}

export const wholePercent = (share) => percentage(share, 0);

/** A number with so many decimals. */
export const fixed = (value, digits) =>
  format("NumberFormat", { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);

/** A number rounded to so many significant digits. */
export const rounded = (value, digits) => format("NumberFormat", { maximumSignificantDigits: digits }).format(value);

export const longest = (texts) => texts.reduce((most, text) => (text.length > most.length ? text : most), "");
