// What a visitor takes away from live runs: pictures, animations, the snapshot, and the nearest training digits.

import { html, nothing } from "./vendor/lit-html.js";
import { copy } from "./copying.js";
import { loadSaving, widthField } from "./exports.js";
import { drawFrame } from "./live.js";
import { laneName, shownCanvases } from "./live_lanes.js";
import { frameAt, shownStep } from "./live_player.js";
import { setProblem } from "./loader.js";
import { noteOf } from "./notes.js";
import { fixed, t } from "./i18n.js";
import { post } from "./server.js";
import { state as page, update } from "./store.js";

export const keepingFields = {
  kept: { start: null }, // the snapshot that was downloaded last: { name, command }
  near: { start: null }, // what the nearest training digits of frames are: a film of each lane
};

/** Do something that asks the server, and show what goes wrong. */
async function tryTo(act) {
  try {
    await act(await loadSaving());
    setProblem(null);
  } catch (error) {
    setProblem(noteOf(error));
  }
}

const nameOf = (runs) => `gan-digits-train-${runs.at(-1).question[0]}-${page.seed}`;
const hasFrames = (runs) => runs.length > 0 && runs.every(({ frames }) => frames.length);

/** A run and the step to which its frames are known: the inputs of a question about what it has recorded. */
const recordedOf = ({ question, frames }) => [...question, frames.at(-1).step];

const animation = (kind) => (runs) => (saving) =>
  saving.downloadAnimation(nameOf(runs), kind, "live", runs.map(recordedOf));

const KINDS = {
  png: (runs) => (saving) =>
    saving.downloadPicture(`${nameOf(runs)}-step-${shownStep(page, runs)}`, shownCanvases(runs), { seed: page.seed }),
  gif: animation("gif"),
  webp: animation("webp"),
};

/** The cards to save what is shown and to keep what was trained. */
export function keepingCards(state, runs) {
  const recorded = runs.some((run) => run.recorded);
  const kinds = recorded ? ["png"] : Object.keys(KINDS);
  return html`
    <section class="card take">
      <h2>${t("take")}</h2>
      <div class="buttons">
        ${kinds.map(
          (kind) => html`<button type="button" data-take=${kind} ?disabled=${!hasFrames(runs)}
            @click=${() => tryTo(KINDS[kind](runs))}>${t(`take.${kind}`)}</button>`,
        )}
      </div>
      ${recorded ? nothing : widthField()}
    </section>
    ${recorded ? nothing : keepCard(state, runs)}`;
}

const keepCard = ({ kept, copied }, runs) => html`<section class="card keep">
  <h2>${t("keep")}</h2>
  <p class="hint">${t("keep.text")}</p>
  <div class="buttons">
    <button type="button" class="snapshot" ?disabled=${!hasFrames(runs)} @click=${() => tryTo(() => keep(runs.at(-1)))}>
      ${t("keep.snapshot")}
    </button>
  </div>
  ${
    kept
      ? html`<p class="hint">${t("keep.command", { name: kept.name })}</p>
        <code>${kept.command}</code>
        <div class="buttons">
          <button type="button" class="command" @click=${() => copy("command", kept.command)}>
            ${t(copied === "command" ? "copied" : "keep.copy")}
          </button>
        </div>`
      : nothing
  }
</section>`;

async function keep(run) {
  const saving = await loadSaving();
  const { file, name, command } = await post("live_snapshot", recordedOf(run));
  saving.download(name, await saving.dataOf(file));
  update({ kept: { name, command } });
}

/** The button that looks up the nearest training digits of the frames that are shown, and what it found. */
export function nearestDigits(state, runs, step) {
  if (runs.some((run) => run.recorded)) return nothing;
  return html`<section class="memory" aria-labelledby="near-name">
    <h2 id="near-name">${t("memory")}</h2>
    <div class="buttons">
      <button type="button" class="near" ?disabled=${!hasFrames(runs)} @click=${() => tryTo(() => compare(runs, step))}>
        ${t("near.show")}
      </button>
      ${state.near ? html`<button type="button" @click=${() => update({ near: null })}>${t("near.hide")}</button>` : nothing}
    </div>
    ${(state.near ?? []).map(
      (film) => html`<div class="pairs-of">
        <h3>${t("near.of", { name: film.name(), step: fixed(film.asked[2], 0) })}</h3>
        ${film.pairsOf(film, { closest: 1 }, false)}
      </div>`,
    )}
  </section>`;
}

async function compare(runs, step) {
  update({ plays: false, step }); // an answer may be on its way
  const near = await Promise.all(runs.map((run, nth) => filmOf(run, nth, frameAt(run, step))));
  update({ near });
}

/** A film of one frame of a run, with its nearest training digits. */
async function filmOf(run, nth, frame) {
  const image = document.createElement("canvas");
  drawFrame(image, run, frame);
  const { columns, rows, tile, seeds, question } = run;
  const nearest = await post("live_nearest", [...question, frame.step]);
  const { pairsOf } = await import("./views/nearest.js"); // only those who ask for it need it
  const name = () => laneName(run, nth);
  return { image, columns, rows, tile, seeds, nearest, pairsOf, name, asked: ["live", question[0], frame.step] };
}
