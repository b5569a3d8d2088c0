// Single digits of films, each on a canvas of its own.

import { drawCells } from "./draw.js";

const kept = new WeakMap(); // film -> the canvases by their names

/** The canvas with a digit of a film. An element stands in one place only, so each `where` has a canvas of its own. */
export function tileOf(film, frame, number, where) {
  if (!kept.has(film)) kept.set(film, new Map());
  const tiles = kept.get(film);
  const name = [frame, number, where].join();
  if (!tiles.has(name)) {
    const canvas = document.createElement("canvas");
    drawCells(canvas, film, [[frame, number]], 1);
    tiles.set(name, canvas);
  }
  return tiles.get(name);
}
