/**
 * The part of `@std/path` that this project uses, with types.
 *
 * The function is the standard library's own; npm carries it without types, so
 * {@link ./path.d.ts} declares it. Where JSR can be reached,
 * `"@std/path": "jsr:@std/path@1/posix"` in deno.json replaces this file.
 *
 * @module
 */

// @ts-types="./path.d.ts"
export { normalize } from "deno-std/path/posix/normalize.js";
