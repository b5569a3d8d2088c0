// Notes to the visitor: errors and warnings as a text's key and values, so that they can change language.

/** `text`: the server's English text, for a key that this page does not know. */
export const note = (key, values = {}, text = key) => ({ key, values, text });

/** An error with a note for the visitor. */
export class PageError extends Error {
  constructor(key, values, text) {
    super(key);
    this.note = note(key, values, text);
  }
}

export const noteOf = (error) => error.note ?? note("error.other", { detail: error.message });
