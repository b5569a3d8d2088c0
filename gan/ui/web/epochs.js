// The epoch: its slider, the buttons beside it, and playing through the epochs.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { makePlayer, playButton } from "./player.js";
import { allEpochs, nothingToDraw } from "./runs.js";
import { loadFilm } from "./server.js";
import { modelsOf, state, update, viewOf } from "./store.js";

const PAUSE = { usual: 250, slow: 1000 }; // milliseconds between epochs

const player = makePlayer(
  () => (state.slow ? PAUSE.slow : PAUSE.usual),
  () => moveEpoch(1, true),
);

/** Go some saved epochs on or back; `around` goes from the last to the first. Return false if there is no such epoch. */
export function moveEpoch(by, around = false) {
  const saved = allEpochs(state);
  if (saved.length < 2 || viewOf(state).panel) return false;
  const next = saved.indexOf(state.epoch) + by;
  if (!around && (next < 0 || next >= saved.length)) return false;
  update({ epoch: saved[(next + saved.length) % saved.length] });
  if (around && saved[next + by] !== undefined) loadAhead(saved[next + by]);
  return true;
}

/** Ask early for what playing comes to next. */
function loadAhead(epoch) {
  const then = { ...state, epoch };
  for (const model of modelsOf(then)) loadFilm(viewOf(then).question(then, model)).catch(() => {});
}

export function epochField() {
  const saved = allEpochs(state);
  const stepBy = (by) => () => {
    player.stop();
    moveEpoch(by);
  };
  const slide = (event) => {
    player.stop();
    update({ epoch: saved[event.target.value] });
  };
  return html`<div class="field epochs" ?inert=${nothingToDraw()}>
    <label class="name" for="epoch"><span>${t("epoch")}</span> <span class="epoch-now">${state.epoch ?? ""}</span></label>
    <span class="joined">
      ${stepButton("back", "‹", stepBy(-1))} ${playButton(player, "play", "epoch.play")} ${stepButton("forward", "›", stepBy(1))}
      <input id="epoch" type="range" min="0" .max=${Math.max(0, saved.length - 1)} .value=${String(saved.indexOf(state.epoch))}
        ?disabled=${saved.length < 2} aria-valuetext=${state.epoch ?? ""} @input=${slide} />
      <label class="check">
        <input type="checkbox" class="slow" .checked=${state.slow === 1}
          @change=${(event) => update({ slow: Number(event.target.checked) })} />
        <span>${t("epoch.slow")}</span>
      </label>
    </span>
  </div>`;
}

const stepButton = (name, sign, step) => {
  const label = t(`epoch.${name}`);
  return html`<button type="button" class=${name} aria-label=${label} title=${label} @click=${step}>${sign}</button>`;
};
