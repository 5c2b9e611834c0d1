/**
 * Where a live run says what it has to say.
 *
 * @module
 */

const encoder = new TextEncoder();

/** A stream that takes text, such as standard output. */
export interface TextSink {
  /**
   * Writes some of the bytes.
   *
   * @param bytes What to write.
   * @returns How many were written.
   */
  writeSync(bytes: Uint8Array): number;
}

/**
 * Writes a text whole. If nobody reads it any more, the run goes on: its logs and its exit code count, too.
 *
 * @param sink Where to.
 * @param text The text.
 */
export function writeText(sink: TextSink, text: string): void {
  let bytes = encoder.encode(text);
  try {
    while (bytes.length > 0) bytes = bytes.subarray(sink.writeSync(bytes));
  } catch {
    // As said.
  }
}
