/**
 * The version of the program, as `deno.json` has it.
 *
 * @module
 */

/** The version. */
export const VERSION = "0.1.0";
