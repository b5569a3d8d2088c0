// Texts in PNG files: tEXt chunks of Latin-1, PNG specification 11.3.3.2.

const SIGNATURE = 0x89504e47;
const LONGEST = 10_000; // bytes of a text that is read

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) sum = CRC_TABLE[(sum ^ byte) & 255] ^ (sum >>> 8);
  return (sum ^ 0xffffffff) >>> 0;
}

/** A PNG with texts, {key: text}, added before its end. */
export async function withTexts(png, texts) {
  const bytes = new Uint8Array(await png.arrayBuffer());
  const end = bytes.length - 12; // the last chunk, IEND, is empty
  const chunks = Object.entries(texts).map(([key, value]) => {
    const body = Uint8Array.from(`tEXt${key}\0${value}`, (letter) => letter.charCodeAt(0));
    const chunk = new Uint8Array(body.length + 8);
    const view = new DataView(chunk.buffer);
    view.setUint32(0, body.length - 4);
    chunk.set(body, 4);
    view.setUint32(body.length + 4, crc32(body));
    return chunk;
  });
  return new Blob([bytes.subarray(0, end), ...chunks, bytes.subarray(end)], { type: "image/png" });
}

/** The texts of a PNG file, {key: text}, or null if it is not a PNG. */
export async function readTexts(file) {
  const bytes = new Uint8Array(await file.arrayBuffer().catch(() => new ArrayBuffer(0))); // a folder has no content
  const view = new DataView(bytes.buffer);
  if (bytes.length < 20 || view.getUint32(0) !== SIGNATURE) return null;
  const found = {};
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    const kind = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (kind === "tEXt" && at + 12 + length <= bytes.length && length < LONGEST) {
      const [key, value] = String.fromCharCode(...bytes.subarray(at + 8, at + 8 + length)).split("\0");
      found[key] = value;
    }
    at += 12 + length;
  }
  return found;
}
