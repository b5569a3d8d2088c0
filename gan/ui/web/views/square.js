// What the views with a film of a square of digits share: how the place in it is dragged, moved and marked.

import { config } from "../config.js";

const side = () => config.limits.side;
const placeOf = ({ x, y }) => y * side() + x;
const inside = (value) => Math.min(side() - 1, Math.max(0, value));

/** The column and the row of the middle. */
export const middle = () => (side() - 1) / 2;

/** Parts of such a view. `x` and `y` of the state are the column and the row. */
export const square = {
  frame: placeOf,
  grid: () => [side(), side()],
  drag: (x, y) => ({ x, y }),
  move: ({ x, y }, right, down) => ({ x: inside(x + right), y: inside(y + down) }),
  mark: (state) => ({ place: placeOf(state), columns: side(), rows: side() }),
};
