/**
 * Lines of a process that is not trusted: of bounded length, and only as fast
 * as whoever reads them wants.
 *
 * @module
 */

import { yieldToSockets } from "./event_loop.ts";
import { printable } from "./printable.ts";

/**
 * Work on one stream, in milliseconds, after which everything else has its
 * turn: a stream that always has more to read would keep it for whole
 * megabytes.
 */
const TURN_MS = 8;

/** Buffers begin small, as there may be thousands, and grow as they fill. */
const BUFFER_BYTES_MIN = 1 << 12;
const BUFFER_BYTES_MAX = 1 << 16;

/** The end of a stream. */
const END = { value: undefined, done: true } as const;

/** Listeners to a stream of lines. */
export interface LinesListener {
  /** Called with each line, without its LF. */
  onLine(line: string): void;
  /**
   * Called once for each line that is longer than allowed, with its beginning,
   * as soon as that is known; the rest of the line is thrown away.
   */
  onTooLong(beginning: string): void;
  /**
   * Asked after each piece that was read.
   *
   * @returns What to wait for before more is read; undefined: nothing.
   */
  gate?(): Promise<void> | undefined;
}

/** Characters of a line that is too long that are told. */
const BEGINNING_CHARS = 200;

/**
 * Characters of a line that processes of this program tell each other, at most:
 * readers tell on the longest answer of a primary, which is half as long.
 */
export const LINE_CHARS_MAX: number = 2 ** 28;

/**
 * Reads a stream to its end.
 *
 * @param stream The bytes.
 * @param onBytes Called with each piece, which is overwritten afterwards;
 * answers what to wait for before more is read.
 * @returns Fulfils at the end of the stream, also where that is an error of the
 * stream.
 * @throws {Error} What `onBytes` throws.
 */
export async function readBytes(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onBytes: (bytes: Uint8Array) => Promise<void> | undefined | void,
): Promise<void> {
  const reader = stream.getReader({ mode: "byob" });
  let buffer = new ArrayBuffer(BUFFER_BYTES_MIN);
  let workedMs = 0;
  while (true) {
    const { value, done } = await reader.read(new Uint8Array(buffer))
      .catch(() => END);
    if (done) return;
    const startedMs = performance.now();
    const gate = onBytes(value);
    workedMs += performance.now() - startedMs;
    if (workedMs > TURN_MS) {
      await yieldToSockets();
      workedMs = 0;
    }
    if (gate !== undefined) await gate;
    const isFull = value.length === value.buffer.byteLength;
    buffer = isFull && value.length < BUFFER_BYTES_MAX
      ? new ArrayBuffer(2 * value.length)
      : value.buffer;
  }
}

/**
 * Reads a stream to its end, line by line.
 *
 * @param stream The bytes, UTF-8.
 * @param charsMax The most characters of a line.
 * @param listener Is called with the lines; with the last one also if it has
 * no LF.
 * @returns Fulfils at the end of the stream.
 */
export async function readBoundedLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  charsMax: number,
  listener: LinesListener,
): Promise<void> {
  const decoder = new TextDecoder();
  /** The line that is not yet whole, in pieces. */
  let pieces: string[] = [];
  let chars = 0;
  let isSkipping = false;
  const take = (piece: string) => {
    if (isSkipping) return;
    chars += piece.length;
    if (chars <= charsMax) {
      pieces.push(piece);
      return;
    }
    isSkipping = true;
    const beginning = pieces.join("").slice(0, BEGINNING_CHARS);
    pieces = [];
    listener.onTooLong((beginning + piece).slice(0, BEGINNING_CHARS));
  };
  const endLine = () => {
    if (!isSkipping) {
      listener.onLine(pieces.length === 1 ? pieces[0]! : pieces.join(""));
    }
    pieces = [];
    chars = 0;
    isSkipping = false;
  };
  await readBytes(stream, (bytes) => {
    const text = decoder.decode(bytes, { stream: true });
    let start = 0;
    for (
      let end = text.indexOf("\n");
      end >= 0;
      end = text.indexOf("\n", start)
    ) {
      take(text.slice(start, end));
      endLine();
      start = end + 1;
    }
    if (start < text.length) take(text.slice(start));
    return listener.gate?.();
  });
  take(decoder.decode());
  if (chars > 0) endLine();
}

/**
 * Reads a stream that should hold no long lines to its end, line by line.
 *
 * @param stream The bytes, UTF-8.
 * @param onLine Called with each line, without its LF; with the last one also
 * if it has none.
 * @param charsMax The most characters of a line.
 * @returns Fulfils at the end of the stream.
 * @throws {RangeError} If a line is longer.
 */
export async function readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  onLine: (line: string) => void,
  charsMax: number = LINE_CHARS_MAX,
): Promise<void> {
  await readBoundedLines(stream, charsMax, {
    onLine,
    onTooLong(beginning) {
      throw new RangeError(
        `Cannot read a line of more than ${charsMax} characters, which begins with ${
          printable(beginning)
        }`,
      );
    },
  });
}
