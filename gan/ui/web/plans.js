// A plan for a lesson, in the About box and as a printed sheet. The plans are data: plans.json, in every language.

import { html, nothing, render } from "./vendor/lit-html.js";
import { currentLanguage, t } from "./i18n.js";
import { addressOf, open, readLink, state, whenLoaded } from "./store.js";
import { focusTab } from "./tabs.js";

let loaded = null; // a promise of the plans

function loadPlans() {
  loaded ??= fetch(new URL("plans.json", import.meta.url)).then((response) => response.json());
  loaded.catch(() => (loaded = null)); // to ask again
  return loaded;
}

let printed = () => nothing; // the sheet of the plan that was opened last
// A sheet stands outside the dialog: Firefox prints one page of a dialog only.
const sheet = document.createElement("div");
sheet.className = "sheet";
const style = document.createElement("link");
Object.assign(style, { rel: "stylesheet", media: "print", href: new URL("style/sheet.css", import.meta.url) });
document.head.append(style);

/** Show the plan of so many minutes in a dialog that is open. `back()` leaves it. */
export async function showPlan(box, minutes, back) {
  const { plans, ...common } = await loadPlans();
  await whenLoaded(() => {}); // its links have fields of all views
  if (!box.open) return;
  const plan = plans.find((each) => each.minutes === minutes);
  const close = () => box.close();
  render(html`${head(plan, back, close)} <article class="plan">${planText(plan, common)}</article>`, box);
  printed = () => sheetText(plan, common);
  box.scrollTop = 0;
  box.querySelector("h2").focus();
}

window.addEventListener("beforeprint", () => {
  if (!document.querySelector("dialog[open] .plan")) return;
  render(printed(), sheet);
  document.body.append(sheet);
});
window.addEventListener("afterprint", () => sheet.remove());

/** A text of the plans in the language of the page. */
const own = (texts) => texts[currentLanguage()] ?? texts.en;

/** A text with its `code`. */
const withCode = (text) => text.split("`").map((part, i) => (i % 2 ? html`<code>${part}</code>` : part));

const list = (texts) => html`<ul>${texts.map((text) => html`<li>${withCode(text)}</li>`)}</ul>`;

const head = (plan, back, close) => html`<div class="top">
  <h2 id="about-title" tabindex="-1">${own(plan.title)}</h2>
  <span class="buttons">
    <button type="button" class="print" @click=${() => window.print()}>${t("plan.print")}</button>
    <button type="button" class="back" @click=${back}>${t("plan.back")}</button>
    <button type="button" class="close" @click=${close}>${t("about.close")}</button>
  </span>
</div>`;

const planText = (plan, { before, offline, privacy }) => html`
  <p><b>${t("plan.minutes", { minutes: plan.minutes })}</b> ${own(plan.for)}</p>
  <h3>${t("plan.goals")}</h3>
  ${list(own(plan.goals))}
  <h3>${t("plan.before")}</h3>
  ${list(own(before))}
  <p class="address">${t("plan.address", { address: addressOf(state).split("?")[0] })}</p>
  <h3>${t("plan.steps")}</h3>
  <ol>${plan.steps.map(part)}</ol>
  <h3>${t("plan.offline")}</h3>
  ${list(own(offline))}
  <h3>${t("plan.privacy")}</h3>
  <p>${own(privacy)}</p>`;

/** The sheet: the plan, and the pictures that the page shows. */
const sheetText = (plan, common) => html`
  <h2>${own(plan.title)}</h2>
  <article class="plan">
    ${planText(plan, common)}
    <section class="shown">
      <h3>${t("plan.picture")}</h3>
      ${pictures()}
      <p>${addressOf(state)}</p>
    </section>
  </article>`;

const part = ({ minutes, name, links, questions, ...texts }) => html`<li>
  <h4>${own(name)} <small>${t("plan.minutes", { minutes })}</small></h4>
  <p>${own(texts.do)}</p>
  <p><b>${t("plan.say")}</b> ${own(texts.say)}</p>
  ${links.length ? html`<p><b>${t("plan.links")}</b></p><ul>${links.map((link) => html`<li>${anchor(link)}</li>`)}</ul>` : nothing}
  <dl>
    ${questions.map(
      ({ ask, answer }) => html`
        <dt><b>${t("plan.ask")}</b> ${own(ask)}</dt>
        <dd><b>${t("plan.answer")}</b> ${own(answer)}</dd>`,
    )}
  </dl>
</li>`;

/** A link to a state of the page. On paper its query stands beside it. */
function anchor({ to, name }) {
  const address = addressOf({ ...readLink(to)[0], lang: state.lang });
  const follow = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // the browser opens a new window
    event.preventDefault();
    open(event.currentTarget.search); // closes the box
    focusTab();
    window.scrollTo(0, 0);
  };
  return html`<a href=${address} @click=${follow}>${own(name)}</a> <code class="query">?${to}</code>`;
}

/** Copies of the pictures that the page shows, with what they show in words. */
function pictures() {
  const figures = document.querySelectorAll("[role=tabpanel]:not([hidden]) figure:has(canvas)");
  return [...figures].map((figure) => {
    const canvases = [...figure.querySelectorAll("canvas")].filter(({ width }) => width > 0);
    const words = canvases[0]?.getAttribute("aria-label") ?? figure.querySelector("figcaption")?.textContent;
    return html`<figure>${canvases.map(copyOf)}<figcaption>${words}</figcaption></figure>`;
  });
}

function copyOf(canvas) {
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}
