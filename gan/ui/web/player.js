// Playing: a button that changes the state again and again.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { isLoading } from "./loader.js";
import { redraw } from "./store.js";

const players = [];

/**
 * A player that calls `step` every `pause()` milliseconds, but not while something loads. `step(first)` gets true at the start
 * and returns false at the end.
 */
export function makePlayer(pause, step) {
  let due = null; // when the next step comes; null: it does not play
  let first = false;

  function tick(now) {
    if (due === null) return;
    if (now >= due && !isLoading()) {
      due = Math.max(due + pause(), now);
      if (step(first) === false) return player.stop();
      first = false;
    }
    requestAnimationFrame(tick);
  }

  const player = {
    plays: () => due !== null,
    stop() {
      if (due === null) return;
      due = null;
      redraw();
    },
    toggle() {
      if (due !== null) return player.stop();
      due = performance.now();
      first = true;
      redraw();
      requestAnimationFrame(tick);
    },
  };
  players.push(player);
  return player;
}

export const somethingPlays = () => players.some((player) => player.plays());

export function stopPlayers() {
  for (const player of players) player.stop();
}

export function playButton(player, name, key) {
  const label = t(player.plays() ? "pause" : key);
  return html`<button type="button" class=${name} aria-label=${label} title=${label} @click=${player.toggle}>
    ${player.plays() ? "❚❚" : "▶"}
  </button>`;
}
