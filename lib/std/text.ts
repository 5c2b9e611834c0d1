/**
 * The part of `@std/text` that this project uses, with types.
 *
 * The functions are the standard library's own; npm carries them without types,
 * so {@link ./text.d.ts} declares them. Where JSR can be reached,
 * `"@std/text": "jsr:@std/text@1"` in deno.json replaces this file.
 *
 * @module
 */

// @ts-types="./text.d.ts"
export { closestString, levenshteinDistance } from "deno-std/text/mod.js";
