// What a screen reader says by itself: what is shown, and the digit that is picked, once they stay as they are.

const SETTLED = 400; // milliseconds without a change
let settling = null;

/** Say what is shown when it has settled; not while it plays, for each picture would cut off the words of the last. */
function tellSoon() {
  clearTimeout(settling);
  settling = setTimeout(() => {
    if (!players.some(({ plays }) => plays())) tellNow(); // a player's end comes here again
  }, SETTLED);
}

function tellNow() {
  hear("shown", find(".said").textContent);
  hear("digit", chosen || state.view === "interpolate" ? find(".readout").textContent : "");
}

/** Have a part of it said, where its words are new. */
function hear(part, words) {
  const place = find(`[data-heard=${part}]`);
  if (place.textContent !== words) place.textContent = words;
}
