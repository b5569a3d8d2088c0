// The screens: what they show of the state and the films, and what pointing and picking changes.

import { columnsFor } from "./draw.js";
import { t } from "./i18n.js";
import { isSuited, shown } from "./loader.js";
import { memoize } from "./memo.js";
import { makeScreen } from "./screen.js";
import { state, update } from "./store.js";

export const screens = []; // one for each film that is shown

const allNumbers = memoize((film) => film.lengths[0].map((_, number) => number));

/** The epoch that a film shows. It may differ from the state's epoch while the next film loads. */
export const epochOfFilm = (view, film) => view.epoch?.(state, film) ?? film.asked[2];

/** Bring the screens up to date with the state. Screens of another view stay until its films are there. */
export function drawScreens() {
  const { view, films, first } = shown;
  while (screens.length > films.length) screens.pop();
  while (screens.length < films.length) screens.push(makeScreen(handlersOf(screens.length)));
  if (first) screens[0].show(first);
  else if (isSuited()) for (const [i, film] of films.entries()) screens[i].show(pictureOf(view, film, i));
  for (const screen of screens) screen.draw();
}

/** The picture of the digits that come with the page: config.first with its decoded image. */
export function firstPicture({ model, epoch, count }, image) {
  const columns = columnsFor(count);
  const film = { image, columns, rows: columns, tile: image.width / columns };
  const words = () => {
    const text = t("screen", { model: model.toUpperCase(), epoch });
    return { caption: text, label: text, empty: "" };
  };
  return { film, frame: 0, numbers: Array.from({ length: count }, (_, number) => number), columns, words };
}

function pictureOf(view, film, screen) {
  const model = film.asked[1].toUpperCase();
  const epoch = epochOfFilm(view, film);
  const frame = view.frame(state, film);
  const numbers = view.numbers?.(state, film) ?? allNumbers(film);
  const columns = columnsFor(numbers.length);
  const now = state;
  return {
    film,
    frame,
    numbers,
    columns,
    grid: view.grid?.(),
    mark: view.mark ? view.mark(state) : pickedMark(screen, numbers.length, columns),
    words: () => ({
      caption: t("screen", { model, epoch }),
      label: view.describe(now, film, { model, epoch, count: numbers.length }),
      hint: t(view.keys),
      empty: numbers.length ? "" : view.empty(now),
    }),
  };
}

function pickedMark(screen, count, columns) {
  const rows = Math.ceil(count / columns);
  const { picked } = state;
  return picked?.screen === screen && picked.place < columns * rows ? { place: picked.place, columns, rows } : null;
}

/** What the canvases show, in a sentence for each. */
export const sentences = () => (shown.view ? screens.map(({ label }) => label).join(" · ") : "");

const handlersOf = (screen) => ({
  point(place) {
    if (!isSuited() || !shown.view.picks) return;
    const inside = place !== null && place < screens[screen].picture.numbers.length;
    const { pointed } = state;
    if (inside && !(pointed?.screen === screen && pointed.place === place)) update({ pointed: { screen, place } });
    if (!inside && pointed) update({ pointed: null });
  },
  pick(place) {
    if (!isSuited() || !shown.view.picks || place >= screens[screen].picture.numbers.length) return;
    update({ picked: { screen, place }, pointed: null });
  },
  drag(x, y) {
    if (isSuited()) update(shown.view.drag(x, y));
  },
  move(x, y) {
    if (!isSuited()) return;
    if (!shown.view.picks) return update(shown.view.move(state, x, y));
    const { columns, numbers } = screens[screen].picture;
    const place = state.picked?.screen === screen ? state.picked.place + x + y * columns : 0;
    if (place >= 0 && place < numbers.length) update({ picked: { screen, place }, pointed: null });
  },
});
