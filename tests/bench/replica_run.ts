// deno-lint-ignore-file no-console
/**
 * One measurement of a virtual run with replicas, or of merging, in a process
 * of its own: a JSON object on standard output.
 *
 * ```sh
 * deno run tests/bench/replica_run.ts '{"replicas":3,"servers":1000,"lifetimeSeconds":60}'
 * ```
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../lib/domain/ticks.ts";
import { parseFaultPlan } from "../../lib/faults/parse.ts";
import { DEFAULT_RUN } from "../../lib/options/run_options.ts";
import {
  EntryBatch,
  mergeBatch,
} from "../../lib/rules/exchange/entry_batch.ts";
import { Feeds } from "../../lib/rules/exchange/feed.ts";
import { HAS_TOTALS, Ledger } from "../../lib/rules/ledger.ts";
import { makeLedgerStorage } from "../../lib/rules/ledger_storage.ts";
import { verdictOf } from "../../lib/sim/run.ts";
import { Simulation } from "../../lib/sim/simulation.ts";

/** The run that is to be measured. */
export interface ReplicaRunRequest {
  /** Number of replicas; 0: nothing is run, entries are merged. */
  readonly replicas: number;
  /** Number of likes servers. */
  readonly servers: number;
  /** The lifetime of each, in virtual seconds. */
  readonly lifetimeSeconds: number;
  /** Such as `exp:20ms`. */
  readonly latency?: string;
  /** Whether each likes server draws once. */
  readonly drawsOnce?: boolean;
}

/** The measurements of a run. */
export interface ReplicaRunResult {
  /** From options to verdict, in seconds. */
  readonly seconds: number;
  /** Reports that reached a replica, or entries merged. */
  readonly count: number;
  /** Resident memory that the run took. */
  readonly bytes: number;
}

/** Events between two looks at the memory. */
const SLICE_EVENTS = 100_000;
const MERGED_ROWS = 1000;
const MERGES = 20_000;

function measureRun(request: ReplicaRunRequest): ReplicaRunResult {
  const { replicas, servers, lifetimeSeconds, latency = "0ms" } = request;
  const lifetimeTicks = lifetimeSeconds * TICKS_PER_SECOND;
  const run = {
    ...DEFAULT_RUN,
    ...{ replicas, servers, lifetimeTicks, spawnIntervalTicks: 0 },
    ...request.drawsOnce && {
      intervalMinTicks: lifetimeTicks / 2,
      intervalMaxTicks: lifetimeTicks / 2 + 1,
      gossip: { kind: "exponential" as const, ticks: TICKS_PER_SECOND },
    },
  };
  const rssBefore = Deno.memoryUsage().rss;
  let rssMax = rssBefore;
  const beganMs = performance.now();
  const faults = parseFaultPlan({ latency }, run);
  const simulation = new Simulation({ ...run, faults });
  while (!simulation.advance(SLICE_EVENTS)) {
    rssMax = Math.max(rssMax, Deno.memoryUsage().rss);
  }
  const verdict = verdictOf(simulation);
  if (verdict.converged !== true) throw new Error("The run did not converge");
  return {
    seconds: (performance.now() - beganMs) / 1000,
    count: verdict.reports ?? 0,
    bytes: Math.max(rssMax, Deno.memoryUsage().rss) - rssBefore,
  };
}

/** Merges batches, every entry of which is raised. */
function measureMerging(): ReplicaRunResult {
  const ledger = new Ledger(makeLedgerStorage(MERGED_ROWS));
  const feeds = new Feeds(1, MERGED_ROWS);
  const batch = new EntryBatch();
  let count = 0;
  let seconds = 0;
  for (let seq = 1; seq <= MERGES; seq++) {
    batch.clear();
    for (let i = 0; i < MERGED_ROWS; i++) {
      batch.add((i * 379) % MERGED_ROWS, seq, 1 | HAS_TOTALS, seq);
    }
    const beganMs = performance.now();
    count += mergeBatch(ledger, feeds, 0, batch, 1);
    seconds += (performance.now() - beganMs) / 1000;
  }
  return { seconds, count, bytes: 0 };
}

if (import.meta.main) {
  const request: ReplicaRunRequest = JSON.parse(Deno.args[0] ?? "");
  console.log(
    JSON.stringify(
      request.replicas === 0 ? measureMerging() : measureRun(request),
    ),
  );
}
