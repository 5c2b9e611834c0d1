/**
 * The log of a likes server: a line `LikesServer3 14` for each draw, written
 * before the draw is acted on.
 *
 * @module
 */

import { LIKES_MAX } from "../../protocol/validator.ts";

/** The content of a likes server's log. */
export interface LikesLog {
  /** The likes of each draw, the first draw's at 0. */
  readonly draws: Uint8Array;
  /** Likes of all draws. */
  readonly total: number;
  /** Bytes of the whole lines. */
  readonly wholeBytes: number;
  /**
   * Bytes after the last whole line: of a line that was cut off when the likes
   * server or its machine died.
   */
  readonly tornBytes: number;
}

/**
 * Reads a likes server's log.
 *
 * @param bytes The content of the log.
 * @param name The likes server's name, which each line starts with.
 * @returns What it holds.
 * @throws {SyntaxError} If a whole line is not one that this likes server
 * writes.
 *
 * @example Usage
 * ```ts
 * import { readLikesLog } from "./likes_log.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const bytes = new TextEncoder().encode("LikesServer3 14\nLikesServer3 9\nLikesSer");
 * const log = readLikesLog(bytes, "LikesServer3");
 * assertEquals([...log.draws], [14, 9]);
 * assertEquals([log.total, log.tornBytes], [23, 8]);
 * ```
 */
export function readLikesLog(bytes: Uint8Array, name: string): LikesLog {
  const wholeBytes = bytes.lastIndexOf(0x0a) + 1;
  const lines = new TextDecoder().decode(bytes.subarray(0, wholeBytes))
    .split("\n");
  lines.pop();
  let total = 0;
  const draws = Uint8Array.from(lines, (line, index) => {
    const likes = line.startsWith(`${name} `)
      ? plainNumber(line.slice(name.length + 1))
      : -1;
    if (likes < 0) {
      throw new SyntaxError(
        `Cannot go on from a log whose line ${index + 1} is ${
          JSON.stringify(line.slice(0, 80))
        }: allowed is "${name}" and 0 to ${LIKES_MAX} likes`,
      );
    }
    total += likes;
    return likes;
  });
  return { draws, total, wholeBytes, tornBytes: bytes.length - wholeBytes };
}

function plainNumber(text: string): number {
  const value = /^(0|[1-9][0-9]?)$/.test(text) ? Number(text) : -1;
  return value <= LIKES_MAX ? value : -1;
}
