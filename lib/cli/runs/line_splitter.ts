/**
 * Lines of a stream of bytes.
 *
 * @module
 */

const LF = 0x0a;

/**
 * Characters of a line that is not over: a file without line feeds is no runs
 * file, however large it is.
 */
const LINE_CHARS_MAX = 1 << 20;

/** Takes bytes apart into lines, whatever pieces they come in. */
export class LineSplitter {
  readonly #decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  #rest = "";
  #bytes = 0;
  #wholeBytes = 0;

  /** Text behind the last line feed. */
  get rest(): string {
    return this.#rest;
  }

  /** Bytes up to and with the last line feed. */
  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** Whether a line is longer than any that this program writes. */
  get isTooLong(): boolean {
    return this.#rest.length > LINE_CHARS_MAX;
  }

  /**
   * Takes the next bytes.
   *
   * @param bytes The bytes; read at once, not kept.
   * @returns Lines that they end, without their line feeds.
   */
  push(bytes: Uint8Array): string[] {
    const last = bytes.lastIndexOf(LF);
    if (last >= 0) this.#wholeBytes = this.#bytes + last + 1;
    this.#bytes += bytes.length;
    const text = this.#rest + this.#decoder.decode(bytes, { stream: true });
    const lines = text.split("\n");
    this.#rest = lines.pop() ?? "";
    return lines;
  }
}
