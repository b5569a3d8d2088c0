// Digits of a film on a canvas. A film is an answer of gan/ui/render.py with its decoded `image`.

/** Draw digits of any frames, [frame, number] each, as a grid with so many columns. */
export function drawCells(canvas, film, cells, columns) {
  const { tile } = film;
  const width = columns * tile;
  const height = Math.max(1, Math.ceil(cells.length / columns)) * tile;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
  }
  const context = canvas.getContext("2d");
  context.fillStyle = "#000";
  context.fillRect(0, 0, width, height);
  drawOver(canvas, film, cells, columns);
}

/** Draw digits of any frames over what the canvas shows. */
export function drawOver(canvas, film, cells, columns) {
  const { tile } = film;
  const context = canvas.getContext("2d");
  cells.forEach(([frame, number], place) => {
    const left = (number % film.columns) * tile;
    const top = (frame * film.rows + Math.floor(number / film.columns)) * tile;
    const x = (place % columns) * tile;
    const y = Math.floor(place / columns) * tile;
    context.drawImage(film.image, left, top, tile, tile, x, y, tile, tile);
  });
}

/** `count` of the integers 0 to last, evenly spread and with both ends; all of them if there are not so many. */
export function spread(count, last) {
  const steps = Math.min(count - 1, last);
  return Array.from({ length: steps + 1 }, (_, i) => (steps ? Math.round((i * last) / steps) : 0));
}

/** The columns of the squarest grid, as gan.images.columns_for. */
export const columnsFor = (count) => Math.max(1, Math.ceil(Math.sqrt(count)));

/** How much the digits of a frame differ: 1 minus the cosine of two digits' pixels, averaged over all pairs. */
export function variety(film, frame) {
  const { tile } = film;
  const count = film.seeds.length;
  const canvas = new OffscreenCanvas(tile, tile * count);
  drawCells(
    canvas,
    film,
    film.seeds.map((_, number) => [frame, number]),
    1,
  );
  const { data } = canvas.getContext("2d").getImageData(0, 0, tile, tile * count);
  const sum = new Float64Array(tile * tile); // of the digits, each scaled to length 1
  for (let number = 0; number < count; number++) {
    const digit = sum.map((_, pixel) => data[4 * (pixel + number * tile * tile)]);
    const length = Math.hypot(...digit) || 1;
    for (const [pixel, level] of digit.entries()) sum[pixel] += level / length;
  }
  return 1 - (sum.reduce((total, value) => total + value * value, 0) - count) / (count * (count - 1));
}

/** Draw numbers as a square of grey pixels: -3 and less is black, 3 and more is white. */
export function drawVector(canvas, vector) {
  const side = Math.sqrt(vector.length);
  canvas.width = canvas.height = side;
  const picture = new ImageData(side, side);
  vector.forEach((value, i) => {
    picture.data.fill(255 * Math.min(1, Math.max(0, (value + 3) / 6)), 4 * i, 4 * i + 3);
    picture.data[4 * i + 3] = 255;
  });
  canvas.getContext("2d").putImageData(picture, 0, 0);
}
