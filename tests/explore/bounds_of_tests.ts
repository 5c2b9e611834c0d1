/**
 * Small bounds for tests.
 *
 * @module
 */

import { Exploration } from "../../lib/explore/exploration.ts";
import type { ExplorationResult } from "../../lib/explore/exploration.ts";
import { type Bounds, DEFAULT_BOUNDS } from "../../lib/explore/model/bounds.ts";
import { RULES, type Rules } from "../../lib/explore/model/rules.ts";

/** The usual bounds, some of them changed. */
export function boundsOf(changes: Partial<Bounds>): Bounds {
  return { ...DEFAULT_BOUNDS, reads: 0, ...changes };
}

/** Only what is given may happen. */
export function onlyOf(changes: Partial<Bounds>): Bounds {
  return boundsOf({
    ...{ losses: 0, copies: 0, crashes: 0, late: 0, exchanges: 0 },
    ...changes,
  });
}

/** Explores everything. */
export function explore(
  bounds: Bounds,
  rules: Partial<Rules> = {},
): ExplorationResult {
  const exploration = new Exploration(bounds, Infinity, {
    ...RULES,
    ...rules,
  });
  while (!exploration.advance(10_000));
  return exploration.result();
}
