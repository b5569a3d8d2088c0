// The controls: they show the state, and change it.

function showControls() {
  find(".studio").dataset.view = state.view;
  for (const tab of findAll("[role=tab]")) {
    const on = tab.dataset.view === state.view;
    tab.setAttribute("aria-selected", on);
    tab.tabIndex = on ? 0 : -1;
  }
  find(".bar").hidden = find("#view").hidden = state.view === "lesson";
  find("#view").setAttribute("aria-labelledby", `tab-${state.view}`);
  find(".lesson").hidden = state.view !== "lesson";
  const kinds = [`for-${state.view}`, ...(isLine() ? ["for-line"] : [])];
  for (const box of findAll("[class*=for-]")) {
    const unread = box.classList.contains("needs-reader") && !catalogue.reads;
    box.hidden = unread || !kinds.some((kind) => box.classList.contains(kind));
  }
  for (const radio of findAll("[name=lang]")) radio.checked = radio.value === spoken();
  for (const radio of findAll("[name=model]")) radio.checked = radio.value === state.model;
  for (const radio of findAll("[name=shape]")) radio.checked = radio.value === state.shape;
  for (const radio of findAll("[name=path]")) radio.checked = radio.value === state.path;
  setUnlessTyped("#seed", state.seed);
  for (const [name, value] of Object.entries({ from: fromSeed(), to: state.to, third: state.third, fourth: state.fourth })) {
    setUnlessTyped(`#${name}`, value);
  }
  for (const field of findAll(".corner")) field.hidden = !isPlane();
  for (const name of ["from", "to"]) {
    const label = find(`.ends label[for=${name}]`);
    if (!label) continue;
    label.textContent = t(isPlane() ? `end.${name}.plane` : `end.${name}`);
    find(`#${name} + button`).setAttribute("aria-label", `${t("seed.dice")}: ${label.textContent}`);
  }
  const saved = allEpochs();
  const slider = find("#epoch");
  slider.max = Math.max(0, saved.length - 1);
  slider.value = saved.indexOf(state.epoch);
  slider.disabled = saved.length < 2;
  slider.setAttribute("aria-valuetext", state.epoch ?? "");
  find(".epoch-now").textContent = state.epoch ?? "";
  find(".slow").checked = state.slow === 1;
  find("#count").max = state.view === "progression" ? PROGRESSION_MOST : 100;
  find("#count").value = countNow();
  find(".count-now").textContent = countNow();
  find("#truncation").value = state.truncation;
  find(".truncation-now").textContent = state.truncation.toFixed(2);
  find("#sort").value = state.sort;
  find("#only").value = state.only ?? "";
  find(".way").hidden = !isLine();
  find(".charts").hidden = state.view !== "progression";
  const place = find(".place");
  place.max = FRAMES - 1;
  place.value = state.at;
  place.setAttribute("aria-valuetext", wayShare());
}

function buildControls() {
  const names = [...models(), ...(models().length > 1 ? ["both"] : [])];
  find(".models .segments").replaceChildren(
    ...names.map((model) => {
      const together = t(models().length > 2 ? "model.all" : "model.both");
      const text = model === "both" ? together : model.toUpperCase();
      return choice("model", model, text, () => update({ model }));
    }),
  );
  find("#only").replaceChildren(
    ...[["", t("only.all")], ...Array.from({ length: 10 }, (_, digit) => [digit, t("only.digit", { digit })])].map(
      ([value, text]) => Object.assign(document.createElement("option"), { value, textContent: text }),
    ),
  );
  find(".ends").replaceChildren(...["from", "to", "third", "fourth"].map(endField));
  for (const option of findAll("option.needs-reader")) option.hidden = option.disabled = !catalogue.reads;
}

function buildCharts() {
  runCharts = [];
  find(".charts").replaceChildren(
    ...shownModels().filter((model) => epochsOf(model).length).flatMap((model) => {
      const choose = (epoch) => (stopAll(), update({ epoch: nearest(epoch) }));
      const step = (by) => (stopAll(), moveEpoch(by));
      const { box, mark } = charts(model.toUpperCase(), catalogue.models[model], choose, step);
      runCharts.push({ model, mark });
      const name = Object.assign(document.createElement("h2"), { textContent: model.toUpperCase() });
      return shownModels().length > 1 ? [name, box] : [box];
    }),
  );
  markCharts();
}

function markCharts() {
  for (const { model, mark } of runCharts) mark(epochOf(model));
}

const nearest = (epoch) => allEpochs().reduce((best, saved) => (Math.abs(saved - epoch) < Math.abs(best - epoch) ? saved : best));

// Pointing and picking

function point(screen, place) {
  if (state.view === "interpolate" || !suited()) return;
  hovered = place === null || place >= screen.numbers.length ? null : { screen, place };
  drawReadout();
}

function pick(screen, place, moved = false) {
  if (!suited()) return; // what is on the screen is on its way out
  if (isPlane()) {
    const [x, y] = moved ? [state.x + place[0], state.y + place[1]] : [place.x, place.y];
    const inside = (value) => Math.min(SIDE - 1, Math.max(0, value));
    return update({ x: inside(x), y: inside(y) });
  }
  if (isLine()) return moved && update({ at: Math.min(FRAMES - 1, Math.max(0, state.at + place[0] + place[1])) });
  const before = chosen?.screen === screen ? chosen.place : moved ? -1 : null;
  const next = moved ? (before < 0 ? 0 : before + place[0] + place[1] * screen.columns) : place;
  if (next < 0 || next >= screen.numbers.length) return;
  chosen = { screen, place: next };
  hovered = null;
  draw();
}

// Playing

const players = []; // { stop, show, plays } of each

/** Call `step` every `pause()` milliseconds while a button is pressed, at first with true; `step` gives false at the end. */
function player(button, label, pause, step) {
  let due = null;
  let first = false;
  const show = () => {
    button.textContent = due === null ? "▶" : "❚❚";
    button.setAttribute("aria-label", t(due === null ? label : "pause"));
    button.title = t(due === null ? label : "pause");
  };
  const stop = () => {
    due = null;
    show();
    tellSoon();
  };
  const tick = (now) => {
    if (due === null || !element.isConnected) return;
    if (now >= due && !rendering) {
      due = Math.max(due + pause(), now);
      if (step(first) === false) return stop();
      first = false;
    }
    requestAnimationFrame(tick);
  };
  button.addEventListener("click", () => {
    if (due !== null) return stop();
    due = performance.now();
    first = true;
    show();
    requestAnimationFrame(tick);
  });
  players.push({ stop, show, plays: () => due !== null });
  return stop;
}

function moveEpoch(by, around = false) {
  const saved = allEpochs();
  if (saved.length < 2 || state.view === "lesson") return false;
  const next = saved.indexOf(state.epoch) + by;
  if (!around && (next < 0 || next >= saved.length)) return false;
  update({ epoch: saved[(next + saved.length) % saved.length] });
  const after = saved[next + by];
  if (around && after !== undefined && state.view !== "progression") ahead(after);
  return true;
}

/** Ask early for what playing will come to. */
function ahead(epoch) {
  for (const model of shownModels()) {
    const saved = epochsOf(model).findLast((there) => there <= epoch);
    if (saved !== undefined) filmOf(question(model, saved)).catch(() => {});
  }
}
