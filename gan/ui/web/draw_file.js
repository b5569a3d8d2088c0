// A picture file as bright ink on black, whatever its ground: black, white, transparent, or paper in a photograph.

const CORNER = 0.06; // of a side: what of each corner is taken as ground
const NOISE = 4; // times the mean distance of the corners' pixels from the ground: what counts as ground, too
const FAINT = 8; // grey levels: a picture that differs less from its ground is blank

/**
 * How much brighter than its ground each pixel of a picture is, in grey levels, scaled into a square of `side` pixels.
 * `noise`: up to which distance a pixel is ground.
 */
export function inkOf(bitmap, side) {
  const scale = side / Math.max(bitmap.width, bitmap.height);
  const [width, height] = [bitmap.width, bitmap.height].map((length) => Math.max(1, Math.round(length * scale)));
  const levels = greyOf(bitmap, width, height);
  const at = (x, y) => levels[x + y * width];
  const [wide, high] = [width, height].map((length) => Math.max(1, Math.round(CORNER * length)));
  const corners = [0, height - high].map((top) =>
    [0, width - wide].map((left) =>
      Array.from({ length: wide * high }, (_, i) => at(left + (i % wide), top + Math.floor(i / wide))),
    ),
  );
  const grounds = corners.map((row) => row.map(median));
  const distances = corners.flatMap((row, i) =>
    row.flatMap((all, j) => all.map((one) => Math.abs(one - grounds[i][j]))),
  );
  const ink = new Float32Array(side * side);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      ink[left + x + (top + y) * side] = at(x, y) - between(grounds, x / (width - 1 || 1), y / (height - 1 || 1));
  return { ink, side, noise: (NOISE * sum(distances)) / distances.length };
}

/** Whether the ink of a picture is darker than its ground. The cubes count the few far pixels, and not the many near ones. */
export const isDark = ({ ink }) => sum(ink.map((level) => level ** 3)) < 0;

/** The picture on a canvas. The furthest ink is white. `dark`: the ink is what is darker than the ground. */
export function painted({ ink, side, noise }, dark) {
  const bright = dark ? ink.map((level) => -level) : ink;
  const most = Math.max(...bright);
  const canvas = new OffscreenCanvas(side, side);
  const picture = new ImageData(side, side);
  for (const [i, level] of bright.entries()) {
    const share = most > noise + FAINT ? (level - noise) / (most - noise) : 0;
    picture.data.fill(255 * share, 4 * i, 4 * i + 3); // clamped to 0..255
    picture.data[4 * i + 3] = 255;
  }
  canvas.getContext("2d").putImageData(picture, 0, 0);
  return canvas;
}

/** The grey levels of a picture. What is transparent is black, or white where the opaque part is dark. */
function greyOf(bitmap, width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high"; // or thin strokes of a large picture get lost
  context.drawImage(bitmap, 0, 0, width, height);
  const { data } = context.getImageData(0, 0, width, height);
  const levels = Array.from({ length: width * height }, (_, i) => grey(data, 4 * i));
  const opaque = levels.filter((_, i) => data[4 * i + 3] > 127);
  const behind = sum(opaque) < 128 * opaque.length ? 255 : 0;
  return levels.map((level, i) => behind + ((level - behind) * data[4 * i + 3]) / 255);
}

const grey = (data, i) => 0.299 * data[i] + 0.587 * data[i + 1] + 0.114 * data[i + 2];
const sum = (values) => values.reduce((total, value) => total + value, 0);
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** The value at a place, both in 0..1, between those of the four corners. */
function between([[topLeft, topRight], [bottomLeft, bottomRight]], x, y) {
  return (topLeft * (1 - x) + topRight * x) * (1 - y) + (bottomLeft * (1 - x) + bottomRight * x) * y;
}
