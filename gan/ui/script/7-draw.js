// What is drawn of the state: from what is in the browser, without asking.

function frameOf(model) {
  if (state.view === "progression") return epochsOf(model).indexOf(epochOf(model));
  if (isPlane()) return state.y * SIDE + state.x;
  return isLine() ? state.at : 0;
}

/** The lengths of the vectors behind a frame, one for each digit in it; they may be those of every frame. */
const lengthsIn = (film, frame) => film.lengths[frame] ?? film.lengths[0];

/** The numbers of the digits to show, in order. */
function arranged(film, frame) {
  let numbers = lengthsIn(film, frame).map((_, number) => number);
  if (state.view !== "generate" || !film.scores) return numbers;
  const labels = film.labels?.[frame];
  if (labels && state.only !== null) numbers = numbers.filter((number) => labels[number][0] === state.only);
  if (state.sort === "score") numbers.sort((a, b) => film.scores[frame][b] - film.scores[frame][a] || a - b);
  if (labels && state.sort === "digit") numbers.sort((a, b) => labels[a][0] - labels[b][0] || labels[b][1] - labels[a][1]);
  return numbers;
}

function draw() {
  if (!suited()) return;
  const names = shownModels();
  screens.forEach((screen, i) => {
    const film = films[i];
    const frame = frameOf(names[i]);
    screen.numbers = arranged(film, frame);
    screen.columns = columnsFor(screen.numbers.length);
    screen.draggable = isPlane();
    drawTiles(screen.canvas, film, frame, screen.numbers, screen.columns);
    screen.canvas.classList.toggle("draggable", screen.draggable);
    screen.caption.textContent = t("screen", { model: names[i].toUpperCase(), epoch: epochIn(film, names[i]) });
    screen.empty.textContent = screen.numbers.length ? "" : t("only.none", { only: state.only });
    screen.canvas.setAttribute("aria-label", described(film, names[i], screen));
    screen.canvas.setAttribute("aria-description", t(isPlane() ? "keys.plane" : isLine() ? "keys.line" : "keys.grid"));
    if (isPlane()) markPlace(screen, frame, SIDE, SIDE);
    else markPlace(screen, chosen?.screen === screen && state.view !== "interpolate" ? chosen.place : null);
  });
  find(".said").textContent = screens.length ? sentence() : "";
  leaveRoom(find(".said"), [sentence().replace(/\b\d{1,2}\b/g, "100")]); // as epochs and shares grow
  if (isLine()) drawWay();
  drawReadout();
  markCharts();
  showReading();
  tellSoon();
}

/** Whether the films are of the state's view and models; not while those are on their way, or the first picture is shown. */
function suited() {
  const kind = ([name, model]) => `${name === "truncated" ? "generate" : name} ${model}`;
  return films.map(({ asked }) => kind(asked)).join() === shownModels().map((model) => kind(question(model))).join();
}

/** Whether the films are just those that the state asks for. */
const current = () =>
  JSON.stringify(films.map(({ asked }) => asked)) === JSON.stringify(shownModels().map((model) => question(model, epochOf(model))));

/** The epoch that a film shows now: while another is on its way, the one that it was asked for. */
const epochIn = (film, model) => (film.asked[0] === "progression" ? epochOf(model) : film.asked[2]);

/** What a screen shows, in words: of the film that is on it, which may not yet be the one that the state asks for. */
function described(film, model, screen) {
  const { seeds } = film;
  const words = { model: model.toUpperCase(), epoch: epochIn(film, model), count: screen.numbers.length };
  if (isPlane()) return t("said.plane", { ...words, corners: seeds.join(t("list")), x: state.x, y: state.y, last: SIDE - 1 });
  if (isLine()) return t("said.line", { ...words, from: seeds[0], to: seeds[1], share: wayShare() });
  const key = state.view === "generate" && state.only !== null ? "said.only" : seeds.length > 1 ? "said.grid" : "said.one";
  const said = t(key, { ...words, all: seeds.length, seed: seeds[0], last: seeds.at(-1), only: state.only });
  const truncation = film.asked[0] === "truncated" ? film.asked[5] : 1;
  return truncation === 1 ? said : t("said.truncated", { said, truncation: truncation.toFixed(2) });
}

const wayShare = () => wholePercent(state.at / (FRAMES - 1));
const sentence = () => screens.map((screen) => screen.canvas.getAttribute("aria-label")).join(" · ");

/** Some frames of each film side by side, and the lengths of the vectors, which are those of every model. */
function drawWay() {
  const cells = spread(12, FRAMES - 1).map((frame) => [frame, 0]);
  const strips = films.map((film) => {
    const strip = document.createElement("canvas");
    drawCells(strip, film, cells, cells.length);
    return strip;
  });
  find(".strips").replaceChildren(...strips);
  drawLengths(find(".lengths"), films[0].paths, state.path, state.at);
}

/** What is known of the digit that is pointed at, or picked, or shown alone. */
function drawReadout() {
  const at = hovered ?? chosen ?? (screens.length && state.view === "interpolate" ? { screen: screens[0], place: 0 } : null);
  const index = at ? screens.indexOf(at.screen) : -1;
  const number = at?.screen.numbers[at.place];
  const known = suited() && number !== undefined;
  const readout = find(".readout");
  readout.setAttribute("aria-busy", !judged());
  for (const button of findAll("[data-digit]")) button.disabled = !known || !chosen;
  if (!known) {
    readout.textContent = t("digit.none");
    return;
  }
  const film = films[index];
  if (!film.scores && !film.unsaid) return; // what was said before stays for so long: words that come and go flicker
  const model = shownModels()[index];
  const frame = frameOf(model);
  const parts = [];
  if (state.view !== "interpolate") parts.push(t("digit.seed-is", { seed: film.seeds[number] }));
  const label = film.labels?.[frame][number];
  if (label) parts.push(t("digit.read", { digit: label[0], sure: percent(label[1]) }));
  parts.push(film.scores ? t("digit.score", { score: percent(film.scores[frame][number]) }) : "…");
  parts.push(t("digit.length", { length: lengthsIn(film, frame)[number].toFixed(1) }));
  readout.textContent = parts.join(" · ");
}

/** Whether the page knows what the networks say of all that it shows. */
const judged = () => films.every(({ scores }) => scores);

async function showOpinions() {
  if (again || judged()) return; // what comes next is asked about in its turn
  const shown = films;
  try {
    await Promise.all(shown.map(judge));
  } catch (error) {
    for (const film of shown) film.unsaid = true;
    throw error;
  } finally {
    drawReadout();
    tellSoon();
  }
}

async function showVariety(now) {
  if (now.view !== "generate") return;
  const shown = films;
  if (now.truncation === 1) varietyNote = note("truncation.none");
  else if (shown[0].seeds.length === 1) varietyNote = note("truncation.one");
  else {
    const all = shown[0].seeds.map((_, number) => number);
    const wholes = await Promise.all(shown.map(({ asked }) => filmOf(["generate", ...asked.slice(1, 5)])));
    if (films !== shown) return;
    const costs = shown.map((film, i) => {
      const whole = variety(wholes[i], 0, all);
      return whole > 1e-6 ? Math.max(0, 1 - variety(film, 0, all) / whole) : 0; // untrained, all are alike
    });
    varietyNote = costs.every((cost) => cost < 0.005) ? note("truncation.free") : note("truncation.cost", { costs });
  }
  sayVariety();
}

function sayVariety() {
  if (!varietyNote) return;
  const { key, values } = varietyNote;
  find(".variety").textContent = t(key, { share: values.costs?.map(wholePercent).join(" / ") });
}

function showReading() {
  const card = find(".reading");
  const shown = state.view === "progression" ? shownModels() : [];
  card.hidden = !shown.length;
  card.replaceChildren(
    ...shown.map((model) => {
      const line = Object.assign(document.createElement("p"), { textContent: readingOf(model, epochOf(model)) });
      leaveRoom(line, epochsOf(model).map((epoch) => readingOf(model, epoch)));
      return line;
    }),
  );
}

function readingOf(model, epoch) {
  const run = catalogue.models[model];
  const { key, values } = run.reading[run.epochs.indexOf(epoch)];
  const rounded = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Number(value.toPrecision(name === "real" || name === "fake" ? 2 : 3))]),
  );
  const name = shownModels().length > 1 ? `${model.toUpperCase()}: ` : "";
  return name + t(key, rounded);
}

/** Tell the note of what went wrong until something works again; null where it works. */
function say(told) {
  wrong = told;
  const all = [...catalogue.notices.map(noteOfServer), ...linkNotes, ...(told ? [told] : [])];
  const notes = all.map(({ key, values }) => t(key, values));
  const shown = [...find(".notes").children].map((note) => note.textContent);
  if (shown.join("\n") === notes.join("\n")) return; // said again, it would be read aloud again
  find(".notes").replaceChildren(
    ...notes.map((note) => Object.assign(document.createElement("p"), { textContent: note })),
  );
}
