// The screens: what they show of the state and the films, and what pointing and picking changes.

import { columnsFor } from "./draw.js";
import { counted, t } from "./i18n.js";
import { allFilms, isSuited, missingOf, shown } from "./loader.js";
import { memoize } from "./memo.js";
import { makeScreen } from "./screen.js";
import { state, update, viewOf } from "./store.js";

export const screens = []; // one for each film that is shown

const allNumbers = memoize((film) => (film.numbers ?? film.lengths[0]).map((_, number) => number));

/** A text about an epoch, which says so if it is the one before the training. */
const ofEpoch = (epoch, text) => (epoch === 0 ? t("untrained", { text }) : text);

/** The caption of a picture. */
export const captionOf = (model, epoch) => ofEpoch(epoch, t("screen", { model: model.toUpperCase(), epoch }));

/** The epoch that a film shows. It may differ from the state's epoch while the next film loads. */
export const epochOfFilm = (view, film) => view.epoch?.(state, film) ?? film.asked[2];

/** Bring the screens up to date with the state. Screens of another view stay until its films are there. */
export function drawScreens() {
  const { view, first } = shown;
  const films = allFilms();
  while (screens.length > films.length) screens.pop();
  while (screens.length < films.length) screens.push(makeScreen(handlersOf(screens.length)));
  if (first) screens[0].show(first);
  else if (isSuited()) for (const [i, film] of films.entries()) screens[i].show(pictureOf(view, film));
  for (const screen of screens) screen.draw();
}

/** The picture of the digits that come with the page: config.first with its decoded image. */
export function firstPicture({ model, epoch, count }, image) {
  const columns = columnsFor(count);
  const film = { image, columns, rows: columns, tile: image.width / columns };
  const words = () => {
    const text = captionOf(model, epoch);
    return { caption: text, label: text, room: text, empty: "" };
  };
  return { film, frame: 0, numbers: Array.from({ length: count }, (_, number) => number), columns, words };
}

/** The digits of a film that a state shows, in order, in a grid with so many columns. */
export function digitsOf(view, some, film) {
  const numbers = view.numbers?.(some, film) ?? allNumbers(film);
  return { frame: view.frame(some, film), numbers, columns: columnsFor(numbers.length) };
}

function pictureOf(view, film) {
  if (film === shown.real) return realPicture(view, film);
  const model = film.asked[1];
  const epoch = epochOfFilm(view, film);
  const digits = digitsOf(view, state, film);
  const { numbers } = digits;
  const now = state;
  return {
    film,
    ...digits,
    overlay: view.overlay?.(state, film) ?? null,
    grid: view.grid?.(),
    mark: view.mark?.(state) ?? (view.picks ? pickedMark(film, digits) : null),
    words() {
      const said = view.describe(now, film, { model: model.toUpperCase(), epoch, count: numbers.length });
      const withEpoch = (shown) => (view.secret ? said : ofEpoch(shown, said)); // a question ends itself
      return {
        caption: captionOf(model, epoch),
        label: withEpoch(epoch),
        room: withEpoch(0).replace(/\b\d{1,2}\b/g, "100"), // epochs and shares grow
        hint: t(view.keys),
        empty: numbers.length ? "" : view.empty(now, film),
      };
    },
  };
}

/** The picture of real digits. It stays while the epoch moves: `scored` is the frame of their scores. */
function realPicture(view, film) {
  const numbers = allNumbers(film);
  const digits = { frame: 0, numbers, columns: columnsFor(numbers.length) };
  const model = film.asked[1].toUpperCase();
  const noteAt = (epoch) => t("reals.note", { screen: t("screen", { model, epoch }) });
  const epoch = epochOfFilm(view, film);
  return {
    film,
    ...digits,
    scored: view.frame(state, film),
    mark: pickedMark(film, digits),
    words() {
      const said = counted("reals.said", { count: numbers.length });
      const note = { text: noteAt(epoch), room: noteAt(100) };
      return { caption: t("reals.caption"), label: said, room: said, hint: t(view.keys), empty: "", note };
    },
  };
}

function pickedMark(film, { numbers, columns }) {
  const place = pickedPlace(film, numbers);
  return place < 0 ? null : { place, columns, rows: Math.ceil(numbers.length / columns) };
}

/** The field of the state for the digit of a film that is picked. */
const fieldOf = (film) => (film === shown.real ? "real" : "pick");

/** The place of the digit that is picked, or -1 where it is not shown. */
export const pickedPlace = (film, numbers) =>
  numbers.findIndex((number) => film.seeds[number] === state[fieldOf(film)]);

/** Pick the digit of a seed, a fake or a real one: they have nothing in common but the number. */
const pick = (film, seed) => update({ pick: null, real: null, [fieldOf(film)]: seed, pointed: null });

/** What the canvases show, in a sentence for each. A view that lacks something shows no canvas. */
export const sentences = () =>
  shown.view && !missingOf(viewOf(state)) ? screens.map(({ label }) => label).join(" · ") : "";

/** The longest that the sentences become while an epoch or a position changes. */
export const sentencesRoom = () => (shown.view ? screens.map(({ room }) => room).join(" · ") : "");

const handlersOf = (screen) => ({
  point(place) {
    if (!isSuited() || !shown.view.picks) return;
    const inside = place !== null && place < screens[screen].picture.numbers.length;
    const { pointed } = state;
    if (inside && !(pointed?.screen === screen && pointed.place === place)) update({ pointed: { screen, place } });
    if (!inside && pointed) update({ pointed: null });
  },
  pick(place) {
    if (!isSuited() || !shown.view.picks) return;
    const { film, numbers } = screens[screen].picture;
    const seed = film.seeds[numbers[place]];
    if (seed !== undefined) pick(film, seed === state[fieldOf(film)] ? null : seed);
  },
  clear() {
    if (isSuited() && (state.pick ?? state.real) !== null) pick(shown.films[0], null);
  },
  drag(x, y) {
    if (isSuited()) update(shown.view.drag(x, y));
  },
  move(x, y) {
    if (!isSuited()) return;
    if (shown.view.move) return update(shown.view.move(state, x, y));
    if (!shown.view.picks) return;
    const { film, numbers, columns } = screens[screen].picture;
    const now = pickedPlace(film, numbers);
    const seed = film.seeds[numbers[now < 0 ? 0 : now + x + y * columns]];
    if (seed !== undefined) pick(film, seed);
  },
});
