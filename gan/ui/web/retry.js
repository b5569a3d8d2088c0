// Trying again by itself what failed because the server could not be reached, or is still working on it.

const PAUSES = [2, 4, 8, 16, 32, 60]; // seconds; the last one repeats
const PASSING = ["error.network", "error.not-json", "server.busy"]; // the keys of errors that are not the request's own
const WORKING = "server.measuring"; // the answer will be there in seconds, and to ask costs the server nothing

let attempt = null; // what is tried again, or null
let attempts = 0; // without a success
let timer = null;

/** Call `call()` later if an error with this key may pass: after a pause that grows with each attempt. */
export function retryLater(key, call) {
  forget();
  if (key !== WORKING && !PASSING.includes(key)) return;
  attempt = call;
  const pause = key === WORKING ? PAUSES[0] : PAUSES[Math.min(attempts, PAUSES.length - 1)];
  timer = setTimeout(() => document.hidden || retryNow(), pause * 1000); // nobody waits for a hidden page
}

/** Begin with the shortest pause again, after a success. */
export function succeed() {
  forget();
  attempts = 0;
}

function forget() {
  clearTimeout(timer);
  attempt = null;
}

function retryNow() {
  if (!attempt) return;
  const call = attempt;
  forget();
  attempts++;
  call();
}

window.addEventListener("online", retryNow);
document.addEventListener("visibilitychange", () => document.hidden || retryNow());
