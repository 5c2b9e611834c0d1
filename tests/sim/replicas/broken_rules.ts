/**
 * Runs by rules that are broken on purpose.
 *
 * @module
 */

import { InvariantViolation, simulate } from "../../../lib/sim/run.ts";
import { RULES, type Rules } from "../../../lib/sim/rules.ts";
import { type RunChanges, runOf } from "../runs_of_tests.ts";

/**
 * Finds the first violation of an invariant.
 *
 * @param seedsMax The seeds that are tried, from 0 on.
 * @param rules The rules that are not the right ones.
 * @param changes The run.
 * @returns The invariant that the first seed violates which violates any; null
 * if none does.
 */
export function firstViolation(
  seedsMax: number,
  rules: Partial<Rules>,
  changes: RunChanges,
): string | null {
  for (let seed = 0; seed < seedsMax; seed++) {
    try {
      simulate(runOf({ ...changes, seed }), {
        check: true,
        rules: { ...RULES, ...rules },
      });
    } catch (error) {
      if (!(error instanceof InvariantViolation)) throw error;
      return error.invariant;
    }
  }
  return null;
}
