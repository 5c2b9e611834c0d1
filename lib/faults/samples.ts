/**
 * Measured delays, as a file holds them: a number of milliseconds a line.
 *
 * @module
 */

import { quote } from "./notation.ts";

/** The longest delay that a file may hold: an hour. */
const DELAY_MS_MAX = 3_600_000;

const NUMBER_REGEXP = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads measured delays.
 *
 * @param text The text of a file: a number of milliseconds a line, such as
 * `1.25`, from 0 to an hour. Space around it is passed over.
 * @param given The flag and the file, for the error, such as
 * `--latency "samples:/tmp/mine.txt"`.
 * @returns The delays in milliseconds, in order.
 * @throws {SyntaxError} If there is no line, or one is no number: the line is
 * named.
 * @throws {RangeError} If a number is negative or above an hour.
 *
 * @example Usage
 * ```ts
 * import { parseSamples } from "./samples.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const delays = parseSamples("0.4\n12\n", '--latency "samples:mine.txt"');
 * assertEquals([...delays], [0.4, 12]);
 * ```
 */
export function parseSamples(text: string, given: string): Float64Array {
  const lines = text.split("\n");
  // The last line may have its line feed or not.
  if (lines.at(-1) === "") lines.pop();
  if (text.trim() === "") {
    throw new SyntaxError(
      `Cannot read ${given}: line 1 is missing, a number of milliseconds a line is needed`,
    );
  }
  const delaysMs = new Float64Array(lines.length);
  lines.forEach((line, i) => {
    const word = line.trim();
    if (!NUMBER_REGEXP.test(word)) {
      throw new SyntaxError(
        `Cannot read ${given}: line ${i + 1} is ${
          quote(word)
        }, a number of milliseconds is needed`,
      );
    }
    const delayMs = Number(word);
    if (delayMs < 0 || delayMs > DELAY_MS_MAX) {
      throw new RangeError(
        `Cannot use ${given}: line ${i + 1} is ${
          quote(word)
        }, it must be from 0 to ${DELAY_MS_MAX} milliseconds`,
      );
    }
    // Not -0, which would be below 0 in a sum.
    delaysMs[i] = delayMs + 0;
  });
  return delaysMs;
}
