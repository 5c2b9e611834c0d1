/**
 * Where a live run says what it has to say.
 *
 * @module
 */

import { messageOf } from "./start_error.ts";

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

/** Where a result goes, and what is wrong with it. */
export interface ResultStreams {
  /** Standard output. */
  readonly stdout: TextSink;
  /** Standard error. */
  readonly stderr: TextSink;
}

/** Exit code of a command whose result could not be written. */
export const EXIT_UNTOLD = 1;

/**
 * What became of a result: it was written, nobody reads it any more, or it
 * could not be written.
 */
export type Delivered = "written" | "unread" | "failed";

/**
 * Writes a text whole. If nobody reads it any more, the run goes on: its logs
 * and its exit code count, too.
 *
 * @param sink Where to.
 * @param text The text.
 */
export function writeText(sink: TextSink, text: string): void {
  try {
    writeWhole(sink, text);
  } catch {
    // As said.
  }
}

/**
 * Writes what a command was started for to standard output, or says on standard
 * error why that cannot be done: a script must not take a document that is
 * missing for one that says all is well. A reader who has seen enough and has
 * closed its end of a pipe, as `head` does, is no failure.
 *
 * @param text The result.
 * @param code What the command is to exit with.
 * @param streams Standard output and standard error.
 * @returns `code`; 1 if the result could not be written.
 */
export function writeResult(
  text: string,
  code = 0,
  streams?: ResultStreams,
): number {
  return deliverResult(text, streams) === "failed" ? EXIT_UNTOLD : code;
}

/**
 * The same for a result that comes in parts: tells whether somebody still waits
 * for the next one.
 *
 * @param text The part.
 * @param streams Standard output and standard error.
 * @returns What became of it.
 */
export function deliverResult(
  text: string,
  streams: ResultStreams = Deno,
): Delivered {
  try {
    writeWhole(streams.stdout, text);
    return "written";
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) return "unread";
    writeText(
      streams.stderr,
      `error: Cannot write the result to standard output: ${
        messageOf(error)
      }\n`,
    );
    return "failed";
  }
}

function writeWhole(sink: TextSink, text: string): void {
  let bytes = encoder.encode(text);
  while (bytes.length > 0) {
    const count = sink.writeSync(bytes);
    if (count === 0) throw new Deno.errors.WriteZero("Nothing was written");
    bytes = bytes.subarray(count);
  }
}
