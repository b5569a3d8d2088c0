// The tabs of the views.

import { html } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { state, update } from "./store.js";

const ARROWS = { ArrowLeft: -1, ArrowRight: 1 };

/** The id of the panel that a view is shown in. */
export const panelId = (view) => (view.panel ? view.tab : "view");

export function tabList(views) {
  const first = views.filter((view, i) => views.findIndex(({ tab }) => tab === view.tab) === i);
  const walk = (event) => {
    const by = ARROWS[event.key];
    if (!by) return;
    const now = first.findIndex(({ tab }) => tab === state.view);
    update({ view: first[(now + by + first.length) % first.length].tab });
    focusTab();
  };
  return html`<div class="tabs" role="tablist" aria-label=${t("views")} @keydown=${walk}>
    ${first.map((view) => tabOf(view, view.tab === state.view))}
  </div>`;
}

const tabOf = (view, selected) => html`
  <button type="button" role="tab" id="tab-${view.tab}" aria-controls=${panelId(view)} aria-selected=${selected}
    tabindex=${selected ? 0 : -1} @click=${() => update({ view: view.tab })}>${t(view.tab)}</button>`;

/** Move the focus to the view's tab, when what had the focus is gone with the view before. */
export const focusTab = () => document.getElementById(`tab-${state.view}`).focus({ preventScroll: true });
