// The words of the page, and its languages. TEXTS holds a table of words for each: en and zh.

const known = navigator.languages.map((tag) => tag.split("-")[0].toLowerCase()).filter((language) => language in TEXTS);
const [browserLanguage = "en"] = known; // as the browser ranks them

/** The language that the page speaks: the one that was chosen, or else the browser's. */
const spoken = () => state.lang ?? browserLanguage;

/** A text of the page, its {names} filled in. */
function t(key, values = {}) {
  const text = TEXTS[spoken()][key];
  if (text === undefined) throw new Error(`no text: ${key}`);
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A share in words, finer near the ends, so that "100 %" is said of 1 alone. */
function percent(value) {
  const left = Math.min(value, 1 - value);
  return t("percent", { value: (100 * value).toFixed(left <= 0 || left > 0.006 ? 0 : left > 0.0006 ? 1 : 2) });
}

/** Leave as much room in a place as the longest of these texts takes, so that nothing below moves as one gives way to another. */
function leaveRoom(place, texts) {
  const longest = texts.reduce((most, text) => (text.length > most.length ? text : most));
  if (place.dataset.room !== longest) place.dataset.room = longest;
}

const wholePercent = (value) => t("percent", { value: Math.round(100 * value) });

// Notes: what a visitor is told, as a text's key and its values, so that it can be said in either language.

const note = (key, values = {}) => ({ key, values });

/** The note that the server's words were made of; words that fit no text of the server are passed on as they are. */
function noteOfServer(words) {
  for (const [key, text] of Object.entries(TEXTS.en).filter(([key]) => key.startsWith("server."))) {
    const literal = text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
    const found = new RegExp(`^${literal.replace(/\{(\w+)\}/g, "(?<$1>.+)")}$`).exec(words);
    if (found) return note(key, found.groups);
  }
  return note("error.other", { detail: words });
}

/** An error that tells a visitor its note. */
const trouble = (told) => Object.assign(new Error(told.key), { note: told });
const noteOfError = (error) => error.note ?? note("error.other", { detail: error.message });

// The switch

/** Name each language in its own words, whichever is spoken. */
function buildLanguages() {
  find(".languages").replaceChildren(
    ...Object.entries(TEXTS).map(([lang, words]) => {
      const label = choice("lang", lang, words["language.short"], () => speak(lang));
      label.lang = lang;
      label.firstChild.setAttribute("aria-label", words["language.name"]);
      return label;
    }),
  );
}

/** Speak another language, and show the same as before. */
function speak(lang) {
  state.lang = lang;
  tell();
  keepAddress();
  if (films.length) draw();
  else showFirstCaption();
  if (state.view === "lesson") render();
  tellNow();
  sayVariety();
  say(wrong);
}

/** Say in the page's language all that is not drawn with the digits. */
function tell() {
  translate();
  buildControls();
  buildLesson();
  buildCharts();
  showControls();
}

function translate() {
  document.documentElement.lang = spoken();
  document.title = t("title");
  for (const each of findAll("[data-t]")) each.textContent = t(each.dataset.t);
  for (const each of findAll("[data-t-label]")) each.setAttribute("aria-label", t(each.dataset.tLabel));
  for (const each of findAll("[data-t-title]")) each.title = t(each.dataset.tTitle);
  for (const { show } of players) show();
  const words = { seed: LAST_SEED, digit: 0, sure: percent(0.999), score: percent(0.999), length: "10.0" };
  const all = ["digit.seed-is", "digit.read", "digit.score", "digit.length"].map((key) => t(key, words)).join(" · ");
  leaveRoom(find(".readout"), [t("digit.none"), all]);
  const share = [1, 1].map(wholePercent).join(" / ");
  const costs = ["truncation.none", "truncation.one", "truncation.free", "truncation.cost"];
  leaveRoom(find(".variety"), costs.map((key) => t(key, { share })));
}
