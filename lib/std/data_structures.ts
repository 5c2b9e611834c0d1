/**
 * The part of `@std/data-structures` that this project uses, with types.
 *
 * The class is the standard library's own; npm carries it without types, so
 * {@link ./data_structures.d.ts} declares it. Where JSR can be reached,
 * `"@std/data-structures": "jsr:@std/data-structures@1"` in deno.json replaces
 * this file.
 *
 * @module
 */

// @ts-types="./data_structures.d.ts"
export { BinaryHeap } from "deno-std/data_structures/binary_heap.js";
