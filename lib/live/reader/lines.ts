/**
 * The lines that a reader prints, one for each thing that happens, and that its
 * parent reads. A line starts with the seconds since the run's start:
 *
 * ```text
 * 12.3450 read n=7 replica=0,2 LikesServer3
 * 12.3502 value n=7 likes=314 00c0ffee00c0ffee#7=314
 * 12.3503 repair n=7 send=1 replica=2 REPAIR LikesServer3 00c0ffee00c0ffee#7=314
 * 14.3450 no answer n=8 none within 2 s
 * ```
 *
 * @module
 */

import { secondsFromTicks, TICKS_PER_SECOND } from "../../domain/ticks.ts";

/** An event in the life of a reader. */
export interface ReaderLine {
  /**
   * `read`: it asks; `value`: it was told; `no answer`: it was not; `repair`:
   * it tells a replica what that one lacks.
   */
  readonly kind: "read" | "value" | "no answer" | "repair";
  /** Ticks of 0.1 ms since the run's start. */
  readonly tick: number;
  /** The number of the read, 1, 2, 3 … */
  readonly read: number;
  /** Number of a repair among those of its read to this replica. */
  readonly send?: number;
  /** The replicas that are asked, of a `read`, or told, of a `repair`. */
  readonly replicas?: readonly number[];
  /** Likes of the item, of a `value`. */
  readonly likes?: number;
  /**
   * The item that is read; the newest entry of each of its sessions, of a
   * `value`; the repair as it travels; the reason for which there is no answer.
   */
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
 * import { formatReaderLine, parseReaderLine } from "./lines.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = formatReaderLine({ kind: "read", tick: 123_450, read: 7, replicas: [0, 2], text: "LikesServer3" });
 * assertEquals(line, "12.3450 read n=7 replica=0,2 LikesServer3");
 * assertEquals(parseReaderLine(line)?.replicas, [0, 2]);
 * ```
 */
export function formatReaderLine(line: ReaderLine): string {
  const { kind, tick, read, send, replicas, likes, text } = line;
  return [
    `${secondsFromTicks(tick).toFixed(4)} ${kind} n=${read}`,
    ...send === undefined ? [] : [`send=${send}`],
    ...replicas === undefined ? [] : [`replica=${replicas.join(",")}`],
    ...likes === undefined ? [] : [`likes=${likes}`],
    // A reason can come from the system, or from the other side.
    ...text === "" ? [] : [text.replace(/[^\x20-\x7e]+/g, "?")],
  ].join(" ");
}

const LINE_REGEXP =
  /^(\d+\.\d{4}) (read|value|no answer|repair) n=(\d+)(?: send=(\d+))?(?: replica=(\d+(?:,\d+)*))?(?: likes=(\d+))?(?: (.*))?$/;

/**
 * Reads a line that {@linkcode formatReaderLine} wrote.
 *
 * @param line The line, without its LF.
 * @returns The event; undefined if it is no line of a reader.
 */
export function parseReaderLine(line: string): ReaderLine | undefined {
  const [, seconds, kind, read, send, replicas, likes, text = ""] =
    LINE_REGEXP.exec(line) ?? [];
  if (kind === undefined) return undefined;
  return {
    kind: kind as ReaderLine["kind"],
    tick: Math.round(Number(seconds) * TICKS_PER_SECOND),
    read: Number(read),
    ...send !== undefined && { send: Number(send) },
    ...replicas !== undefined && { replicas: replicas.split(",").map(Number) },
    ...likes !== undefined && { likes: Number(likes) },
    text,
  };
}
