// Python code that draws what is shown, with this repository's own functions.

import { config } from "./config.js";
import { isVector } from "./places.js";

const NAMES = {
  "gan.checkpoint": ["load_snapshot"],
  "gan.directions": ["move"],
  "gan.directions_file": ["find_directions"],
  "gan.images": ["grid", "to_png"],
  "gan.latent": [
    "arithmetic",
    "consecutive",
    "decode_vector",
    "interpolate",
    "latents",
    "neighbours",
    "plane",
    "vectors_of",
  ],
  "gan.sampling": ["generate"],
};

/** The expression for the vectors of some of the digits of a grid: those of `seeds`. */
export function pythonGrid({ seeds: all }, seeds) {
  if (isVector(all[0])) {
    const order = seeds.map((seed) => all.indexOf(seed));
    const rest =
      order.length === all.length && order.every((number, i) => number === i) ? "" : `[[${order.join(", ")}]]`;
    return `neighbours(decode_vector("${all[0]}"), ${all.length})${rest}`;
  }
  const consecutive = seeds.every((seed, i) => seed === (seeds[0] + i) % (config.limits.seed + 1));
  return consecutive ? `latents(consecutive(${seeds[0]}, ${seeds.length}))` : pythonPlaces(seeds);
}

/** The expression for the vectors of places. */
export function pythonPlaces(places) {
  if (!places.some(isVector)) return `latents([${places.join(", ")}])`;
  return `vectors_of([${places.map((place) => JSON.stringify(place)).join(", ")}])`;
}

/** `pictures`: for each, the model, its epoch, the expression for its vectors, its columns, and the name of its file. */
export function pythonCode(pictures) {
  const parts = pictures.map(
    ({ model, epoch, latents, columns, name }) => `gan = load_snapshot(Path("checkpoints/${model}"), ${epoch})
z = ${latents}
images = generate(gan.generator, z)
Path("${name}.png").write_bytes(to_png(grid(images.numpy(), columns=${columns})))
`,
  );
  const imports = Object.entries(NAMES).map(([module, names]) => {
    const used = names.filter((name) => parts.join().includes(`${name}(`));
    return used.length ? `from ${module} import ${used.join(", ")}\n` : "";
  });
  return `from pathlib import Path

${imports.join("")}
${parts.join("\n")}`;
}
