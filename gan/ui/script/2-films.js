// Films from the server (see render.py), kept for the next time, and drawn on a canvas.

const KEPT = 240; // answers, two for each film
const TILE = 28;
const answers = new Map(); // by question, the one used last at the end
const { root = "", api_prefix = "/gradio_api" } = window.gradio_config ?? {};
const home = new URL(root, location).pathname.replace(/\/$/, ""); // on the page's own host, whatever a proxy calls it

/** The answer of an endpoint; a promise, the same one for the same question. Rejects with a note for the visitor. */
function ask(name, ...data) {
  const question = JSON.stringify([name, ...data]);
  const answer = answers.get(question) ?? request(name, data);
  answers.delete(question);
  answers.set(question, answer);
  answer.catch(() => answers.delete(question));
  if (answers.size > KEPT) answers.delete(answers.keys().next().value);
  return answer;
}

/** The film of a question, [endpoint, ...values]: its pictures, which come soonest. */
async function filmOf(question) {
  const [name, ...values] = question;
  const film = await ask("pictures", name, values);
  film.asked = question;
  return film;
}

/** Put into a film what the networks say of it, its `scores` and its `labels`, where it is not there yet. */
async function judge(film) {
  if (film.scores) return;
  const [name, ...values] = film.asked;
  const { run, ...opinions } = await ask("predictions", name, values);
  if (run !== film.run) throw trouble(note("run.new"));
  Object.assign(film, opinions);
}

async function request(name, data) {
  let response;
  try {
    response = await fetch(`${home}${api_prefix}/run/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ data }),
      signal: AbortSignal.timeout(60_000), // an answer that is lost holds up the next question no longer
    });
  } catch {
    throw trouble(note("error.network"));
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw trouble(body.error ? noteOfServer(body.error) : note("error.server"));
  const [answer] = body.data;
  if (answer.sprite) answer.image = await decoded(answer.sprite);
  return answer;
}

async function decoded(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

/** Draw some digits of a frame, by their numbers, as a grid of `columns`. */
function drawTiles(canvas, film, frame, numbers, columns) {
  drawCells(canvas, film, numbers.map((number) => [frame, number]), columns);
}

/** Draw digits of any frames, [frame, number] each, as a grid of `columns`. */
function drawCells(canvas, film, cells, columns) {
  const width = columns * TILE;
  const height = Math.max(1, Math.ceil(cells.length / columns)) * TILE;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  cells.forEach(([frame, number], place) => {
    const left = (number % film.columns) * TILE;
    const top = (frame * film.rows + Math.floor(number / film.columns)) * TILE;
    context.drawImage(
      film.image, left, top, TILE, TILE,
      (place % columns) * TILE, Math.floor(place / columns) * TILE, TILE, TILE,
    );
  });
}

/** So many of the numbers 0 to last, as evenly as whole numbers lie, both ends among them; or all there are. */
function spread(count, last) {
  const most = Math.min(count - 1, last);
  return Array.from({ length: most + 1 }, (_, i) => (most ? Math.round((i * last) / most) : 0));
}

/** The columns of a grid as square as it can be, as the server counts them. */
const columnsFor = (count) => Math.max(1, Math.ceil(Math.sqrt(count)));

/** How much some digits differ: 1 less the cosine between the pixels of two of them, its mean over all pairs. */
function variety(film, frame, numbers) {
  const canvas = new OffscreenCanvas(TILE, TILE * numbers.length);
  drawTiles(canvas, film, frame, numbers, 1);
  const { data } = canvas.getContext("2d").getImageData(0, 0, TILE, TILE * numbers.length);
  const sum = new Float64Array(TILE * TILE); // of the digits, each as a vector of length 1
  numbers.forEach((_, number) => {
    const digit = sum.map((_, pixel) => data[4 * (pixel + number * TILE * TILE)]);
    const length = Math.hypot(...digit) || 1;
    digit.forEach((level, pixel) => (sum[pixel] += level / length));
  });
  const count = numbers.length;
  return 1 - (sum.reduce((total, value) => total + value * value, 0) - count) / (count * (count - 1));
}
