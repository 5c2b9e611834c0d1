/**
 * Lines of a process that is not trusted: of bounded length, and only as fast
 * as whoever reads them wants.
 *
 * @module
 */

const BUFFER_BYTES = 1 << 16;

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
  const reader = stream.getReader({ mode: "byob" });
  const decoder = new TextDecoder();
  let buffer = new ArrayBuffer(BUFFER_BYTES);
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
  while (true) {
    const { value, done } = await reader.read(new Uint8Array(buffer));
    if (value !== undefined) buffer = value.buffer;
    const text = value === undefined || value.length === 0
      ? ""
      : decoder.decode(value, { stream: true });
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
    if (done) break;
    const gate = listener.gate?.();
    if (gate !== undefined) await gate;
  }
  if (chars > 0) endLine();
}
