/**
 * Checksums of lines.
 *
 * @module
 */

import CRC32 from "crc-32";

/** The end of a line of a runs file: its checksum, eight hexadecimal digits. */
const KEY = ',"crc32":"';
const DIGITS = 8;
const TAIL_LENGTH = KEY.length + DIGITS + 2;

/**
 * Ends a JSON object, without its brace, with the checksum of what stands
 * before it: CRC-32 as in gzip and PNG (ISO 3309), Python's `zlib.crc32`.
 *
 * @param open The object's text up to its last field.
 * @param before The checksum of what is thought to stand before the line.
 * @returns The object, whole.
 *
 * @example Usage
 * ```ts
 * import { isSealed, sealed } from "./checksum.ts";
 * import { assert } from "@std/assert";
 *
 * const line = sealed('{"seed":7');
 * assert(line === '{"seed":7,"crc32":"e95e0943"}', line);
 * assert(isSealed(line) && !isSealed(line.replace("7", "8")));
 * ```
 */
export function sealed(open: string, before = 0): string {
  return `${open}${tailOf(open, before)}`;
}

/**
 * Whether a line is as it was written.
 *
 * @param line The line, without its line feed.
 * @param before The checksum that it was written with.
 * @returns False if a character has changed.
 */
export function isSealed(line: string, before = 0): boolean {
  const end = line.length - TAIL_LENGTH;
  return end > 0 && line.slice(end) === tailOf(line.slice(0, end), before);
}

function tailOf(open: string, before: number): string {
  return `${KEY}${hex(CRC32.str(open, before) >>> 0)}"}`;
}

/**
 * Writes a checksum.
 *
 * @param checksum 0 to 2^32 - 1.
 * @returns Eight hexadecimal digits.
 */
export function hex(checksum: number): string {
  return checksum.toString(16).padStart(DIGITS, "0");
}

/**
 * The checksum of a text or of bytes.
 *
 * @param data The text, taken as UTF-8, or the bytes.
 * @returns 0 to 2^32 - 1.
 */
export function checksumOf(data: string | Uint8Array): number {
  return (typeof data === "string" ? CRC32.str(data) : CRC32.buf(data)) >>> 0;
}
