// The pad: what a visitor draws, as strokes or as a picture that was taken, and its grey pixels.

import { redraw } from "./store.js";

export const SIDE = 280; // units of the pad along each side
const PEN = { width: 24, least: 8, most: 48 }; // MNIST's strokes are about an eighth of the digit's height wide
const THICKER = 1.4; // times, each time that strokes are thickened
const GROWTH = 2; // units by which the strokes of a picture grow to each side then

/**
 * Strokes [{ points: [[x, y, pressure]], width }] and pictures [{ picture, source }], in the order in which they came.
 * `source`: the picture that was taken, before it was thickened.
 */
let items = [];
let now = null; // the stroke that is being drawn
let width = PEN.width;
let listener = () => {};

const canvas = document.createElement("canvas");
canvas.className = "pad";

/** Call `call(ended)` whenever something changes; `ended`: nobody is in the middle of a stroke. */
export const onInk = (call) => {
  listener = call;
};

export const padCanvas = canvas;
export const isEmpty = () => items.length === 0;
export const penWidth = () => width;
export const penLimits = PEN;

export function setPen(value) {
  width = value;
  redraw();
}

export const undo = () => change(items.slice(0, -1));
export const clear = () => change([]);

/** Draw all strokes with a thicker pen, and the next ones too. Those of a picture grow. */
export function thicken() {
  width = Math.min(PEN.most, Math.round(width * THICKER));
  change(
    items.map((item) => (item.points ? { ...item, width: item.width * THICKER } : { ...item, picture: grown(item) })),
  );
}

/** A picture whose pixels are each the brightest of their neighbourhood. */
function grown({ picture }) {
  const canvas = new OffscreenCanvas(SIDE, SIDE);
  const context = canvas.getContext("2d");
  context.globalCompositeOperation = "lighten";
  for (const x of [-GROWTH, 0, GROWTH])
    for (const y of [-GROWTH, 0, GROWTH]) context.drawImage(picture, x, y, SIDE, SIDE);
  return canvas;
}

/** Start anew with a picture: anything that a canvas can draw. */
export const take = (picture) => change([{ picture, source: picture }]);

/** Whether a picture was taken that is on the pad. */
export const holds = (picture) => items.some(({ source }) => source && source === picture);

function change(next) {
  items = next;
  paint();
  listener(true);
  redraw();
}

/** The grey levels of what is drawn, as base64 of `side` x `side` bytes. */
export function picture(side) {
  const small = new OffscreenCanvas(side, side);
  draw(small.getContext("2d", { willReadFrequently: true }), side);
  const { data } = small.getContext("2d").getImageData(0, 0, side, side);
  let bytes = "";
  for (let i = 0; i < data.length; i += 4) bytes += String.fromCharCode(data[i]);
  return btoa(bytes);
}

function draw(context, side) {
  context.setTransform(side / SIDE, 0, 0, side / SIDE, 0, 0);
  context.fillStyle = "#000";
  context.fillRect(0, 0, SIDE, SIDE);
  context.strokeStyle = context.fillStyle = "#fff";
  context.lineCap = context.lineJoin = "round";
  for (const item of now ? [...items, now] : items) {
    if (item.picture) context.drawImage(item.picture, 0, 0, SIDE, SIDE);
    else drawStroke(context, item);
  }
}

function drawStroke(context, { points, width }) {
  let [x, y] = points[0];
  for (const [toX, toY, pressure] of points) {
    context.lineWidth = width * pressure;
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(toX + 0.01, toY); // a line needs a length; a dot is one with round ends
    context.stroke();
    [x, y] = [toX, toY];
  }
}

function paint() {
  const side = Math.round((canvas.clientWidth || SIDE) * devicePixelRatio);
  if (canvas.width !== side) canvas.width = canvas.height = side;
  draw(canvas.getContext("2d"), side);
}

new ResizeObserver(paint).observe(canvas);

/** The points of a pointer event. A pen that feels no pressure, a mouse and a finger count as half of the range. */
function pointsOf(event) {
  const { left, top, width: wide } = canvas.getBoundingClientRect();
  const scale = SIDE / wide;
  const events = event.getCoalescedEvents?.() ?? [];
  return (events.length ? events : [event]).map(({ clientX, clientY, pressure, pointerType }) => [
    (clientX - left) * scale,
    (clientY - top) * scale,
    pointerType === "pen" && pressure ? 0.5 + pressure : 1,
  ]);
}

/** Whether points reach over a good part of the pad. */
function isLarge(points) {
  const spans = [0, 1].map((axis) => {
    const values = points.map((point) => point[axis]);
    return Math.max(...values) - Math.min(...values);
  });
  return Math.max(...spans) > SIDE / 4;
}

canvas.addEventListener("pointerdown", (event) => {
  if (now || event.button) return; // another finger, or not the main button
  canvas.setPointerCapture(event.pointerId);
  now = { points: pointsOf(event), width, pointer: event.pointerId };
  paint();
});
canvas.addEventListener("pointermove", (event) => {
  if (now?.pointer !== event.pointerId) return;
  now.points.push(...pointsOf(event));
  paint();
  if (items.length || isLarge(now.points)) listener(false); // the beginning of a digit is a dot
});
// On the window: the pad may leave the page in the middle of a stroke.
for (const name of ["pointerup", "pointercancel", "lostpointercapture"])
  window.addEventListener(name, (event) => {
    if (now?.pointer !== event.pointerId) return;
    const stroke = now;
    now = null;
    change([...items, stroke]);
  });
