// The lesson: the game as a picture, then states of this page, each with a picture of what it shows.

const LESSON = [
  ["noise", { view: "generate", epoch: 0, seed: 0, count: 16 }],
  ["blobs", { view: "generate", epoch: 1, seed: 0, count: 16 }],
  ["game", { view: "progression", seed: 0, count: 16 }],
  ["specks", { view: "generate", model: "both", seed: 0, count: 16 }],
  ["halfway", { view: "interpolate", shape: "line", from: 0, to: 7, at: 30 }],
  ["shell", { view: "interpolate", shape: "line", path: "lerp", from: 0, to: 7, at: 30 }],
  ["plane", { view: "interpolate", shape: "plane", from: 0, to: 7, x: 5, y: 5 }],
  ["truncation", { view: "generate", seed: 0, count: 64, truncation: 0.7 }],
];
const ACROSS = 6; // frames or epochs that a picture shows, across
let steps = []; // { there, canvases } of each card

function buildLesson() {
  const begin = Object.fromEntries(Object.entries(FIELDS).map(([name, field]) => [name, field.start]));
  const shown = LESSON.filter(([, change]) => change.model !== "both" || models().length > 1);
  steps = shown.map(([, change]) => {
    const there = { ...begin, lang: state.lang, model: models().at(-1) ?? null, ...change };
    return { there, canvases: shownModels(there).map(() => document.createElement("canvas")) };
  });
  find(".steps").replaceChildren(...shown.map(([key], i) => stepCard(key, i + 1, steps[i])));
}

function stepCard(key, number, { there, canvases }) {
  const link = document.createElement("a");
  link.href = `?${writeState(there)}`;
  link.className = "card step";
  const pictures = Object.assign(document.createElement("div"), { className: "pictures" });
  pictures.setAttribute("aria-hidden", "true"); // the words say what it shows
  pictures.append(...canvases);
  link.append(
    pictures,
    Object.assign(document.createElement("span"), { className: "number", textContent: number }),
    Object.assign(document.createElement("h2"), { textContent: t(`lesson.${key}`) }),
    Object.assign(document.createElement("p"), { textContent: t(`lesson.${key}.text`) }),
  );
  link.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // a new window is the browser's business
    event.preventDefault();
    history.pushState(null, ""); // Back leads to the lesson
    open(link.search).then(() => element.scrollIntoView({ block: "start" }));
    focusTab();
  });
  return link;
}

/** Draw the pictures, one after another for as long as the lesson is open. */
async function drawLesson() {
  await drawGame();
  for (const { there, canvases } of steps) {
    for (const [i, model] of shownModels(there).entries()) {
      if (state.view !== "lesson") return;
      const film = await filmOf(question(model, epochOf(model, there), there));
      if (!canvases[i].isConnected) return; // said in another language meanwhile
      const [cells, columns] = cellsOf(there, film);
      drawCells(canvases[i], film, cells, columns);
    }
  }
}

/** The [frame, number] of each digit in a step's picture, and the columns they stand in. */
function cellsOf(there, film) {
  if (there.view === "progression") {
    const frames = spread(ACROSS, film.frames - 1);
    return [[0, 1, 2].flatMap((number) => frames.map((frame) => [frame, number])), frames.length];
  }
  if (isPlane(there)) {
    const places = spread(ACROSS, SIDE - 1);
    return [places.flatMap((y) => places.map((x) => [y * SIDE + x, 0])), ACROSS];
  }
  if (isLine(there)) return [spread(ACROSS, FRAMES - 1).map((frame) => [frame, 0]), ACROSS];
  return [film.seeds.map((_, number) => [0, number]), columnsFor(film.seeds.length)];
}

/** The game, with the page's seed: its vector, the digit that the best model paints of it, and what D says of that. */
async function drawGame() {
  const model = models().at(-1);
  const { seed } = state;
  const asked = ["generate", model, epochOf(model, { epoch: null }), seed, 1];
  const [film, { latents }] = await Promise.all([filmOf(asked), ask("vectors", "generate", asked.slice(1))]);
  await judge(film);
  if (state.view !== "lesson" || state.seed !== seed) return;
  drawCells(find(".game .fake"), film, [[0, 0]], 1);
  drawVector(find(".game .vector"), latents[0]);
  find(".game .seed").textContent = t("game.seed", { seed });
  find(".game .verdict").textContent = t("digit.score", { score: percent(film.scores[0][0]) });
}

/** The 100 numbers as ten rows of greys: black is -3 and less, white 3 and more. */
function drawVector(canvas, vector) {
  const side = (canvas.width = canvas.height = 10);
  const picture = new ImageData(side, side);
  vector.forEach((value, i) => picture.data.fill(255 * Math.min(1, Math.max(0, (value + 3) / 6)), 4 * i, 4 * i + 3));
  vector.forEach((_, i) => (picture.data[4 * i + 3] = 255));
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
