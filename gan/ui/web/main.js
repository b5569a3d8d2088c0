// The start of the page. Gradio's gr.HTML calls `mount` with its element and its value, see gan/ui/page.py.

import { render } from "./vendor/lit-html.js";
import { aboutBox } from "./about.js";
import { config, configure } from "./config.js";
import { listenForDrops, loadButtons } from "./exports.js";
import { t } from "./i18n.js";
import { showFirst, startLoading } from "./loader.js";
import { dressPage, enter, openLink, showStep } from "./lesson.js";
import { page } from "./page.js";
import { stopPlayers } from "./player.js";
import { readoutToSay } from "./readout.js";
import { decodeImage } from "./server.js";
import { say } from "./speech.js";
import { drawScreens, firstPicture, sentences } from "./stage.js";
import { isBare, onRedraw, readLink, start, state, subscribe, viewOf, whenLoaded, writeShown } from "./store.js";
import { showTab } from "./tabs.js";
import { loadViews, TABS } from "./views/index.js";

export async function mount(element, { value }) {
  configure({ ...value, embedded: element.closest("gradio-app[src]") !== null });
  const firstImage = value.first && decodeImage(value.first.sprite); // it takes a while
  await start(TABS, loadViews);
  await enter(!config.embedded && isBare(location.search));
  if (!config.embedded) window.addEventListener("popstate", () => openLink(location.search, { restored: true }));
  if (value.first && asksForFirst(value.first)) showFirst(firstPicture(value.first, await firstImage));
  const studio = element.querySelector(".studio");
  studio.replaceChildren(); // the words for a page without scripts
  onRedraw(() => draw(studio));
  draw(studio);
  showTab();
  subscribe((before, opened) => {
    if (before.view !== state.view) requestAnimationFrame(showTab); // when it is drawn
    if (!opened) return;
    stopPlayers();
    aboutBox.close();
  });
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", ({ matches }) => matches && stopPlayers());
  listenForDrops();
  const settled = startLoading();
  requestAnimationFrame(() => setTimeout(() => whenLoaded(loadButtons))); // after the first frame
  await settled;
  if (state.lesson !== null) await showStep();
}

let drawing = false;

function draw(studio) {
  if (drawing) return; // an element that loses the focus as it is removed asks for it
  drawing = true;
  const tag = t("language.tag");
  if (studio.lang !== tag) studio.lang = tag; // setting it again would lay out the whole page again
  try {
    drawScreens();
    const sentence = sentences();
    say({ shown: sentence, reading: viewOf(state).spoken?.(state).join(" · ") ?? "", digit: readoutToSay() });
    dressPage();
    render(page(sentence), studio);
  } finally {
    drawing = false;
  }
}

/** Whether the link asks for just the picture that came with the page. */
function asksForFirst({ model, epoch, count }) {
  if (state.view !== TABS[0]) return false;
  const asked = {
    ...state,
    model: state.model ?? model,
    epoch: state.epoch ?? epoch,
    count: state.count ?? count,
  };
  return writeShown(asked) === writeShown({ ...readLink("")[0], model, epoch, count });
}
