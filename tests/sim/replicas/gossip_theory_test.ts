// Virtual runs of replicas against what theory says of how a change spreads.

import type { GossipStyle } from "../../../lib/domain/replicas.ts";
import { simulate } from "../../../lib/sim/run.ts";
import { assertSpreadsAsTheorySays, spreadingCases } from "../../spreading.ts";
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

for (const of of spreadingCases(7, 20)) {
  const [replicas, style, loss] = of;
  Deno.test(`simulate() spreads a draw among ${replicas} replicas by ${style} with loss ${loss} as fast as theory says`, () => {
    assertSpreadsAsTheorySays(spread, 300, 4, of);
  });
}
