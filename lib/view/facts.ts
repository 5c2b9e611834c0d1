/**
 * Facts on a run: names with their values, as far as they are known.
 *
 * @module
 */

/** A name, its value, and whether that belongs on a command line. */
export type Fact = readonly [name: string, value: string, isCode?: boolean];

/**
 * Leaves out facts that are not known.
 *
 * @param facts Names and values; undefined, false or empty where a fact is not
 * known, or does not apply.
 * @returns The others, in order.
 *
 * @example
 * ```ts
 * import { knownFacts } from "./facts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   knownFacts([["seed", "7"], ["readers", undefined], ["cost", ""]]),
 *   [["seed", "7"]],
 * );
 * ```
 */
export function knownFacts(
  facts: readonly (readonly [
    name: string,
    value: string | false | undefined,
    isCode?: boolean,
  ])[],
): Fact[] {
  return facts.filter((fact): fact is Fact => Boolean(fact[1]));
}
