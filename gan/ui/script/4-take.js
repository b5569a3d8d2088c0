// Pictures, vectors and code to take away, and a picture that brings its state back.

const SCALE = 4; // pixels of a picture for each of a digit's
const SIGN = "GAN digits"; // the key of the state in a picture's text

function save(name, blob) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

const CRCS = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = CRCS[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** A PNG with texts (Latin-1) in tEXt chunks before its end: PNG specification, 11.3.3.2. */
async function withTexts(png, words) {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const end = bytes.length - 12; // the last chunk, IEND, is empty
  const chunks = Object.entries(words).map(([key, value]) => {
    const body = Uint8Array.from(`tEXt${key}\0${value}`, (letter) => letter.charCodeAt(0));
    const chunk = new Uint8Array(body.length + 8);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, body.length - 4);
    chunk.set(body, 4);
    view.setUint32(body.length + 4, crc(body));
    return chunk;
  });
  return new Blob([bytes.subarray(0, end), ...chunks, bytes.subarray(end)], { type: "image/png" });
}

/** The texts of a PNG's tEXt chunks, or null where it is no PNG. */
async function textsOf(file) {
  const bytes = new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0))); // a folder has none
  const view = new DataView(bytes.buffer);
  if (bytes.length < 20 || view.getUint32(0) !== 0x89504e47) return null;
  const found = {};
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === "tEXt" && at + 12 + length <= bytes.length && length < 10_000) {
      const [key, value] = String.fromCharCode(...bytes.subarray(at + 8, at + 8 + length)).split("\0");
      found[key] = value;
    }
    at += 12 + length;
  }
  return found;
}

/** What is on the screens, side by side, as a PNG that says what it is. */
async function takePicture(screens, words) {
  const gap = screens.length > 1 ? 8 : 0;
  const sizes = screens.map(({ canvas }) => {
    const scale = Math.max(SCALE, Math.round(280 / canvas.width));
    return [canvas.width * scale, canvas.height * scale];
  });
  const width = sizes.reduce((sum, [w]) => sum + w, 0) + gap * (screens.length - 1);
  const picture = new OffscreenCanvas(width, Math.max(...sizes.map(([, h]) => h)));
  const context = picture.getContext("2d");
  context.fillRect(0, 0, picture.width, picture.height);
  context.imageSmoothingEnabled = false;
  let left = 0;
  screens.forEach(({ canvas }, i) => {
    context.drawImage(canvas, left, 0, ...sizes[i]);
    left += sizes[i][0] + gap;
  });
  return withTexts(await picture.convertToBlob({ type: "image/png" }), words);
}

/** Vectors as a .npy file of float32, format 1.0: numpy.lib.format. */
function toNpy(rows) {
  const shape = `(${rows.length}, ${rows[0].length})`;
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': ${shape}, }`;
  header = header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11) + "\n"; // the data begins at a multiple of 64
  const start = Uint8Array.from(`\x93NUMPY\x01\0..${header}`, (letter) => letter.charCodeAt(0));
  new DataView(start.buffer).setUint16(8, header.length, true);
  const data = new DataView(new ArrayBuffer(4 * rows.flat().length));
  rows.flat().forEach((value, i) => data.setFloat32(4 * i, value, true));
  return new Blob([start, data.buffer], { type: "application/octet-stream" });
}

/** Python that draws what is shown, with this repository's own functions: a picture for each of [model, epoch, seeds, columns]. */
function toPython(state, pictures) {
  const { truncation, path, to, third, fourth, at, x, y } = state;
  const from = state.from ?? state.seed;
  const one = (place) => `[${place}:${place + 1}]`;
  const vectors = (seeds) => {
    if (isPlane()) return `plane(latents([${from}, ${to}, ${third}, ${fourth}]), ${SIDE})${one(y * SIDE + x)}`;
    if (isLine()) return `interpolate(*latents([${from}, ${to}]), ${FRAMES}, "${path}")${one(at)}`;
    const ordered = seeds.every((seed, i) => seed === (seeds[0] + i) % (LAST_SEED + 1));
    const z = ordered ? `latents(consecutive(${seeds[0]}, ${seeds.length}))` : `latents([${seeds.join(", ")}])`;
    return state.view === "generate" && truncation !== 1 ? `${z} * ${truncation}` : z;
  };
  const parts = pictures.map(([model, epoch, seeds, columns]) => {
    const name = state.model === "both" ? `digits-${model}` : "digits";
    return `gan = load_snapshot(Path("checkpoints/${model}"), ${epoch})
z = ${vectors(seeds)}
images = generate(gan.generator, z)
Path("${name}.png").write_bytes(to_png(grid(images.numpy(), columns=${columns})))
`;
  });
  const imports = ["consecutive", "interpolate", "latents", "plane"].filter((name) => parts.join().includes(`${name}(`));
  return `from pathlib import Path

from gan.checkpoint import load_snapshot
from gan.images import grid, to_png
from gan.latent import ${imports.join(", ")}
from gan.sampling import generate

${parts.join("\n")}`;
}

/** The view and the arguments of what is shown, as the server's `animation` and `vectors` take them. */
function shown(model) {
  const [name, ...values] = question(model, epochOf(model));
  return [name === "truncated" ? "generate" : name, values];
}

async function take(kind) {
  await rendering;
  if (!current()) return; // a note says why
  const model = shownModels()[0];
  const name = `gan-digits-${state.view}-${state.seed}`;
  if (kind === "png") {
    const run = films.map((film) => film.run).join(" ");
    const words = { [SIGN]: writeState({ ...state, lang: null }), model: state.model, epoch: state.epoch, seed: state.seed, run };
    save(`${name}.png`, await takePicture(screens, words));
  } else if (kind === "gif" || kind === "webp") {
    for (const each of shownModels()) {
      const { file } = await ask("animation", kind, ...shown(each));
      save(`${name}-${each}.${kind}`, await (await fetch(file)).blob());
    }
  } else if (kind === "python") {
    const all = shownModels().map((each, i) => {
      const { numbers, columns } = screens[i];
      return [each, epochOf(each), numbers.map((number) => films[i].seeds[number]), columns];
    });
    const pictures = all.filter(([, , seeds]) => seeds.length);
    if (!pictures.length) return say(note("take.none"));
    await copy(toPython(state, pictures), find("[data-take=python]"));
  } else {
    const { seeds, latents } = await ask("vectors", ...shown(model));
    if (kind === "npy") save(`${name}.npy`, toNpy(latents));
    else save(`${name}.json`, new Blob([JSON.stringify({ seeds, latents })], { type: "application/json" }));
  }
}

/** Show again what a picture of this page showed. */
async function bringBack(file) {
  const found = await textsOf(file);
  if (!found?.[SIGN]) return say(note("drop.unknown"));
  await open(`?${found[SIGN]}`);
  const runs = shownModels().map((model) => catalogue.models[model]?.run).join(" ");
  if ([undefined, runs].includes(found.run)) return; // training's own pictures name no run
  linkNotes.push(note("drop.run"));
  say(null);
}
