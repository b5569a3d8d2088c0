// How a GAN works: the game of its two networks as a picture, then the steps of the tour.

import { html, noChange, nothing } from "../vendor/lit-html.js";
import { drawCells, drawVector } from "../draw.js";
import { explain } from "../glossary.js";
import { currentLanguage, percent, t } from "../i18n.js";
import { followStep, placeOf, stepLink, TOUR } from "../lesson.js";
import { PageError } from "../notes.js";
import { placeText, seedOf } from "../places.js";
import { catalogue, epochOf, hasReals, runNames } from "../runs.js";
import { ask, loadFilm, loadPredictions } from "../server.js";
import { captionOf } from "../stage.js";
import { redraw, state as now } from "../store.js";

const REALS = 9; // real digits in the picture of the game

let steps = null; // of the tour, when they are loaded: lesson_steps.js

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

  panel(state) {
    const drawn = [game.seed, game.score, game.of];
    const runs = [runNames(), catalogue.best, catalogue.reals, catalogue.classifier];
    const around = [state.lang, state.hide, state.left, state.lesson];
    const key = JSON.stringify([currentLanguage(), around, steps !== null, runs, drawn]);
    if (key === built) return noChange;
    built = key;
    return html`${gamePicture()} ${state.lesson ? nothing : startLink(state.left ?? "1")} ${steps ? stepList() : nothing}`;
  },

  async load(state, wanted) {
    await Promise.all([loadTour(wanted), loadGame(state, wanted)]);
    await loadReals(state, wanted);
  },
};

let built = null; // what the panel was built of

async function loadTour(wanted) {
  const loaded = await wanted(import("../lesson_steps.js").catch(missing));
  await wanted(loaded.loadSteps(TOUR).catch(missing));
  steps = loaded;
  redraw();
}

function missing() {
  throw new PageError("error.part");
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

const startLink = (step) => html`<p class="start">
  <a class="primary" href=${stepLink(step)} @click=${(event) => followStep(event, step)}>
    ${step === "1" ? t("tour.start") : t("tour.resume", { n: placeOf(step).number })}
  </a>
  <small>${t("tour.about")}</small>
</p>`;

/** A card for each step, a link to it. */
const stepList = () => html`<ol class="steps">
  ${steps.numbersOf(TOUR).map((number, place) => {
    const { title, question } = steps.stepOf(String(number));
    const language = steps.languageOf({ title });
    return html`<li><a class="card step" href=${stepLink(number)} lang=${steps.tagOf(language)} @click=${(event) => followStep(event, String(number))}>
      <span class="number" aria-hidden="true">${place + 1}</span>
      <h2>${title[language]}</h2>
      <p>${question[language]}</p>
    </a></li>`;
  })}
</ol>`;
