/**
 * Random runs of quorums that overlap, with random faults that every replica
 * comes back from, and what must hold of each.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { READ_REPAIRS } from "../../../lib/domain/replicas.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { faultPlans } from "../../faults/arbitrary.ts";
import { runOf } from "../runs_of_tests.ts";

/** Read and write quorums of so many replicas that have one in common. */
function overlapping(
  replicas: number,
): fc.Arbitrary<readonly [number, number]> {
  return fc.integer({ min: 1, max: replicas }).chain((read) =>
    fc.integer({ min: replicas + 1 - read, max: replicas })
      .map((write) => [read, write] as const)
  );
}

function runs(replicas: number): fc.Arbitrary<RunOptions> {
  return fc.record({
    quorums: overlapping(replicas),
    readFrom: fc.constantFrom("all", "any", "home" as const),
    readRepair: fc.constantFrom(...READ_REPAIRS),
    delivery: fc.constantFrom("crdt", "dedup" as const),
    readAfterTicks: fc.constantFrom(null, 0, 500),
    gossip: fc.constantFrom(null, { kind: "constant", ticks: 5000 } as const),
    seed: fc.nat(),
  }).chain(({ quorums: [read, write], readFrom, ...rest }) => {
    // A read at home asks one.
    const from = readFrom === "home" && write < replicas ? "all" : readFrom;
    const run = runOf({
      ...rest,
      ...{ replicas, servers: 3, readers: 2, writeTo: "all" },
      ...{ readFrom: from, readQuorum: from === "home" ? 1 : read },
      ...{ writeQuorum: write, lifetimeTicks: 100_000 },
      ...{ intervalMinTicks: 500, intervalMaxTicks: 4000 },
      ...{ readIntervalMinTicks: 500, readIntervalMaxTicks: 2000 },
    });
    return faultPlans(run, { percentMax: 40 })
      .map((faults) => ({ ...run, faults }));
  });
}

/**
 * Tries random runs: every read is fresh; with repair `before` no item goes
 * back, across all readers; no reader sees less from one life of a replica than
 * it saw there (the invariants of `lib/sim/replicas`).
 *
 * @param numRuns How many.
 * @param seed The seed of the runs drawn.
 * @returns How many reads of them were judged.
 */
export function tryOverlappingQuorums(numRuns: number, seed: number): number {
  let judged = 0;
  const property = fc.property(
    fc.integer({ min: 2, max: 5 }).chain(runs),
    (run) => {
      const { reads } = simulate(run, { check: true });
      assert(reads !== undefined);
      judged += reads.count;
      assertEquals([reads.fresh ?? 1, reads.ownMissed], [1, 0]);
      if (run.readRepair === "before") {
        assertEquals(reads.monotonicViolations, 0);
      }
    },
  );
  fc.assert(property, { numRuns, seed });
  return judged;
}
