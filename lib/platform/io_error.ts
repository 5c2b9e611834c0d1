/**
 * Errors of the world outside, told from errors in this program.
 *
 * @module
 */

/** The code that Deno gives an error of the system, such as `EIO`. */
const SYSTEM_CODE_REGEXP = /^E[A-Z0-9]+$/;

/**
 * Whether an error is one of input and output, which nothing in this program
 * has to be wrong for: a connection that the other side has reset or this side
 * has closed, a disk that fails. A missing permission is none: the program
 * asked for what it may not have.
 *
 * @param error What was thrown.
 * @returns Whether it is one of `Deno.errors`, `NotCapable` excepted, or has
 * the code of an error of the system.
 */
export function isIoError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof Deno.errors.NotCapable) return false;
  if ("code" in error && SYSTEM_CODE_REGEXP.test(`${error.code}`)) return true;
  return Object.values(Deno.errors).some((kind) => error instanceof kind);
}
