// Notes to the visitor: errors and warnings as a text's key and values, so that they can change language.

export const note = (key, values = {}) => ({ key, values });

/** An error with a note for the visitor. */
export class PageError extends Error {
  constructor(key, values) {
    super(key);
    this.note = note(key, values);
  }
}

export const noteOf = (error) => error.note ?? note("error.other", { detail: error.message });
