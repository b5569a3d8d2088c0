// A screen: the canvas of one model, the frame around the digit that is picked, and the pointer and keys on it.

import { html, nothing, render } from "./vendor/lit-html.js";
import { drawCells, drawOver } from "./draw.js";

const FINGER = 44; // pixels that a finger can hit, WCAG 2.5.5
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

/**
 * A screen. `on` gets what a visitor does: `point(place or null)`, `pick(place)`, `clear()` to pick nothing,
 * `drag(x, y)` on a draggable screen, and `move(x, y)` for the arrow keys. A place is the number of a cell of the grid.
 */
export function makeScreen(on) {
  const box = document.createElement("figure");
  box.className = "screen";
  let canvas = null;
  let picture = null; // what is shown
  let drawn = {}; // what the canvas holds
  let words = {};
  let grip = null; // from the middle of the marked cell to the finger that drags the mark, in pixels

  /** The column and row of an event, in a grid over the canvas. */
  const cellOf = (event, columns, rows) => {
    const { left, top, width, height } = canvas.getBoundingClientRect();
    const clamp = (share, count) => Math.min(count - 1, Math.max(0, Math.floor(share * count)));
    const [right, down] = grip ?? [0, 0];
    return [clamp((event.clientX - right - left) / width, columns), clamp((event.clientY - down - top) / height, rows)];
  };
  const placeOf = (event) => {
    const { columns, numbers } = picture;
    const [x, y] = cellOf(event, columns, Math.max(1, Math.ceil(numbers.length / columns)));
    return y * columns + x;
  };
  const drag = (event) => on.drag(...cellOf(event, ...picture.grid));
  const handlers = {
    pointermove(event) {
      if (!picture.grid) on.point(placeOf(event));
      else if (event.pointerType === "mouse" ? event.buttons : grip) drag(event);
    },
    pointerdown(event) {
      if (!picture.grid) return;
      const { target, pointerId, clientX, clientY } = event;
      const isMouse = event.pointerType === "mouse";
      if (!isMouse && target === canvas) return; // a finger that may scroll
      target.setPointerCapture(pointerId);
      if (isMouse) return drag(event);
      const { left, top, width, height } = canvas.getBoundingClientRect();
      const { place, columns, rows } = picture.mark;
      const middle = [(place % columns) + 0.5, Math.floor(place / columns) + 0.5];
      grip = [clientX - left - (width * middle[0]) / columns, clientY - top - (height * middle[1]) / rows];
    },
    lostpointercapture() {
      grip = null;
    },
    mousedown(event) {
      event.preventDefault(); // or the mark would take the focus from the canvas
      canvas.focus({ preventScroll: true });
    },
    click: (event) => (picture.grid ? drag(event) : on.pick(placeOf(event))), // a finger that scrolls does not click
    pointerleave: () => picture.grid || on.point(null),
    focus: () => canvas.matches(":focus-visible") && !picture.mark && on.point(0),
    blur: () => on.point(null),
    keydown(event) {
      if (event.key === "Escape") on.clear();
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      on.move(...step);
    },
  };

  return {
    box,
    get canvas() {
      return canvas;
    },
    /** What the canvas shows, in a sentence. */
    get label() {
      return words.label;
    },
    /** The longest that this sentence becomes. */
    get room() {
      return words.room;
    },
    get picture() {
      return picture;
    },

    /**
     * Show a picture: the digits `numbers` of a `frame` of a `film`. `words()` returns its caption, label with its
     * room, hint, what to write over an empty screen, and a note with its room. `grid`: columns and rows of a draggable
     * screen. `mark`: place, columns and rows of the frame. `overlay`: a film that is drawn over the digits, or null.
     */
    show(next) {
      picture = next;
    },

    /** Draw what is shown, if it has changed. */
    draw() {
      const { film, frame, numbers, columns, grid, mark, overlay } = picture;
      words = picture.words();
      render(template(words, Boolean(grid), mark, handlers), box);
      canvas ??= box.querySelector("canvas");
      const next = { film, frame, numbers, overlay };
      if (Object.keys(next).every((key) => next[key] === drawn[key])) return;
      drawn = next;
      const cells = numbers.map((number) => [frame, number]);
      drawCells(canvas, film, cells, columns);
      if (overlay) drawOver(canvas, overlay, cells, columns);
    },
  };
}

// The role is not "img": a screen reader would keep the arrow keys to itself.
const template = ({ caption, label, hint, empty, note }, draggable, mark, on) => html`
  <figcaption>${caption}</figcaption>
  <div class="frame">
    <canvas class=${draggable ? "draggable" : nothing} tabindex="0" role="application" aria-label=${label}
      aria-description=${hint ?? nothing} @pointermove=${on.pointermove} @pointerdown=${on.pointerdown} @click=${on.click}
      @pointerleave=${on.pointerleave} @focus=${on.focus} @blur=${on.blur} @keydown=${on.keydown}></canvas>
    <span class=${draggable ? "mark handle" : "mark"} ?hidden=${!mark} style=${mark ? position(mark, draggable) : nothing}
      @pointermove=${on.pointermove} @pointerdown=${on.pointerdown} @lostpointercapture=${on.lostpointercapture}
      @mousedown=${on.mousedown} @click=${on.click}></span>
    <p class="empty">${empty}</p>
  </div>
  ${note ? html`<p class="hint" data-room=${note.room}>${note.text}</p>` : nothing}`;

/** The place of a mark. A handle is never too small for a finger, and never outside the canvas. */
function position({ place, columns, rows }, isHandle) {
  const least = isHandle ? FINGER : 0;
  const width = `max(${100 / columns}%, ${least}px)`;
  const height = `max(${100 / rows}%, ${least}px)`;
  const [x, y] = [place % columns, Math.floor(place / columns)];
  return `
  left: calc((100% - ${width}) * ${x / Math.max(1, columns - 1)});
  top: calc((100% - ${height}) * ${y / Math.max(1, rows - 1)});
  width: ${width};
  height: ${height}`;
}
