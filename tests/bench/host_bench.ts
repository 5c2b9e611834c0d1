/**
 * Runs of other people's programs: messages between nodes that cost nothing,
 * many nodes, and the time to a first verdict.
 *
 * @module
 */

import { type BenchContext, measureRows, type RowPlan } from "./context.ts";
import type { HostRunRequest, HostRunResult } from "./host_run.ts";
import { output, ROOT } from "./process.ts";
import { sampleOf, type Table } from "./results.ts";
import { yardstick } from "./yardsticks.ts";

/** Medians of three. */
const RUNS = 3;

/**
 * Balls that each of 25 nodes throws: so many messages are always under way.
 */
const BALLS = 20;

/**
 * Measures runs of other people's programs.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const lifetimeSeconds = context.isQuick ? 1 : 5;
  const resultsOf = async (nodes: number, balls: number) => {
    const program = await yardstick("node_echo", context.folder);
    const { folder: logDir } = context;
    const args = [`${balls}`];
    const results: HostRunResult[] = [];
    for (let i = 0; i < (context.isQuick ? 1 : RUNS); i++) {
      results.push(
        await measured({ nodes, lifetimeSeconds, program, args, logDir }),
      );
    }
    return results;
  };
  const busy = once(() => resultsOf(25, BALLS));
  const many = once(() => resultsOf(1000, 0));
  const plans: RowPlan[] = [
    {
      name: "messages between 25 nodes",
      measure: async () => ({
        unit: "messages/s",
        load: `node_echo ${BALLS}, in C: each passes on what it gets`,
        ours: sampleOf(
          (await busy()).map(({ messagesPerSecond }) => messagesPerSecond),
        ),
        aim: { atLeast: 60_000 },
      }),
    },
    {
      name: "memory of the host of these",
      measure: async () => ({
        unit: "MB",
        ours: sampleOf((await busy()).map(({ bytes }) => bytes / 1e6)),
        aim: { atMost: 200 },
      }),
    },
    {
      name: "1,000 nodes start and answer",
      measure: async () => ({
        unit: "s",
        ours: sampleOf((await many()).map(({ startSeconds }) => startSeconds)),
        aim: { atMost: 20 },
      }),
    },
    {
      name: "memory of the host of these 1,000",
      measure: async () => ({
        unit: "MB",
        ours: sampleOf((await many()).map(({ bytes }) => bytes / 1e6)),
        aim: { atMost: 200 },
      }),
    },
    {
      name: "first verdict, for a lifetime of 10 s",
      measure: async () => ({
        unit: "s",
        load:
          "deno task host --workload broadcast --lifetime 10s -- broadcast.py",
        ours: sampleOf([await firstVerdictSeconds(context.folder)]),
        aim: { atMost: 30 },
      }),
    },
  ];
  return [
    await measureRows(
      context,
      "other people's programs",
      context.isQuick ? plans.slice(0, 2) : plans,
    ),
  ];
}

async function measured(request: HostRunRequest): Promise<HostRunResult> {
  return JSON.parse(
    await output(Deno.execPath(), [
      ...["run", "--no-prompt", "--config", `${ROOT}deno.json`],
      ...[`--allow-write=${request.logDir}`, "--allow-run"],
      ...[`${ROOT}tests/bench/host_run.ts`, JSON.stringify(request)],
    ]),
  );
}

async function firstVerdictSeconds(folder: string): Promise<number> {
  const beganMs = performance.now();
  await output(Deno.execPath(), [
    ...["run", "--no-prompt", "--config", `${ROOT}deno.json`],
    ...[`--allow-write=${folder}`, "--allow-run", `${ROOT}main.ts`, "host"],
    ...["--workload", "broadcast", "--lifetime", "10s", "--log-dir", folder],
    ...["--", `${ROOT}tests/host/nodes/broadcast.py`],
  ]);
  return (performance.now() - beganMs) / 1000;
}

/** Measures at the first call, and tells the same at every other. */
function once<Value>(measure: () => Promise<Value>): () => Promise<Value> {
  let result: Promise<Value> | null = null;
  return () => result ??= measure();
}
