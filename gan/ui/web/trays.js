// Vector arithmetic's parts on the page: a grid to pick digits from, and the three trays that they go into.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { radio } from "./fields.js";
import { percent, t } from "./i18n.js";
import { placeText, readPlace } from "./places.js";
import { redraw, state as page, update } from "./store.js";
import { tileOf } from "./tiles.js";

export const TRAYS = ["plus", "minus", "base"];
export const SIGNS = { plus: "+", minus: "−", base: "◆" }; // on a digit of the grid that is in a tray
export const COLUMNS = 6; // of the grid
const ARROWS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -COLUMNS, ArrowDown: COLUMNS };

/** The text of the places in a link, or undefined if it is not one. A place counts once. */
export function readTray(text) {
  const places = [...new Set(text.split(",").map(readPlace))];
  return places.includes(undefined) || places.length > config.limits.tray ? undefined : places.join();
}

/** The places in a tray. */
export const placesIn = (text) => (text ? text.split(",").map(readPlace) : []);

/** Put a place into the tray that is being filled, or take it out. */
function toggle(place) {
  const { tray } = page;
  const places = placesIn(page[tray]);
  if (places.includes(place)) return remove(tray, place);
  if (places.length < config.limits.tray) update({ [tray]: [...places, place].join() });
}

const remove = (tray, place) =>
  update({
    [tray]: placesIn(page[tray])
      .filter((each) => each !== place)
      .join(),
  });

// The grid

let cursor = 0; // the digit of the grid that Tab reaches

/** The digits of a film to pick from, by click, touch or keyboard. `example`: what fills the trays, or null. */
export const picker = (film, example) => html`<section class="picker" aria-label=${t("trays.pick")}>
  <div class="field">
    <span class="name" id="tray-name">${t("tray")}</span>
    <div class="segments" role="radiogroup" aria-labelledby="tray-name">
      ${TRAYS.map((tray) => radio("tray", tray, named(tray), page.tray === tray, () => update({ tray })))}
    </div>
  </div>
  <div class="cells" role="group" aria-label=${t("trays.pick")} aria-describedby="trays-keys" @keydown=${walk}>
    ${film.seeds.map((place, number) => cell(film, place, number))}
  </div>
  <p class="hint" id="trays-keys">${t("trays.hint", { most: config.limits.tray })}</p>
  <div class="buttons">
    ${
      example
        ? html`<button type="button" class="example" @click=${() => update(example)}>${t("trays.example")}</button>`
        : nothing
    }
    <button type="button" class="clear" ?disabled=${TRAYS.every((tray) => !page[tray])}
      @click=${() => update({ plus: "", minus: "", base: "" })}>${t("trays.clear")}</button>
  </div>
  ${
    example && TRAYS.every((tray) => page[tray] === example[tray])
      ? html`<p class="hint">${t("trays.example.text")}</p>`
      : nothing
  }
</section>`;

const named = (tray) => `${SIGNS[tray]} ${t(`tray.${tray}`)}`;

function cell(film, place, number) {
  const inside = TRAYS.filter((tray) => placesIn(page[tray]).includes(place));
  const label = film.labels?.[0][number];
  const read = label ? [t("digit.read", { digit: label[0], sure: percent(label[1]) })] : [];
  const trays = inside.map((tray) => t(`tray.${tray}`));
  const text = [placeText(place, page.mine, "digit.at"), ...read, ...trays].join(t("list"));
  return html`<button type="button" class="cell" aria-label=${text} title=${text} aria-pressed=${inside.includes(page.tray)}
    tabindex=${number === cursor ? 0 : -1} @click=${() => toggle(place)} @focus=${() => focused(number)}>
    ${tileOf(film, 0, number, "grid")}
    <span class="signs" aria-hidden="true">${inside.map((tray) => html`<i data-sign=${tray}>${SIGNS[tray]}</i>`)}</span>
  </button>`;
}

function focused(number) {
  if (cursor === number) return;
  cursor = number;
  redraw();
}

function walk(event) {
  const step = ARROWS[event.key];
  if (!step) return;
  event.preventDefault();
  const cells = event.currentTarget.children;
  cells[cursor + step]?.focus();
}

// The trays

/**
 * A tray for each part of the sum. `digits`: for each place, the film and the number of its digit. `means`: the film with
 * the means, or null.
 */
export const trays = (digits, means) => html`<section class="trays" aria-label=${t("trays")}>
  ${TRAYS.map((tray, number) => trayOf(tray, placesIn(page[tray]), digits, means && tileOf(means, 0, number, tray)))}
</section>`;

function trayOf(tray, places, digits, mean) {
  const name = t(`tray.${tray}`);
  return html`<div class="tray" role="group" aria-label=${name} data-tray=${tray}>
    <span class="sign" aria-hidden="true">${tray === "minus" ? "−" : "+"}</span>
    <div class="mean">
      ${
        places.length && mean
          ? html`<span role="img" aria-label=${t("tray.mean", { name })}>${mean}</span>`
          : html`<span class="none"></span>`
      }
    </div>
    <div>
      <p class="name">${t("tray.count", { name, count: places.length, most: config.limits.tray })}</p>
      <div class="held">
        ${places.length ? places.map((place) => held(tray, place, digits.get(place))) : html`<p class="hint">${t(`tray.${tray}.text`)}</p>`}
      </div>
    </div>
  </div>`;
}

function held(tray, place, digit) {
  const text = t("tray.remove", { place: placeText(place, page.mine) });
  const take = ({ currentTarget }) => {
    const row = currentTarget.parentElement;
    remove(tray, place);
    if (!row.contains(document.activeElement)) (row.querySelector("button:last-of-type") ?? firstCell())?.focus();
  };
  return html`<button type="button" aria-label=${text} title=${text} @click=${take}>
    ${digit ? tileOf(digit.film, 0, digit.number, tray) : html`<span class="none"></span>`}
  </button>`;
}

const firstCell = () => document.querySelector(".cells [tabindex='0']");
