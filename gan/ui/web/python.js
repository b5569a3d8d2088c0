// Python code that draws what is shown, with this repository's own functions.

/** `pictures`: for each, the model, its epoch, the expression for its vectors, its columns, and the name of its file. */
export function pythonCode(pictures) {
  const parts = pictures.map(
    ({ model, epoch, latents, columns, name }) => `gan = load_snapshot(Path("checkpoints/${model}"), ${epoch})
z = ${latents}
images = generate(gan.generator, z)
Path("${name}.png").write_bytes(to_png(grid(images.numpy(), columns=${columns})))
`,
  );
  const used = ["consecutive", "interpolate", "latents", "plane"].filter((name) => parts.join().includes(`${name}(`));
  return `from pathlib import Path

from gan.checkpoint import load_snapshot
from gan.images import grid, to_png
from gan.latent import ${used.join(", ")}
from gan.sampling import generate

${parts.join("\n")}`;
}
