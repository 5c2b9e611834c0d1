/**
 * Random settings for property tests of the laboratory.
 *
 * @module
 */

import fc from "fast-check";
import { DELIVERIES } from "../../../lib/domain/delivery.ts";
import type { RunOptions } from "../../../lib/options/run_options.ts";
import { readSetting } from "../../../lib/view/lab/setting.ts";
import { faultFlags } from "../../faults/arbitrary.ts";

/**
 * Random settings, always valid, as the form gives them: runs of up to a
 * minute.
 *
 * @returns The arbitrary.
 */
export function settings(): fc.Arbitrary<RunOptions> {
  const tenths = (min: number, max: number) => fc.integer({ min, max });
  return fc.record({
    servers: fc.integer({ min: 1, max: 12 }),
    lifetimeTicks: tenths(20_000, 600_000),
    spawnIntervalTicks: tenths(0, 20_000),
    interval: fc.tuple(tenths(1000, 20_000), tenths(0, 50_000)),
    likes: fc.tuple(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 22 }),
    ),
    delivery: fc.constantFrom(...DELIVERIES),
    ackTimeoutTicks: tenths(10, 50_000),
    drainTicks: tenths(0, 200_000),
    durability: fc.constantFrom("none", "write", "fsync"),
    seed: fc.maxSafeNat(),
  }).chain((run) =>
    faultFlags(run, { neverRestarted: true }).map((faults) => {
      const ms = (ticks: number) => `${ticks / 10}ms`;
      const [low, more] = run.interval;
      const [few, extra] = run.likes;
      const fields = new URLSearchParams({
        servers: `${run.servers}`,
        lifetime: ms(run.lifetimeTicks),
        "spawn-interval": ms(run.spawnIntervalTicks),
        interval: `${ms(low)}..${ms(low + more)}`,
        likes: `${few}..${few + extra}`,
        delivery: run.delivery,
        "ack-timeout": ms(run.ackTimeoutTicks),
        drain: ms(run.drainTicks),
        durability: run.durability,
        seed: `${run.seed}`,
      });
      const { ackLoss, ackLatency: _, ...others } = faults;
      for (
        const [name, given] of Object.entries({
          ...others,
          "ack-loss": ackLoss,
        })
      ) {
        for (const text of [given ?? []].flat()) fields.append(name, text);
      }
      return readSetting(fields);
    })
  );
}
