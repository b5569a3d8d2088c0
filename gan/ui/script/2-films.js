// Films from the server (see film.py), kept for the next time, and drawn on a canvas.

const KEPT = 120; // answers
const TILE = 28;
const answers = new Map(); // by question, the one used last at the end
const { root = "", api_prefix = "/gradio_api" } = window.gradio_config ?? {};

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

async function request(name, data) {
  let response;
  try {
    response = await fetch(`${root}${api_prefix}/run/${name}`, {
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
  const width = columns * TILE;
  const height = Math.max(1, Math.ceil(numbers.length / columns)) * TILE;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  numbers.forEach((number, place) => {
    const left = (number % film.columns) * TILE;
    const top = (frame * film.rows + Math.floor(number / film.columns)) * TILE;
    context.drawImage(
      film.image, left, top, TILE, TILE,
      (place % columns) * TILE, Math.floor(place / columns) * TILE, TILE, TILE,
    );
  });
}

/** The columns of a grid as square as it can be, as the server counts them. */
const columnsFor = (count) => Math.max(1, Math.ceil(Math.sqrt(count)));

/** How much some digits differ: the standard deviation of a pixel over the digits, its mean over the pixels. */
function variety(film, frame, numbers) {
  const canvas = new OffscreenCanvas(TILE, TILE * numbers.length);
  drawTiles(canvas, film, frame, numbers, 1);
  const data = canvas.getContext("2d").getImageData(0, 0, TILE, TILE * numbers.length).data;
  let total = 0;
  for (let pixel = 0; pixel < TILE * TILE; pixel++) {
    let sum = 0;
    let squares = 0;
    for (let number = 0; number < numbers.length; number++) {
      const level = data[4 * (pixel + number * TILE * TILE)];
      sum += level;
      squares += level * level;
    }
    const mean = sum / numbers.length;
    total += Math.sqrt(Math.max(0, squares / numbers.length - mean * mean));
  }
  return total / (TILE * TILE);
}
