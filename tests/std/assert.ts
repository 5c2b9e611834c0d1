/**
 * The part of `@std/assert` that tests and examples use, with types.
 *
 * The functions are the standard library's own; npm carries them without types,
 * so {@link ./assert.d.ts} declares them. Where JSR can be reached,
 * `"@std/assert": "jsr:@std/assert@1"` in deno.json replaces this file.
 *
 * @module
 */

// @ts-types="./assert.d.ts"
export {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertFalse,
  assertGreater,
  AssertionError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "deno-std/assert/mod.js";
