/**
 * Files of lines that are written while something goes on that must not wait.
 *
 * @module
 */

import { messageOf } from "./start_error.ts";

/** Lines are written this many characters at a time. */
const CHUNK_CHARS = 1 << 16;

/** Characters that may wait for the disk before a run in virtual time waits. */
const BEHIND_CHARS = 1 << 22;

/**
 * Characters that may wait for the disk in all: a live run does not wait for
 * it, so the file of one that writes more than its disk takes ends here.
 */
const WAITING_CHARS_MAX = 1 << 26;

const LF = 0x0a;

/** Part of a file that is needed; a test can stand in for a slow disk. */
export type LineFileHandle = Pick<
  Deno.FsFile,
  "write" | "truncate" | "close"
>;

const encoder = new TextEncoder();

/**
 * Writes lines in the background: a slow disk holds up no simulated network.
 * The file has whole lines only and no gap; where it could not go on, it ends.
 */
export class LineFile {
  readonly #file: LineFileHandle;
  readonly #complain: (reason: string) => void;
  /** Lines that are not yet on their way to the disk, in chunks. */
  #chunks: string[] = [];
  #text = "";
  #waitingChars = 0;
  /** Bytes of whole lines in the file. */
  #wholeBytes = 0;
  #isBroken = false;
  #writing: Promise<void> | undefined;

  /**
   * A file without lines.
   *
   * @param file Where they are written, empty; belongs to this from now on.
   * @param complain Is told, once, why the file ends before its lines do: what
   * goes on is more important.
   */
  constructor(file: LineFileHandle, complain: (reason: string) => void) {
    this.#file = file;
    this.#complain = complain;
  }

  /** Whether the file has ended, so that further lines are left out. */
  get isBroken(): boolean {
    return this.#isBroken;
  }

  /**
   * Takes the next line.
   *
   * @param line The line, without its line feed.
   */
  add(line: string): void {
    if (this.#isBroken) return;
    this.#text += `${line}\n`;
    if (this.#text.length >= CHUNK_CHARS) this.#flush();
  }

  /**
   * Waits for the disk if it is far behind: for a run that makes lines faster
   * than any disk takes them.
   *
   * @returns Fulfils when the run may go on.
   */
  async caughtUp(): Promise<void> {
    if (this.#waitingChars > BEHIND_CHARS) await this.#writing;
  }

  /**
   * Writes what is left and closes the file.
   *
   * @returns Whether every line is in it.
   */
  async end(): Promise<boolean> {
    this.#flush();
    await this.#writing;
    this.#file.close();
    return !this.#isBroken;
  }

  #flush(): void {
    if (this.#text === "") return;
    this.#chunks.push(this.#text);
    this.#waitingChars += this.#text.length;
    this.#text = "";
    if (this.#waitingChars > WAITING_CHARS_MAX) {
      this.#break("the disk is slower than the run");
    }
    this.#writing ??= this.#writeAll().finally(() => this.#writing = undefined);
  }

  async #writeAll(): Promise<void> {
    for (let chunk; (chunk = this.#chunks.shift()) !== undefined;) {
      await this.#write(encoder.encode(chunk));
      this.#waitingChars = Math.max(0, this.#waitingChars - chunk.length);
    }
  }

  async #write(lines: Uint8Array): Promise<void> {
    let written = 0;
    try {
      while (written < lines.length) {
        const count = await this.#file.write(lines.subarray(written));
        if (count === 0) throw new Deno.errors.WriteZero("Nothing was written");
        written += count;
      }
    } catch (error) {
      this.#break(messageOf(error));
      // A piece of a line may stand at the end.
      written = lines.subarray(0, written).lastIndexOf(LF) + 1;
      await this.#file.truncate(this.#wholeBytes + written).catch(() => {});
    }
    this.#wholeBytes += written;
  }

  #break(reason: string): void {
    // With a piece missing from its middle it would tell something else.
    this.#chunks = [];
    this.#waitingChars = 0;
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#complain(reason);
  }
}
