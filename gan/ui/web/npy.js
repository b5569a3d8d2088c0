// NumPy's file format 1.0: numpy.lib.format.

/** Rows of numbers as a .npy file of float32. */
export function toNpy(rows) {
  let header = `{'descr': '<f4', 'fortran_order': False, 'shape': (${rows.length}, ${rows[0].length}), }`;
  header = `${header.padEnd(Math.ceil((header.length + 11) / 64) * 64 - 11)}\n`; // the data starts at a multiple of 64
  const start = Uint8Array.from(`\x93NUMPY\x01\0..${header}`, (letter) => letter.charCodeAt(0));
  new DataView(start.buffer).setUint16(8, header.length, true);
  const numbers = rows.flat();
  const data = new DataView(new ArrayBuffer(4 * numbers.length));
  for (const [i, value] of numbers.entries()) data.setFloat32(4 * i, value, true);
  return new Blob([start, data.buffer], { type: "application/octet-stream" });
}
