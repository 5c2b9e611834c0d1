/**
 * The part of `@std/fs` that this project uses, with types.
 *
 * The functions are the standard library's own; npm carries them without types,
 * so {@link ./fs.d.ts} declares them. Where JSR can be reached,
 * `"@std/fs": "jsr:@std/fs@1"` in deno.json replaces this file.
 *
 * @module
 */

// @ts-types="./fs.d.ts"
export { ensureDir, exists, walk } from "deno-std/fs/mod.js";
