// How a GAN works: the game of its two networks as a picture, then cards that lead to states of this page.

import { html, noChange } from "../vendor/lit-html.js";
import { drawCells, drawVector, spread } from "../draw.js";
import { explain } from "../glossary.js";
import { currentLanguage, percent, t } from "../i18n.js";
import { settled } from "../loader.js";
import { placeText, seedOf } from "../places.js";
import { catalogue, epochOf, hasReals, models, runNames, shownModels } from "../runs.js";
import { ask, loadFilm, loadPredictions } from "../server.js";
import { captionOf, digitsOf } from "../stage.js";
import { addressOf, open, readLink, redraw, state as now, viewOf } from "../store.js";
import { focusTab } from "../tabs.js";

// Each card: the key of its texts, the state that it leads to, and the models that its texts name. Its picture shows what the
// page shows in that state, or `cells`: digits of a film, [frame, number] each, and their columns.
const CARDS = [
  { key: "noise", change: { view: "generate", epoch: 0, seed: 0, count: 16 } },
  { key: "blobs", change: { view: "generate", epoch: 1, seed: 0, count: 16 } },
  { key: "game", change: { view: "progression", seed: 0, count: 16 }, cells: rowsOfEpochs },
  { key: "specks", change: { view: "generate", model: "both", seed: 0, count: 16 }, needs: ["mlp", "dcgan"] },
  { key: "halfway", change: { view: "interpolate", shape: "line", seed: 0, to: 7, at: 30 }, cells: strip },
  { key: "shell", change: { view: "interpolate", shape: "line", path: "lerp", seed: 0, to: 7, at: 30 }, cells: strip },
  { key: "plane", change: { view: "interpolate", shape: "plane", seed: 0, to: 7, x: 5, y: 5 }, cells: square },
  { key: "truncation", change: { view: "generate", seed: 0, count: 64, truncation: 0.7 } },
];
const REALS = 9; // real digits in the picture of the game
const ACROSS = 6; // frames that a picture shows side by side

function strip({ frames }) {
  return [spread(ACROSS, frames - 1).map((frame) => [frame, 0]), ACROSS];
}
function rowsOfEpochs({ frames }) {
  const shown = spread(ACROSS, frames - 1);
  return [[0, 1, 2].flatMap((number) => shown.map((frame) => [frame, number])), shown.length];
}
function square({ frames }) {
  const side = Math.sqrt(frames);
  const shown = spread(ACROSS, side - 1);
  return [shown.flatMap((y) => shown.map((x) => [y * side + x, 0])), ACROSS];
}

const canvases = new Map(); // by card and model
const game = {
  vector: document.createElement("canvas"),
  fake: document.createElement("canvas"),
  reals: document.createElement("canvas"),
  seed: null,
  score: null,
  of: null, // the model and the epoch that draw it
};
for (const name of ["vector", "fake", "reals"]) {
  game[name].className = name;
  game[name].setAttribute("aria-hidden", "true");
}

export const view = {
  tab: "lesson",
  shows: (state) => state.view === "lesson",
  needsAll: true,

  panel(state) {
    const drawn = [game.seed, game.score, game.of];
    const key = JSON.stringify([currentLanguage(), state.lang, runNames(), catalogue.best, catalogue.reals, drawn]);
    if (key === built) return noChange;
    built = key;
    return html`${gamePicture()}<div class="steps">${cards().map((card, i) => cardLink(card, i + 1, stateOf(card, state.lang)))}</div>`;
  },

  async load(state, wanted) {
    await loadGame(state, wanted);
    await Promise.all([loadReals(state, wanted), loadCards(state, wanted)]);
  },
};

let built = null; // what the panel was built of

const cards = () => CARDS.filter(({ needs = [] }) => needs.every((model) => models().includes(model)));

const stateOf = ({ change }, lang) => ({ ...readLink("")[0], lang, model: catalogue.best, ...change });

/** Draw the pictures of the cards, one after another. */
async function loadCards({ lang }, wanted) {
  for (const card of cards()) {
    const there = stateOf(card, lang);
    const view = viewOf(there);
    for (const model of shownModels(there)) {
      const film = await wanted(loadFilm(view.question(there, model)));
      if (view.needsPredictions?.(there)) await wanted(loadPredictions(film));
      drawCells(canvasOf(card, model), film, ...(card.cells?.(film) ?? cellsOf(view, there, film)));
    }
  }
}

/** The digits that the page shows in a state. */
function cellsOf(view, there, film) {
  const { frame, numbers, columns } = digitsOf(view, there, film);
  return [numbers.map((number) => [frame, number]), columns];
}

function canvasOf({ key }, model) {
  const name = `${key} ${model}`;
  if (!canvases.has(name)) canvases.set(name, document.createElement("canvas"));
  return canvases.get(name);
}

/** Load the game with the page's seed: its vector, the digit that the best model makes of it, and D's score of that digit. */
async function loadGame({ seed }, wanted) {
  const model = catalogue.best;
  const question = ["generate", model, epochOf({ epoch: null }, model), seed, 1];
  const [film, { latents }] = await wanted(
    Promise.all([loadFilm(question), ask("vectors", "generate", question.slice(1))]),
  );
  await wanted(loadPredictions(film));
  drawCells(game.fake, film, [[0, 0]], 1);
  drawVector(game.vector, latents[0]);
  Object.assign(game, { seed, score: film.scores[0][0], of: { model, epoch: film.asked[2] } });
  redraw();
}

/** Draw the real digits of the page's seed. */
async function loadReals({ seed }, wanted) {
  if (!hasReals("test")) return;
  const model = catalogue.best;
  const film = await wanted(loadFilm(["reals", model, epochOf({ epoch: null }, model), seedOf(seed), REALS]));
  const cells = film.numbers.map((_, number) => [0, number]);
  drawCells(game.reals, film, cells, film.columns);
}

const gamePicture = () => html`
  <figure class="game">
    <div class="part">
      ${game.vector}<span>${explain(t("game.vector"), ["z"])}</span>
      <small class="seed">${game.seed === null ? "" : t("game.seed", { place: placeText(game.seed, now.mine) })}</small>
    </div>
    <div class="part network generator"><span>${explain(t("game.generator"), ["g"])}</span></div>
    <div class="part">
      ${game.fake}<span>${t("game.fake")}</span>
      <small class="of">${game.of ? captionOf(game.of.model, game.of.epoch) : ""}</small>
    </div>
    <div class="part real">
      ${hasReals("test") ? html`${game.reals}<span>${t("game.reals")}</span>` : html`<span>${t("game.real")}</span>`}
    </div>
    <div class="part network discriminator"><span>${explain(t("game.discriminator"), ["d"])}</span></div>
    <div class="part">
      <span>${t("game.verdict")}</span>
      <small class="verdict">${game.score === null ? "" : t("digit.score", { score: percent(game.score) })}</small>
    </div>
    <figcaption>${t("game.learn")}</figcaption>
  </figure>`;

/** What draws a card's picture: its models, and their epoch unless the picture shows the whole training. */
const namesOf = (there) =>
  shownModels(there)
    .filter((model) => models().includes(model)) // there is none before the catalogue
    .map((model) => (viewOf(there).epoch ? model.toUpperCase() : captionOf(model, epochOf(there, model))))
    .join(" · ");

function cardLink(card, number, there) {
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a new window
    event.preventDefault();
    const page = event.currentTarget.closest(".studio");
    open(event.currentTarget.search);
    focusTab();
    settled().then(() => page.scrollIntoView({ block: "start" }));
  };
  return html`<a class="card step" href=${addressOf(there)} @click=${follow}>
    <div class="pictures" aria-hidden="true">${shownModels(there).map((model) => canvasOf(card, model))}</div>
    <small class="of">${namesOf(there)}</small>
    <span class="number">${number}</span>
    <h2>${t(`lesson.${card.key}`)}</h2>
    <p>${t(`lesson.${card.key}.text`)}</p>
  </a>`;
}
