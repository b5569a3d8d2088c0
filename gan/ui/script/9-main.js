// What visitors do, and how the page begins.

function listen() {
  for (const tab of findAll("[role=tab]")) {
    tab.addEventListener("click", () => show(tab.dataset.view));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!by) return;
      const tabs = findAll("[role=tab]");
      const next = tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length];
      show(next.dataset.view);
      next.focus();
    });
  }
  seedBox(find("#seed"), (seed) => update({ seed, from: null }));
  find("[data-dice=seed]").addEventListener("click", () => update({ seed: roll(), from: null }));
  find("#epoch").addEventListener("input", (event) => {
    stopEpochs();
    update({ epoch: allEpochs()[event.target.value] });
  });
  find(".back").addEventListener("click", () => (stopEpochs(), moveEpoch(-1)));
  find(".forward").addEventListener("click", () => (stopEpochs(), moveEpoch(1)));
  const stopEpochs = player(find(".play"), "epoch.play", () => (state.slow ? 1000 : 250), () => moveEpoch(1, true));
  find(".slow").addEventListener("change", (event) => update({ slow: Number(event.target.checked) }));

  find("#count").addEventListener("input", (event) => update({ count: Number(event.target.value) }));
  find("#truncation").addEventListener("input", (event) => update({ truncation: Number(event.target.value) }));
  find("#sort").addEventListener("change", (event) => update({ sort: event.target.value }));
  find("#only").addEventListener("change", (event) => {
    update({ only: event.target.value === "" ? null : Number(event.target.value) });
  });
  for (const radio of findAll("[name=shape], [name=path]")) {
    radio.addEventListener("change", () => update({ [radio.name]: radio.value }));
  }

  const stopTravel = player(find(".travel"), "way.play", () => 50, (first) => {
    if (!isLine() || (state.at === FRAMES - 1 && !find(".loop").checked && !first)) return false;
    update({ at: (state.at + 1) % FRAMES });
    return true;
  });
  find(".place").addEventListener("input", (event) => {
    stopTravel();
    update({ at: Number(event.target.value) });
  });
  find(".strips").addEventListener("click", (event) => {
    stopTravel();
    const { left, width } = event.currentTarget.getBoundingClientRect();
    update({ at: Math.min(FRAMES - 1, Math.max(0, Math.round(((event.clientX - left) / width) * (FRAMES - 1)))) });
  });

  for (const button of findAll("[data-digit]")) {
    button.addEventListener("click", () => {
      const seed = films[screens.indexOf(chosen.screen)].seeds[chosen.screen.numbers[chosen.place]];
      if (button.dataset.digit === "seed") update({ seed, from: null });
      else if (button.dataset.digit === "from") update({ from: seed, view: "interpolate", at: 0 });
      else update({ to: seed, view: "interpolate", at: FRAMES - 1 });
      if (state.view === "interpolate") focusTab();
    });
  }
  for (const button of findAll("[data-take]")) {
    button.addEventListener("click", () => take(button.dataset.take).catch((error) => say(noteOfError(error))));
  }
  find(".copy-link").addEventListener("click", (event) => copy(address(), event.target));
  window.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("drop", (event) => {
    event.preventDefault();
    const [file] = event.dataTransfer.files;
    if (file) bringBack(file).catch((error) => say(noteOfError(error)));
  });
  window.addEventListener("popstate", () => open(location.search));
  matchMedia("(prefers-reduced-motion: reduce)").addEventListener("change", ({ matches }) => matches && stopAll());
}

const show = (view) => update({ view });

/** Go on at the view's tab, when what had the focus is gone with the view before. */
const focusTab = () => find(`#tab-${state.view}`).focus({ preventScroll: true });

const address = () => `${location.origin}${location.pathname}?${writeState(state)}`;

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = t("copied");
    hear("done", t("copied"));
  } catch {
    return copyByHand(text, button); // a frame that may not write to the clipboard
  }
  setTimeout(() => {
    button.textContent = t(button.dataset.t);
    hear("done", "");
  }, 1500);
}

/** A field with a text that is selected, until the focus leaves it. */
function copyByHand(text, button) {
  const field = Object.assign(document.createElement("textarea"), { className: "by-hand", readOnly: true, value: text });
  field.setAttribute("aria-label", t("copy.by-hand"));
  field.addEventListener("blur", () => field.remove());
  field.addEventListener("keydown", (event) => event.key === "Escape" && button.focus());
  find(".studio").append(field);
  field.focus();
  field.select();
}

// Begin

function stopAll() {
  for (const { stop } of players) stop();
}

async function open(query) {
  stopAll();
  const { lang } = state;
  [state, linkNotes] = readState(query);
  state.lang ??= lang; // a link that names no language leaves the page to speak as it did
  await settle();
}

/** Fit the state to the runs, and show it all. */
async function settle() {
  chosen = hovered = null;
  linkNotes = [...linkNotes, ...fit()];
  tell();
  keepAddress();
  passOver();
  await render();
}

/** The picture that came with the page, until the server can draw. */
async function showFirst() {
  const { first } = props.value;
  if (!first) return;
  const { model, epoch, count } = first;
  const asked = { ...state, lang: null, model: state.model ?? model, epoch: state.epoch ?? epoch, count: state.count ?? count };
  if (writeState(asked) !== writeState({ ...readState("")[0], model, epoch, count })) return;
  const screen = makeScreen(point, pick);
  find(".screens").append(screen.box);
  screens.push(screen);
  const image = await decoded(first.sprite);
  if (films.length) return;
  screen.numbers = Array.from({ length: first.count }, (_, number) => number);
  screen.columns = columnsFor(first.count);
  drawTiles(screen.canvas, { image, columns: screen.columns, rows: screen.columns }, 0, screen.numbers, screen.columns);
  showFirstCaption();
}

function showFirstCaption() {
  const { first } = props.value;
  if (!screens.length) return;
  const said = t("screen", { model: first.model.toUpperCase(), epoch: first.epoch });
  screens[0].caption.textContent = said;
  screens[0].canvas.setAttribute("aria-label", said);
}

async function begin() {
  translate();
  buildLanguages();
  showControls();
  listen();
  showFirst();
  await render();
}

begin();
