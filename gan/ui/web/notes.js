// Notes to the visitor: errors and warnings as a text's key and values, so that they can change language.

import { config } from "./config.js";

export const note = (key, values = {}) => ({ key, values });

/** An error with a note for the visitor. */
export class PageError extends Error {
  constructor(key, values) {
    super(key);
    this.note = note(key, values);
  }
}

export const noteOf = (error) => error.note ?? note("error.other", { detail: error.message });

/** The note that an English sentence of the server was made from. An unknown sentence is shown as it is. */
export function noteFromServer(sentence) {
  for (const [key, text] of Object.entries(config.texts.en).filter(([key]) => key.startsWith("server."))) {
    const literal = text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    const found = new RegExp(`^${literal.replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`).exec(sentence);
    if (found) return note(key, found.groups);
  }
  return note("error.other", { detail: sentence });
}
