// Sweeps for tests, whose runs nobody has to simulate.

import type { Sweep } from "../../../lib/cli/runs/sweep.ts";
import { SweepRuns } from "../../../lib/cli/runs/sweep.ts";
import { formatRunLine } from "../../../lib/cli/runs/run_line.ts";
import { formatHeader, headerOf } from "../../../lib/cli/runs/runs_header.ts";
import type { Shard } from "../../../lib/options/shard.ts";
import type { RunFigures } from "../../../lib/verdict/runs/figures.ts";
import { runOf } from "../../sim/runs_of_tests.ts";

/**
 * A sweep.
 *
 * @param changes What is not as usual.
 * @returns Ten runs of `sim` from seed 100 on.
 */
export function sweepFor(changes: Partial<Sweep> = {}): Sweep {
  return {
    command: "sim",
    run: runOf({ seed: 100, faults: { loss: "1/10" } }),
    quorums: false,
    check: false,
    runs: 10,
    shard: { index: 0, count: 1 },
    ...changes,
  };
}

/**
 * Made-up figures of a run, all of which depend on which run it is.
 *
 * @param runs The runs of a part.
 * @param i The number of the run in it.
 * @returns The figures.
 */
export function figuresFor(runs: SweepRuns, i: number): RunFigures {
  const { seed, delivery, readQuorum, writeQuorum } = runs.at(i);
  // Whatever came of it, these tell it from all others.
  const { reason: _, ...which } = runs.figuresAt(i, { violation: "none" });
  const key = seed + delivery.length + 100 * readQuorum + 1000 * writeQuorum;
  const bits = Math.imul(key, 0x9e3779b1) >>> 0;
  const lost = bits % 5 === 0 ? bits % 7 : 0;
  const converged = lost === 0;
  const seconds = (bits % 100_003) / 10_000;
  return {
    ...{ ...which, converged, draws: 100 },
    ...{ generated: 2_000 + bits % 997, acknowledged: 2_000 },
    ...{ counted: 1_900 + bits % 97, undelivered: 0, lost, countedTwice: 0 },
    convergenceSeconds: converged ? seconds : null,
    ...{ stalenessSecondsP99: 3 * seconds, reports: bits % 1009 },
    ...{ messages: bits % 2003, virtualSeconds: 309 },
    ...{ agreementSeconds: converged ? seconds : null, apartSeconds: 1 },
    ...{ propagationSecondsP99: seconds / 2, spreadP99: bits % 43 },
    ...{ reads: 50, readsUnanswered: 1, readSecondsP50: 0.1 },
    ...{ readSecondsP99: 0.2, readsFresh: (bits % 51) / 50 },
    ...{ monotonicPairs: 9, monotonicViolations: bits % 3 },
    freshAfter: [[0, 10, bits % 11], [1, 5, bits % 6]],
    digest: bits.toString(16).padStart(16, "0"),
    ...!converged && {
      findings: ["lost"] as const,
      reason: `likes: ${lost} lost`,
    },
  };
}

/**
 * The lines of a shard's file.
 *
 * @param sweep The runs.
 * @param shard The shard.
 * @returns Each with its line feed; the first says what was run.
 */
export function linesOf(sweep: Sweep, shard: Shard): string[] {
  const header = headerOf({ ...sweep, shard });
  const runs = new SweepRuns({ ...sweep, shard });
  return [
    `${formatHeader(header)}\n`,
    ...Array.from({ length: runs.count }, (_, i) => {
      const run = figuresFor(runs, i);
      const command = `likes sim --seed ${run.seed}`;
      return formatRunLine(run, header.sweep, () => command);
    }),
  ];
}
