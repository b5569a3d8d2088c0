// Plays a film (see film.py) on a canvas. Everything is drawn from what came with the film: no request is made here.
const canvas = element.querySelector("canvas");
const context = canvas.getContext("2d");
const bar = element.querySelector(".bar");
const slider = element.querySelector(".frame");
const play = element.querySelector(".play");
const caption = element.querySelector(".caption");
const readout = element.querySelector(".readout");
const hint = readout.textContent;

let film = null; // what is on the canvas
let image = null; // its sprite, decoded
let pointed = null; // the digit under the pointer
let began = null; // when playing began, as if from frame 0

slider.setAttribute("aria-label", props.label);

function draw() {
  const frame = Number(slider.value);
  const height = film.rows * film.tile;
  context.drawImage(image, 0, frame * height, canvas.width, height, 0, 0, canvas.width, height);
  caption.textContent = film.captions[frame];
  canvas.setAttribute("aria-label", `${props.label}: ${film.captions[frame]}`);
  slider.setAttribute("aria-valuetext", film.captions[frame]);
  const scores = film.scores[frame];
  const digit = scores.length === 1 ? 0 : pointed;
  if (digit === null || digit >= scores.length) {
    readout.textContent = hint;
  } else {
    const name = scores.length === film.seeds.length ? `Seed ${film.seeds[digit]}: t` : "T";
    readout.textContent = `${name}he discriminator gives this digit ${(100 * scores[digit]).toFixed(1)} % of being real.`;
  }
}

async function show(next) {
  if (!next) return;
  const sprite = new Image();
  sprite.src = next.sprite;
  await sprite.decode();
  if (props.value !== next) return; // a newer film came while this one was decoded
  // A film as long as the one before keeps the visitor's place.
  const place = film && film.frames === next.frames ? slider.value : props.starts_at === "last" ? next.frames - 1 : 0;
  film = next;
  image = sprite;
  slider.max = film.frames - 1;
  slider.value = place;
  bar.hidden = film.frames === 1;
  const [width, height] = [film.columns * film.tile, film.rows * film.tile];
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  draw();
}

function stop() {
  began = null;
  play.textContent = "Play";
}

function advance(now) {
  if (began === null || !element.isConnected) return;
  const frame = Math.floor(((now - began) * props.fps) / 1000) % film.frames;
  if (frame !== Number(slider.value)) {
    slider.value = frame;
    draw();
  }
  requestAnimationFrame(advance);
}

play.addEventListener("click", () => {
  if (began !== null) return stop();
  const from = (Number(slider.value) + 1) % film.frames;
  began = performance.now() - (from * 1000) / props.fps;
  play.textContent = "Pause";
  requestAnimationFrame(advance);
});

slider.addEventListener("input", () => {
  stop();
  draw();
});

canvas.addEventListener("pointermove", (event) => {
  if (!film) return;
  const side = canvas.clientWidth / film.columns;
  const column = Math.min(film.columns - 1, Math.floor(event.offsetX / side));
  pointed = Math.floor(event.offsetY / side) * film.columns + column;
  draw();
});

canvas.addEventListener("pointerleave", () => {
  pointed = null;
  if (film) draw();
});

watch("value", () => show(props.value));
show(props.value);
