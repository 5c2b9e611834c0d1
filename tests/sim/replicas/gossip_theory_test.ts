// Virtual runs of replicas against what theory says of how a change spreads.

import { assert } from "@std/assert";
import type { GossipStyle } from "../../../lib/domain/replicas.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { spreadingTime } from "../../../lib/verdict/mod.ts";
import { runOf } from "../runs_of_tests.ts";

const MEAN_TICKS = 500;

/** Mean gossip intervals from the count of one draw until all have it. */
function spread(
  seed: number,
  replicas: number,
  style: GossipStyle,
  loss: number,
): number {
  let countedAt = NaN;
  let spreadAt = NaN;
  const having = new Set<number>();
  simulate(
    runOf({
      seed,
      replicas,
      gossip: { kind: "exponential", ticks: MEAN_TICKS },
      gossipStyle: style,
      failover: false,
      likesMin: 1,
      // One draw in the middle, so that the losses last long enough.
      ...{ servers: 1, lifetimeTicks: 99_999 },
      ...{ intervalMinTicks: 50_000, intervalMaxTicks: 50_000 },
      faults: loss > 0 ? { loss: String(loss) } : {},
    }),
    {
      onEvent: ({ t, kind, replica = -1, total = 0 }) => {
        if (kind === "count" && having.size === 0) countedAt = t;
        if (kind !== "count" && (kind !== "merge" || total === 0)) return;
        having.add(replica);
        if (having.size === replicas && Number.isNaN(spreadAt)) spreadAt = t;
      },
    },
  );
  return (spreadAt - countedAt) * 10_000 / MEAN_TICKS;
}

const CASES: [replicas: number, style: GossipStyle, loss: number][] = [
  [2, "push", 0],
  [3, "pull", 0],
  [7, "push", 0],
  [7, "pull", 0],
  [7, "push-pull", 0],
  [20, "push-pull", 0],
  [7, "push", 0.3],
  [7, "pull", 0.3],
  [7, "push-pull", 0.3],
];

for (const [replicas, style, loss] of CASES) {
  Deno.test(`simulate() spreads a draw among ${replicas} replicas by ${style} with loss ${loss} as fast as theory says`, () => {
    const RUNS = 300;
    let sum = 0;
    for (let seed = 0; seed < RUNS; seed++) {
      sum += spread(seed, replicas, style, loss);
    }
    const { mean, variance } = spreadingTime(replicas, style, loss);
    const z = (sum / RUNS - mean) / Math.sqrt(variance / RUNS);
    assert(Math.abs(z) < 4, `${sum / RUNS} instead of ${mean}, z = ${z}`);
  });
}
