// The tabs of the views.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { state, tabs, update, viewOf, views } from "./store.js";

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

/** The id of the panel that the views of a tab are shown in. */
export const panelId = (tab) => (views.some((view) => view.tab === tab && view.panel) ? tab : "view");

export function tabList() {
  const walk = async (event) => {
    const by = ARROWS[event.key];
    if (!by) return;
    const now = tabs.indexOf(state.view);
    await update({ view: tabs[(now + by + tabs.length) % tabs.length] });
    focusTab();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("views")} @keydown=${walk}>
    ${tabs.map((tab) => tabOf(tab, tab === state.view))}
  </div>`;
}

const tabOf = (tab, selected) => html`
  <button type="button" role="tab" id="tab-${tab}" aria-controls=${panelId(tab)} aria-selected=${selected}
    tabindex=${selected ? 0 : -1} @click=${(event) => open(tab, event)}>${t(tab)}</button>`;

async function open(tab, { detail, currentTarget }) {
  await update({ view: tab });
  const clicked = detail > 0; // and not pressed by a key
  if (clicked && viewOf(state).keysEverywhere) currentTarget.blur(); // or the arrow keys would go to other tabs
}

const NEIGHBOUR = 40; // pixels of the next tab that stay in sight

/** Scroll the row of tabs, where it is wider than the window, until the view's tab is in it. */
export function showTab() {
  const tab = document.getElementById(`tab-${state.view}`);
  const row = tab.parentElement;
  const left = tab.offsetLeft - row.offsetLeft;
  const least = left + tab.offsetWidth + NEIGHBOUR - row.clientWidth;
  row.scrollLeft = Math.min(left - NEIGHBOUR, Math.max(row.scrollLeft, least));
}

/** Move the focus to the view's tab, when what had the focus is gone with the view before. */
export const focusTab = () => document.getElementById(`tab-${state.view}`).focus({ preventScroll: true });
