// Texts in PNG files: tEXt, zTXt and iTXt chunks, PNG specification 11.3.3.

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const LONGEST = 10_000; // bytes of a text that is read
const SLICE = 256; // bytes that are inflated at a time, to at most 1032 times as many

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

/** The texts with these keys in a PNG file's bytes, {key: text}. There are none if it is not a PNG. */
export async function readTexts(bytes, keys) {
  const found = {};
  for (const [kind, data] of chunksOf(bytes)) {
    if (!Object.hasOwn(READERS, kind) || data.length > LONGEST) continue;
    const end = data.indexOf(0);
    const key = latin1(data.subarray(0, end));
    if (!keys.includes(key)) continue; // so that no other text is inflated
    const text = await READERS[kind](data.subarray(end + 1)).catch(() => null); // damaged
    if (text !== null) found[key] = text;
  }
  return found;
}

export const isPng = (bytes) => SIGNATURE.every((byte, i) => bytes[i] === byte);

/** The chunks of a PNG file: [kind, data] each. */
function* chunksOf(bytes) {
  if (!isPng(bytes)) return;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (let at = SIGNATURE.length; at + 12 <= bytes.length; ) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) return; // cut off
    yield [latin1(bytes.subarray(at + 4, at + 8)), bytes.subarray(at + 8, end)];
    at = end + 4;
  }
}

const latin1 = (bytes) => String.fromCharCode(...bytes);

/** The text in the data of a chunk after its key, or null. */
const READERS = {
  tEXt: async (data) => latin1(data),

  /** The compression method, which is 0, and the compressed text. */
  async zTXt(data) {
    const bytes = await inflate(data.subarray(1));
    return bytes && latin1(bytes);
  },

  /** Whether the text is compressed, the method, a language, the key in that language, and the text in UTF-8. */
  async iTXt(data) {
    const start = data.indexOf(0, data.indexOf(0, 2) + 1) + 1;
    const text = data.subarray(start);
    const bytes = data[0] ? await inflate(text) : text;
    return bytes && new TextDecoder().decode(bytes);
  },
};

/** The inflated bytes, or null if they are too many. It stops there: a small file can hold gigabytes. */
async function inflate(bytes) {
  let at = 0;
  const slices = new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, at + SLICE));
      at += SLICE;
    },
  });
  const reader = slices.pipeThrough(new DecompressionStream("deflate")).getReader();
  const inflated = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Uint8Array.from(inflated);
    if (inflated.length + value.length > LONGEST) {
      await reader.cancel();
      return null;
    }
    for (const byte of value) inflated.push(byte);
  }
}
