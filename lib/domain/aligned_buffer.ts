/**
 * Memory whose rows do not straddle more lines of a processor's cache than they
 * have to.
 *
 * @module
 */

/** From this many bytes on it pays to align them. */
const ALIGNED_BYTES_MIN = 32_768;
const WASM_PAGE_BYTES = 65_536;

/**
 * Makes memory that begins at a page, where it is large. A plain `ArrayBuffer`
 * then begins 16 bytes behind one, so that a row of two cache lines has parts
 * of three, and every other row of half a line parts of two: a fifth slower
 * where there are more rows than a cache holds.
 *
 * @param bytes The least size, up to 4 GiB, where WebAssembly's memory ends.
 * @returns Memory of that size or more, all zero.
 */
export function makeAlignedBuffer(bytes: number): ArrayBufferLike {
  if (bytes < ALIGNED_BYTES_MIN) return new ArrayBuffer(bytes);
  const initial = Math.ceil(bytes / WASM_PAGE_BYTES);
  return new WebAssembly.Memory({ initial, maximum: initial }).buffer;
}
