// The list of handles to choose from, with what each does to the digit that is shown.

import { html, nothing } from "./vendor/lit-html.js";
import { config } from "./config.js";
import { radio, selectField } from "./fields.js";
import { explain } from "./glossary.js";
import { classOf, handleName, isUnnamed, movesText, signed } from "./handle_names.js";
import { t, wholePercent } from "./i18n.js";
import { tileOf } from "./tiles.js";

const SHOWN = 5; // handles
const OTHERS = 3; // measures that a handle moves beside its own
const WAYS = ["across", "down"];
const ENDS = ["−", "+"];

/** The names to list: shapes, then directions without a name, and in place of the last ones what is chosen beside them. */
export function listed(names, chosen) {
  const shapes = names.filter((name) => classOf(name) === null && !isUnnamed(name));
  const first = [...shapes, ...names.filter(isUnnamed)].slice(0, SHOWN);
  const more = chosen.filter((name) => !first.includes(name));
  const spare = first.filter((name) => !chosen.includes(name));
  const out = spare.slice(Math.max(0, spare.length - (first.length + more.length - SHOWN)));
  return [...first.filter((name) => !out.includes(name)), ...more];
}

/**
 * The list. `names`: what can be chosen; `chosen`: { across, down }; `offers`: the film of /offered of each model;
 * `choose(change)`: called with a change of these two names.
 */
export function handleList(names, chosen, offers, choose) {
  const classes = names.filter((name) => classOf(name) !== null).sort();
  const likeness = classOf(chosen.across) === null ? "" : chosen.across;
  return html`
    <p class="hint">${explain(t("handles.text"), ["handle", "sd"])}</p>
    <ul class="handles">
      ${listed(names, [chosen.across, chosen.down]).map((name) => row(name, chosen, offers, choose))}
    </ul>
    ${
      classes.length
        ? selectField(
            "handles.like",
            likeness,
            [["", t("handles.like.none")], ...classes.map((name) => [name, classOf(name)])],
            (across) => choose({ across }),
          )
        : nothing
    }
    <p class="hint">${explain(t("handles.r2"), ["r2"])}</p>
    ${leftOut(names, offers)}`;
}

const row = (name, chosen, offers, choose) => html`<li>
  <div class="choice">
    <p class="handle-name">${handleName(name)}</p>
    <div class="segments">${WAYS.map((each) => way(each, name, chosen, choose))}</div>
  </div>
  ${offers.map((film) => facts(film, name, offers.length > 1))}
</li>`;

function way(name, handle, chosen, choose) {
  const text = t(`handles.${name}`);
  const named = { name: t("named", { name: text, text: handleName(handle) }) };
  return radio(name, handle, text, chosen[name] === handle, () => choose({ [name]: handle }), named);
}

/** What a handle does in a model: the digit at both ends, R², and what it moves. */
function facts(film, name, several) {
  const number = film.handles.findIndex((handle) => handle.name === name);
  if (number < 0) return nothing; // the list of another epoch, until this one's is there
  const { r2, moves } = film.handles[number];
  const own = moves.find(([measure]) => measure === name)?.[1];
  const others = moves.filter(([measure]) => measure !== name).slice(0, OTHERS);
  const parts = [
    ...(several ? [film.asked[1].toUpperCase()] : []),
    r2 === null ? t("handles.no-r2") : t("handles.r2.is", { share: wholePercent(r2) }),
    ...(own === undefined ? [] : [t("handles.own", { change: signed(own) })]),
  ];
  return html`<div class="facts">
    ${ENDS.map((sign, i) => html`<span role="img" aria-label=${endText(sign)}>${tileOf(film, 2 * i, number, "end")}</span>`)}
    <div>
      <p>${parts.join(" · ")}</p>
      <p class="hint">${othersText(others, own !== undefined)}</p>
    </div>
  </div>`;
}

/** What a handle moves, beside its own measure if it `hasOwn`. */
function othersText(others, hasOwn) {
  if (!others.length) return t(hasOwn ? "handles.alone" : "handles.none");
  return t(hasOwn ? "handles.also" : "handles.moves", { moves: movesText(others) });
}

const endText = (sign) => t("handles.end", { units: `${sign}${config.limits.handle_range}` });

/** What cannot be chosen, and why: with too low an R², or in one model only. */
function leftOut(names, offers) {
  const several = offers.length > 1;
  return offers.map((film) => {
    const low = film.left_out.map(({ name, r2 }) =>
      t("handles.low", { name: handleName(name), share: wholePercent(r2) }),
    );
    const single = film.handles.map(({ name }) => name).filter((name) => !names.includes(name));
    const model = film.asked[1].toUpperCase();
    const text = t("handles.left-out", { names: low.join(t("list")) });
    return html`
      ${low.length ? html`<p class="hint">${several ? t("named", { name: model, text }) : text}</p>` : nothing}
      ${single.length ? html`<p class="hint">${t("handles.only", { model, names: single.map(handleName).join(t("list")) })}</p>` : nothing}`;
  });
}
