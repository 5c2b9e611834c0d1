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
    check: false,
    runs: 10,
    shard: { index: 0, count: 1 },
    ...changes,
  };
}

/**
 * Made-up figures of a run, all of which depend on its seed.
 *
 * @param seed The seed.
 * @param delivery The mode.
 * @returns The figures.
 */
export function figuresFor(seed: number, delivery: string): RunFigures {
  const bits = Math.imul(seed + delivery.length, 0x9e3779b1) >>> 0;
  const lost = bits % 5 === 0 ? bits % 7 : 0;
  const converged = lost === 0;
  const seconds = (bits % 100_003) / 10_000;
  return {
    ...{ seed, delivery, converged, draws: 100 },
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
      const { seed, delivery } = runs.at(i);
      const run = figuresFor(seed, delivery);
      return formatRunLine(run, header.sweep, () => `likes sim --seed ${seed}`);
    }),
  ];
}
