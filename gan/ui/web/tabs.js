// The tabs of the views.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { state, tabs, update, views } from "./store.js";

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
    tabindex=${selected ? 0 : -1} @click=${() => update({ view: tab })}>${t(tab)}</button>`;

/** Move the focus to the view's tab, when what had the focus is gone with the view before. */
export const focusTab = () => document.getElementById(`tab-${state.view}`).focus({ preventScroll: true });
