/**
 * The error of a command line that cannot be followed.
 *
 * @module
 */

/**
 * A command line was wrong: an unknown flag, a bad value, a missing operand.
 * The message names the flag, what was given and what is allowed. `main.ts`
 * prints it and exits with 2, having started nothing.
 */
export class UsageError extends Error {
  /** The name that stack traces print. */
  override readonly name = "UsageError";
}

/**
 * Calls `read`, and makes a usage error of what it throws about a value: a
 * `SyntaxError` (the wrong form) or a `RangeError` (out of bounds). Any other
 * error is a defect and passes through.
 *
 * @param read Reads something a user has typed.
 * @returns What `read` returns.
 * @throws {UsageError} With the message of the error that `read` threw.
 *
 * @example Usage
 * ```ts
 * import { asUsage, UsageError } from "./usage_error.ts";
 * import { assertThrows } from "@std/assert";
 *
 * assertThrows(
 *   () => asUsage(() => {
 *     throw new RangeError("Cannot use --port: it must be from 0 to 65535");
 *   }),
 *   UsageError,
 *   "--port",
 * );
 * ```
 */
export function asUsage<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof RangeError) {
      throw new UsageError(error.message, { cause: error });
    }
    throw error;
  }
}
