import type { WorkerOptions } from "../../../lib/live/worker/options.ts";

/**
 * A likes server's options for tests: LikesServer3, which draws three to eight
 * times in two seconds.
 */
export function workerOptions(
  changes: Partial<WorkerOptions> = {},
): WorkerOptions {
  return {
    id: 3,
    session: [0x00c0ffee, 0x00c0ffee],
    startTicks: 0,
    endTicks: 20_000,
    drainFromTicks: 20_000,
    drainTicks: 100_000,
    intervalMinTicks: 2_000,
    intervalMaxTicks: 6_000,
    likesMin: 0,
    likesMax: 42,
    seed: 7,
    delivery: "crdt",
    ackTimeoutTicks: 20_000,
    keepAlive: false,
    ports: [54_321],
    writeTo: "home",
    writeQuorum: 1,
    failover: true,
    readAfterTicks: null,
    readFrom: "home",
    readQuorum: 1,
    readRepair: "off",
    log: "/tmp/LikesServer3",
    tally: false,
    ...changes,
  };
}
