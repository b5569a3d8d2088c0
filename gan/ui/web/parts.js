// Parts of the page by name: what a lesson marks, and what a link hides.

// A selector for each name. Its text is `part.NAME`.
const PARTS = {
  tabs: ".tabs",
  pictures: ":is(.screens, .lanes)",
  digit: ".card.digit",
  model: ".bar .models",
  seed: ".bar .field:has(#seed)",
  epoch: ".bar .epochs",
  settings: ":is(.card.options, .card.settings)",
  reals: ".switch:has([name=reals])",
  comment: ".card.comment",
  curves: ":is(.charts, .trainer .run)",
  path: ".way",
  memory: ".memory",
  presets: ".card.presets",
  drawing: ".drawing",
  answers: ".answers",
  game: ".game",
  export: ":is(.card.take, .card.keep)",
  teachers: ".teachers",
};

export const PART_NAMES = Object.keys(PARTS);

const selectorOf = (name) => `.studio ${PARTS[name]}`;

/** The element of a part that the page shows now. */
export const elementOf = (name) =>
  [...document.querySelectorAll(selectorOf(name))].find((each) => each.checkVisibility());

const namesIn = (text) => text.split(",").filter(Boolean);

/** The names of parts in a list with commas. Others are left out. */
export const readParts = (text) => namesIn(text).filter(isPart).join();

export const isPart = (name) => Object.hasOwn(PARTS, name);

/** Whether a list has names of parts only. */
export const hasPartsOnly = (text) => namesIn(text).every(isPart);

const sheet = new CSSStyleSheet();
let shown = ""; // the rules in the sheet

/** Hide some parts, and mark one: lists of names. */
export function styleParts({ hidden, marked }) {
  const rules = [
    ...hidden.map((name) => `${selectorOf(name)} { display: none !important }`),
    ...marked.map(
      (name) => `${selectorOf(name)} { outline: 3px solid var(--b); outline-offset: 5px; border-radius: 4px }`,
    ),
  ].join("\n");
  if (rules === shown) return;
  if (!document.adoptedStyleSheets.includes(sheet)) document.adoptedStyleSheets.push(sheet);
  shown = rules;
  sheet.replaceSync(rules);
}
