// A screen: one model's canvas, what a visitor points at on it, and the frame around the digit that is picked.

/** A screen that tells `pointed(place)` where a pointer or a key leads, and `picked(place)` what was chosen. */
function makeScreen(pointed, picked) {
  const box = document.createElement("figure");
  box.className = "screen";
  const caption = document.createElement("figcaption");
  const frame = document.createElement("div");
  frame.className = "frame";
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "application"); // not img: a screen reader would keep the arrow keys to itself
  const mark = document.createElement("span");
  mark.className = "mark";
  mark.hidden = true;
  const empty = document.createElement("p");
  empty.className = "empty";
  frame.append(canvas, mark, empty);
  box.append(caption, frame);
  const screen = { box, caption, canvas, mark, empty, columns: 1, numbers: [], draggable: false };

  const placeAt = (event) => {
    const size = canvas.getBoundingClientRect();
    const rows = Math.max(1, Math.ceil(screen.numbers.length / screen.columns));
    const clamp = (value, most) => Math.min(most - 1, Math.max(0, Math.floor(value * most)));
    const column = clamp((event.clientX - size.left) / size.width, screen.draggable ? SIDE : screen.columns);
    const row = clamp((event.clientY - size.top) / size.height, screen.draggable ? SIDE : rows);
    return screen.draggable ? { x: column, y: row } : row * screen.columns + column;
  };
  canvas.addEventListener("pointermove", (event) => {
    if (!screen.draggable) pointed(screen, placeAt(event));
    else if (event.buttons) picked(screen, placeAt(event));
  });
  canvas.addEventListener("pointerdown", (event) => {
    if (!screen.draggable) return;
    canvas.setPointerCapture(event.pointerId);
    picked(screen, placeAt(event));
  });
  canvas.addEventListener("click", (event) => !screen.draggable && picked(screen, placeAt(event))); // not a finger that scrolls
  canvas.addEventListener("pointerleave", () => !screen.draggable && pointed(screen, null));
  canvas.addEventListener("focus", () => {
    if (canvas.matches(":focus-visible") && screen.mark.hidden) pointed(screen, 0);
  });
  canvas.addEventListener("blur", () => pointed(screen, null));
  canvas.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (!step) return;
    event.preventDefault();
    picked(screen, step, true);
  });
  return screen;
}

/** Put the mark around a place of the screen's grid, or away. */
function markPlace(screen, place, columns = screen.columns, rows = Math.ceil(screen.numbers.length / screen.columns)) {
  screen.mark.hidden = place === null || place >= columns * rows;
  if (screen.mark.hidden) return;
  const { style } = screen.mark;
  style.left = `${(100 * (place % columns)) / columns}%`;
  style.top = `${(100 * Math.floor(place / columns)) / rows}%`;
  style.width = `${100 / columns}%`;
  style.height = `${100 / rows}%`;
}
