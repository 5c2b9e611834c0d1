/**
 * Received bytes as text that is safe to print and to log.
 *
 * @module
 */

import { LINE_BYTES_MAX } from "./validator.ts";

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
const SPACE = 0x20;
const TILDE = 0x7e;

/**
 * Writes bytes as printable ASCII on one line, so that nothing a client sends
 * can forge a journal line or move a terminal's cursor. `"` and `\` become `\"`
 * and `\\`, every byte that is not printable ASCII becomes `\x` and two
 * lower-case hexadecimal digits. What comes after the first 256 bytes is left
 * out.
 *
 * @param bytes Bytes that hold what was received
 * @param start Index of its first byte
 * @param end Index after its last byte
 * @returns The text, without quotes around it, at most 1024 characters
 *
 * @example Usage
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { escapeBytes } from "@likes/simulator/protocol";
 *
 * const bytes = new TextEncoder().encode('say "hi"\r\n');
 * assertEquals(escapeBytes(bytes, 0, bytes.length), String.raw`say \"hi\"\x0d\x0a`);
 * ```
 */
export function escapeBytes(
  bytes: Uint8Array,
  start = 0,
  end: number = bytes.length,
): string {
  let text = "";
  for (
    const byte of bytes.subarray(start, Math.min(end, start + LINE_BYTES_MAX))
  ) {
    text += escapeByte(byte);
  }
  return text;
}

function escapeByte(byte: number): string {
  if (byte < SPACE || byte > TILDE) {
    return `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  const character = String.fromCharCode(byte);
  return byte === QUOTE || byte === BACKSLASH ? `\\${character}` : character;
}
