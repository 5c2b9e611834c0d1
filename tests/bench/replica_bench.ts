/**
 * Virtual runs with replicas, beside aims and beside a run with one.
 *
 * @module
 */

import {
  type BenchContext,
  inTurns,
  measureRows,
  type RowPlan,
} from "./context.ts";
import { output, ROOT } from "./process.ts";
import type { ReplicaRunRequest, ReplicaRunResult } from "./replica_run.ts";
import { sampleOf, type Table } from "./results.ts";

/** Medians of five. */
const RUNS = 5;

const ONE: ReplicaRunRequest = {
  ...{ replicas: 1, servers: 100_000, lifetimeSeconds: 60 },
  latency: "exp:20ms",
};
const THREE: ReplicaRunRequest = { ...ONE, replicas: 3 };
const THOUSAND: ReplicaRunRequest = {
  ...{ replicas: 1000, servers: 1000, lifetimeSeconds: 60 },
};
const TEN_THOUSAND: ReplicaRunRequest = {
  ...{ replicas: 10_000, servers: 1, lifetimeSeconds: 20, drawsOnce: true },
};
const MERGING: ReplicaRunRequest = {
  ...{ replicas: 0, servers: 0, lifetimeSeconds: 0 },
};

const GIGABYTE = 1e9;

/**
 * Measures virtual runs with replicas.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const thousand = once(() => results(THOUSAND));
  const plans: RowPlan[] = [
    {
      name: "a report at 100,000 servers with 3 replicas, beside one with 1",
      measure: async () => {
        const [one = [], three = []] = await inTurns([
          { measure: async () => costOf(await result(ONE)) },
          { measure: async () => costOf(await result(THREE)) },
        ], RUNS);
        return {
          unit: "times",
          load: "--replicas 3 --gossip 1s --latency exp:20ms, 60 s",
          ours: sampleOf(three.map((cost, i) => cost / (one[i] ?? NaN))),
          aim: { atMost: 2.5 },
        };
      },
    },
    {
      name: "1,000 replicas of 1,000 servers, 60 s",
      measure: async () => ({
        unit: "s",
        load: "--replicas 1000 --servers 1000 --lifetime 60s --gossip 1s",
        ours: sampleOf((await thousand()).map(({ seconds }) => seconds)),
        aim: { atMost: 10 },
      }),
    },
    {
      name: "memory of these",
      measure: async () => ({
        unit: "bytes",
        ours: sampleOf((await thousand()).map(({ bytes }) => bytes)),
        aim: { atMost: GIGABYTE },
      }),
    },
    {
      name: "10,000 replicas of one server that draws once",
      measure: async () => ({
        unit: "s",
        load:
          "--replicas 10000 --servers 1 --lifetime 20s --interval 10s --gossip exp:1s",
        ours: sampleOf(
          (await results(TEN_THOUSAND)).map(({ seconds }) => seconds),
        ),
        aim: { atMost: 1 },
      }),
    },
    {
      name: "entries merged a second",
      measure: async () => ({
        unit: "entries/s",
        ours: sampleOf(
          (await results(MERGING)).map(({ count, seconds }) => count / seconds),
        ),
        aim: { atLeast: 20e6 },
      }),
    },
  ];
  return [
    await measureRows(
      context,
      "virtual run with replicas",
      context.isQuick ? plans.slice(3) : plans,
    ),
  ];
}

/** Seconds a report. */
function costOf({ seconds, count }: ReplicaRunResult): number {
  return seconds / count;
}

async function results(
  request: ReplicaRunRequest,
): Promise<ReplicaRunResult[]> {
  const all: ReplicaRunResult[] = [];
  for (let i = 0; i < RUNS; i++) all.push(await result(request));
  return all;
}

async function result(request: ReplicaRunRequest): Promise<ReplicaRunResult> {
  return JSON.parse(
    await output(Deno.execPath(), [
      ...["run", "--no-prompt"],
      ...["--config", `${ROOT}deno.json`, `--allow-read=${ROOT}`],
      ...[`${ROOT}tests/bench/replica_run.ts`, JSON.stringify(request)],
    ]),
  );
}

/** Measures at the first call, and tells the same at every other. */
function once<Value>(measure: () => Promise<Value>): () => Promise<Value> {
  let measured: Promise<Value> | null = null;
  return () => measured ??= measure();
}
