/**
 * A log file in memory, on a disk as large as a test wants it.
 *
 * @module
 */

import type { LogFileHandle } from "../../../lib/platform/log_file.ts";

/** Stands in for a file that is open for appending. */
export class MemoryFile implements LogFileHandle {
  /**
   * Bytes that the disk holds; more are refused as a full disk does: the last
   * write falls short, the next fails.
   */
  diskBytes = Infinity;
  /** Most bytes that one write takes. */
  writeBytesMax = Infinity;
  /** Whether cutting the file fails, too. */
  isUncuttable = false;
  /** Number of writes that took something. */
  writes = 0;
  /** Number of syncs that were begun. */
  syncs = 0;
  /** Promise that a sync waits for. */
  onSync: () => Promise<void> = () => Promise.resolve();
  /** Whether it was closed. */
  isClosed = false;
  #bytes = new Uint8Array(1024);
  #length = 0;

  writeSync(bytes: Uint8Array): number {
    const room = Math.min(this.diskBytes - this.#length, this.writeBytesMax);
    if (room <= 0) throw new Error("No space left on device (os error 28)");
    const count = Math.min(bytes.length, room);
    while (this.#length + count > this.#bytes.length) {
      const longer = new Uint8Array(2 * this.#bytes.length);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    this.#bytes.set(bytes.subarray(0, count), this.#length);
    this.#length += count;
    this.writes++;
    return count;
  }

  truncateSync(length = 0): void {
    if (this.isUncuttable) throw new Error("Input/output error (os error 5)");
    this.#length = length;
  }

  syncData(): Promise<void> {
    this.syncs++;
    return this.onSync();
  }

  close(): void {
    this.isClosed = true;
  }

  /** Content of the file. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }

  /** Content of the file, as text. */
  get text(): string {
    return new TextDecoder().decode(this.bytes);
  }

  /** Lines of the file, without LF; the last one has to have one, too. */
  get lines(): string[] {
    const lines = this.text.split("\n");
    if (lines.pop() !== "") throw new Error("The last line has no LF");
    return lines;
  }
}
