/**
 * The part of `@std/cli/parse-args` that this project uses, with types.
 *
 * The function is the standard library's own; npm carries it without types, so
 * {@link ./parse_args.d.ts} declares it. Where JSR can be reached,
 * `"@std/cli/parse-args": "jsr:@std/cli@1/parse-args"` in deno.json replaces
 * this file.
 *
 * @module
 */

// @ts-types="./parse_args.d.ts"
export { parseArgs } from "deno-std/cli/parse_args.js";
