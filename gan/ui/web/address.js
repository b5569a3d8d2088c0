// The address of the page: the link to its state, then the parameters that are not the page's. Gradio, the Hub and the
// sites that send visitors add those. They stay in the address. A link that is copied does not have them.

import { config } from "./config.js";

export const GRADIO_VIEW = "api"; // in the address while Gradio's page "Use via API" is open
const HUB = "https://huggingface.co";
const PAUSE = 350; // milliseconds. Safari refuses more than 100 changes in 30 seconds.

let isOurs = null; // whether a parameter with this name is the page's
let linkNow = null; // the link to the page's state
let timer = null;
let apiAtLoad = false; // whether the page was loaded with Gradio's view, whose page Gradio does not open then

/** `test(name)`: whether a parameter is the page's. `link()`: the link to its state. */
export function startAddress(test, link) {
  isOurs = test;
  linkNow = link;
  apiAtLoad = hasGradioView();
  if (apiAtLoad) replaceSoon();
  // Gradio's page "Use via API" sets `view` to "api" while it is open, and deletes it when it closes.
  window.navigation?.addEventListener("currententrychange", ({ navigationType }) => {
    if (navigationType === "replace" && !new URLSearchParams(location.search).has("view")) replaceSoon();
  });
}

/** Write the link to the state into the address, after a pause. */
export function replaceSoon() {
  timer ??= setTimeout(() => write("replaceState", linkNow()), PAUSE);
}

/** Add a link to the history, so that Back returns to `left`, the link to the state before. */
export function push(left, link) {
  write("replaceState", left); // it may still wait to be written
  write("pushState", link);
}

/** Leave the address as it is after Back or Forward. */
export function keep() {
  stopWaiting();
  tellHub();
}

function write(change, link) {
  stopWaiting();
  if (config.embedded) return; // the address is another site's
  if (hasGradioView() && !apiAtLoad) return; // written when that page closes
  apiAtLoad = false;
  const query = `?${[link, ...foreignParts()].join("&")}`;
  if (query === location.search) return;
  try {
    history[change](null, "", query);
  } catch {
    return replaceSoon(); // Safari has refused it
  }
  tellHub();
}

const hasGradioView = () => new URLSearchParams(location.search).get("view") === GRADIO_VIEW;

function stopWaiting() {
  clearTimeout(timer);
  timer = null;
}

/** The parts of the address that are not the page's, as they are written there. */
function foreignParts() {
  const parts = location.search.slice(1).split("&");
  return parts.filter((part) => part && !isOurs([...new URLSearchParams(part).keys()][0]));
}

/** Let the Hub copy the query into the address of the page around a Space. The Hub's own `__sign` is secret. */
function tellHub() {
  if (!isInHub()) return;
  const parts = location.search.slice(1).split("&");
  const queryString = parts.filter((part) => !part.startsWith("__")).join("&");
  window.parent.postMessage({ queryString }, HUB);
}

/** Whether the page around this one is the Hub's. Firefox does not name the origins around a page, but who linked to it. */
function isInHub() {
  if (window.parent === window) return false;
  const { ancestorOrigins } = location;
  return ancestorOrigins?.length ? ancestorOrigins[0] === HUB : document.referrer.startsWith(`${HUB}/`);
}
