/**
 * The lines that a reader prints, one for each thing that happens, and that its
 * parent reads. A line starts with the seconds since the run's start:
 *
 * ```text
 * 12.3450 read n=7 replica=1 LikesServer3
 * 12.3502 value n=7 likes=314
 * 14.3450 no answer n=8 none within 2 s
 * ```
 *
 * @module
 */

import { secondsFromTicks } from "../../domain/ticks.ts";

/** An event in the life of a reader. */
export interface ReaderLine {
  /** `read`: it asked; `value`: it was told; `no answer`: it was not. */
  readonly kind: "read" | "value" | "no answer";
  /** Ticks of 0.1 ms since the run's start. */
  readonly tick: number;
  /** The number of the read, 1, 2, 3 … */
  readonly read: number;
  /** The replica that is asked, of a `read`. */
  readonly replica?: number;
  /** Likes of the item, of a `value`. */
  readonly likes?: number;
  /** The item that is read, or why there is no answer; empty of a `value`. */
  readonly text: string;
}

/**
 * Writes a line as a reader prints it.
 *
 * @param line What happened.
 * @returns The line, without its LF.
 *
 * @example Usage
 * ```ts
 * import { formatReaderLine, readerLineKind } from "./lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = formatReaderLine({ kind: "read", tick: 123_450, read: 7, replica: 1, text: "LikesServer3" });
 * assertEquals(line, "12.3450 read n=7 replica=1 LikesServer3");
 * assertEquals(readerLineKind(line), "read");
 * ```
 */
export function formatReaderLine(line: ReaderLine): string {
  const { kind, tick, read, replica, likes, text } = line;
  return [
    `${secondsFromTicks(tick).toFixed(4)} ${kind} n=${read}`,
    ...replica === undefined ? [] : [`replica=${replica}`],
    ...likes === undefined ? [] : [`likes=${likes}`],
    // A reason can come from the system, or from the other side.
    ...text === "" ? [] : [text.replace(/[^\x20-\x7e]+/g, "?")],
  ].join(" ");
}

/**
 * The kind of a reader's line.
 *
 * @param text The line, without its LF.
 * @returns Its kind; undefined if it is no line of a reader.
 */
export function readerLineKind(text: string): ReaderLine["kind"] | undefined {
  const kind = /^\d+\.\d{4} (read|value|no answer) n=\d+/.exec(text)?.[1];
  return kind as ReaderLine["kind"] | undefined;
}
