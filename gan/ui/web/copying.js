// Copying texts.

import { html, nothing, render } from "./vendor/lit-html.js";
import { t } from "./i18n.js";
import { update } from "./store.js";

/** Copy a text. If the browser does not allow it, show the text to be copied by hand. `name`: the button's, in state.copied. */
export async function copy(name, text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return showToCopy(text);
  }
  confirmCopy(name);
}

/** Show a text on a button for a moment after it has copied something. */
function confirmCopy(name) {
  update({ copied: name });
  setTimeout(() => update({ copied: null }), 1500);
}

/** The dialog with a text to copy by hand. It is empty while it is closed. */
export const copyBox = document.createElement("dialog");
copyBox.className = "by-hand";
copyBox.setAttribute("aria-labelledby", "by-hand-name");
copyBox.addEventListener("close", () => copyBox.open || render(nothing, copyBox)); // as in about.js

function showToCopy(text) {
  const content = html`
    <label id="by-hand-name" for="by-hand-text">${t("copy.by-hand")}</label>
    <textarea id="by-hand-text" readonly .value=${text}></textarea>
    <button type="button" class="close" @click=${() => copyBox.close()}>${t("copy.close")}</button>`;
  render(content, copyBox);
  copyBox.showModal();
  copyBox.querySelector("textarea").select();
}
