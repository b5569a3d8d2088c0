// Places in latent space: a seed, which is a number, or a vector, which is a text of 100 float16 in base64url.

import { config } from "./config.js";
import { t } from "./i18n.js";

const FULL_WIDTH = 0xfee0; // from a digit to its full-width form, which Chinese and Japanese keyboards type
const VECTOR = /^[\w-]{267}$/; // 200 bytes

/** A reader of whole numbers from `low` to `high`: it turns text into a number, or into undefined. */
export const integer = (low, high) => (text) =>
  /^\s*\d{1,10}\s*$/.test(text) && Number(text) >= low && Number(text) <= high ? Number(text) : undefined;

/** The seed that a text is, or undefined. Spaces around it do not count. */
export function readSeed(text) {
  const digits = text.replace(/[０-９]/g, (digit) => String.fromCharCode(digit.charCodeAt(0) - FULL_WIDTH));
  return integer(0, config.limits.seed)(digits);
}

/** The vector that a text is, or undefined. */
export function readVector(text) {
  const trimmed = text.trim();
  if (!VECTOR.test(trimmed)) return undefined;
  const bytes = Uint8Array.from(atob(trimmed.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const values = Array.from({ length: bytes.length / 2 }, (_, i) => float16(view.getUint16(2 * i, true)));
  return Math.hypot(...values) <= config.limits.length ? trimmed : undefined; // not inf or NaN either
}

/** The number of 16 bits: IEEE 754 half precision. */
function float16(bits) {
  const exponent = (bits >> 10) & 31;
  const fraction = (bits & 1023) / 1024;
  const sign = bits >> 15 ? -1 : 1;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction) * 2 ** (exponent - 15) : fraction * 2 ** -14);
}

/** The text of a vector whose values are float16. */
export function encodeVector(values) {
  const bytes = new DataView(new ArrayBuffer(2 * values.length));
  for (const [i, value] of values.entries()) bytes.setUint16(2 * i, bitsOf(value), true);
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes.buffer)));
  return text.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/** The 16 bits of a number that half precision holds. */
function bitsOf(value) {
  const size = Math.abs(value);
  const sign = value < 0 || Object.is(value, -0) ? 1 << 15 : 0;
  if (size < 2 ** -14) return sign | (size * 2 ** 24);
  const exponent = Math.floor(Math.log2(size));
  return sign | (((exponent + 15) << 10) + (size / 2 ** exponent - 1) * 1024);
}

/** The place that a text is, or undefined. */
export const readPlace = (text) => readSeed(text) ?? readVector(text);

export const isVector = (place) => typeof place === "string";

/** The seed of a place. A vector has none: then it is 0. */
export const seedOf = (place) => (isVector(place) ? 0 : place);

const NAME = 4; // letters that tell one vector from another in a text

/** A place in the words of a text, by the keys KEY.seed, KEY.vector and KEY.mine. `mine`: the vector of the own digit. */
export function placeText(place, mine, key = "place") {
  if (!isVector(place)) return t(`${key}.seed`, { seed: place });
  return place === mine ? t(`${key}.mine`) : t(`${key}.vector`, { name: place.slice(0, NAME) });
}
