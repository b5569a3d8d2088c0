// The page: a function of the state.

import { html, noChange, nothing } from "./vendor/lit-html.js";
import { aboutBox, aboutButton } from "./about.js";
import { config } from "./config.js";
import { epochField } from "./epochs.js";
import { exportCard } from "./exports.js";
import { copy, copyBox } from "./copying.js";
import { radio, seedBox, segments } from "./fields.js";
import { definitions, explain } from "./glossary.js";
import { currentLanguage, noteText, t } from "./i18n.js";
import { isCurrent, missingOf, problem, shown } from "./loader.js";
import { digitCard } from "./readout.js";
import { catalogue, modelChoices, models, nothingToDraw } from "./runs.js";
import { invitation, lessonPanel, unhide } from "./lesson.js";
import { liveRegions } from "./speech.js";
import { screens, sentencesRoom } from "./stage.js";
import { addressOf, linkNotes, modelsOf, state, update, viewOf, views } from "./store.js";
import { focusTab, tabList } from "./tabs.js";
import { teachers } from "./teachers.js";

/** `sentence`: what the canvases show. */
export function page(sentence) {
  const view = viewOf(state);
  const films = shown.view === view ? shown.films : [];
  return html`
    ${header()}
    <div class="notes" role="status" aria-live="polite">${notes().map((text) => html`<p>${text}</p>`)}</div>
    ${liveRegions()} ${invitation()} ${tabList()}
    <div class="beside">
      <div class="views">${panels(view, () => stage(view, films, sentence))}</div>
      ${lessonPanel()}
    </div>
    ${unhide()} ${teachers()}
    ${definitions()} ${aboutBox} ${copyBox}`;
}

/** The panels of the views, of which one is shown. `content`: that of a view with screens. */
const panels = (view, content) => html`
  <div class="view" id="view" role="tabpanel" aria-labelledby="tab-${state.view}" ?hidden=${view.panel}>
    ${view.panel ? noChange : content()}
  </div>
  ${views
    .filter(({ panel }) => panel)
    .map(
      (each) => html`
    <div class=${each.tab} id=${each.tab} role="tabpanel" aria-labelledby="tab-${each.tab}" ?hidden=${each !== view}>
      ${each.panel(state)}
    </div>`,
    )}`;

const header = () => html`<header>
  <h1>${t("title")}</h1>
  <div class="segments languages" role="radiogroup" aria-label=${t("language")}>${Object.keys(config.texts).map(language)}</div>
  <button type="button" class="copy-link" @click=${() => copy("link", addressOf(state))}>
    ${t(state.copied === "link" ? "copied" : "link.copy")}
  </button>
  ${aboutButton()}
  <p class="lead">${explain(t("lead"), ["g", "d"])}</p>
</header>`;

/** A language is named in its own words. */
function language(tag) {
  const texts = config.texts[tag];
  const named = { tag: texts["language.tag"], name: texts["language.name"] };
  return radio("lang", tag, texts["language.short"], tag === currentLanguage(), (lang) => update({ lang }), named);
}

function notes() {
  const all = [...catalogue.notices, ...linkNotes, ...(problem ? [problem] : [])];
  return all.map(noteText);
}

/** The controls that every view with screens has. They come after the picture: a phone shows it without scrolling. */
function bar() {
  const { single, seedless } = viewOf(state);
  const choices = single ? models() : modelChoices();
  const names = choices.map((model) => [model, model === "both" ? bothName() : model.toUpperCase()]);
  return html`<section class="bar" aria-label=${t("bar")}>
    <div class="field models">
      <span class="name" id="model-name">${t("model")}</span>
      ${segments("model", single ? modelsOf(state)[0] : state.model, names, (model) => update({ model }))}
    </div>
    ${
      seedless
        ? nothing
        : html`<div class="field">
            <label class="name" for="seed">${t(viewOf(state).seedName ?? "seed")}</label>
            ${seedBox("seed")}
          </div>`
    }
    ${epochField()}
  </section>`;
}

const bothName = () => t(models().length > 2 ? "model.all" : "model.both");

function stage(view, films, sentence) {
  const missing = missingOf(view);
  return html`
    <div class="stage" ?hidden=${nothingToDraw()}>
      ${view.above?.(state) ?? nothing}
      <p class="missing">${missing}</p>
      <div class="screens" ?hidden=${missing} aria-busy=${!missing && !isCurrent() && !problem}>
        ${screens.map(({ box }) => box)}
      </div>
      <p class="said" data-room=${sentencesRoom()}>${sentence}</p>
      ${view.below?.(state, films) ?? nothing}
    </div>
    <aside class="side">
      ${view.secret ? nothing : digitCard(view, act)} ${bar()}
      <div class="cards" ?inert=${nothingToDraw()}>
        ${view.controls ? html`<div class="card options">${view.controls(state, films)}</div>` : nothing}
        ${view.aside?.(state) ?? nothing}
        ${exportCard(view, Boolean(missing))}
      </div>
    </aside>
    ${view.after?.(state, films) ?? nothing}`;
}

/** Change the state with a button that another view may not have. */
async function act(change) {
  const before = state.view;
  await update(change);
  if (state.view !== before) focusTab();
}
