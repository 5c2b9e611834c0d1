/**
 * What this project uses of `@std/assert`, with types.
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
  assertExists,
  assertFalse,
  assertGreater,
  assertGreaterOrEqual,
  assertInstanceOf,
  AssertionError,
  assertIsError,
  assertLess,
  assertLessOrEqual,
  assertMatch,
  assertNotEquals,
  assertNotMatch,
  assertNotStrictEquals,
  assertObjectMatch,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
  equal,
  fail,
  unreachable,
} from "deno-std/assert/mod.js";
