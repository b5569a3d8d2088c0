// Handles in words: their names, and what they move.

import { fixed, noteText, t } from "./i18n.js";

const LIKE = /^like (\d+)$/;
const UNNAMED = /^unnamed (\d+)$/;
const NAME = /^[a-z]+( \d+)?$/;

/** The name of a handle that a text of a link is, or undefined. */
export const readName = (text) => (NAME.test(text) ? text : undefined);

/** The class whose likeness a handle is, or null. */
export const classOf = (name) => LIKE.exec(name)?.[1] ?? null;

export const isUnnamed = (name) => UNNAMED.test(name);

/** A handle's name in words. A measure that the page has no text for keeps its own. */
export function handleName(name) {
  if (classOf(name) !== null) return t("handle.like", { digit: classOf(name) });
  if (isUnnamed(name)) return t("handle.unnamed", { number: UNNAMED.exec(name)[1] });
  return noteText({ key: `handle.${name}`, values: {}, text: name });
}

/** A number with its sign. */
export function signed(value) {
  const size = fixed(Math.abs(value), 1);
  return Number(value.toFixed(1)) === 0 ? size : `${value < 0 ? "−" : "+"}${size}`;
}

/** By how many standard deviations two units move some measures: [measure, change] each. */
export const movesText = (moves) =>
  moves.map(([name, change]) => unbroken(`${handleName(name)} ${signed(change)}`)).join(t("list"));

const unbroken = (text) => text.replace(/ /g, "\u00a0");
