/**
 * Predictions of quorums beside `wars`, a loop in C that draws the same trials
 * of one pair and keeps their times. Its quantiles, which it sorts for, are not
 * in its time; ours are in ours.
 *
 * @module
 */

import {
  type BenchContext,
  inTurns,
  measureRows,
  type RowPlan,
} from "./context.ts";
import type { PredictRunRequest } from "./predict_run.ts";
import { output, ROOT } from "./process.ts";
import { compare, sampleOf, type Table } from "./results.ts";
import { yardstick } from "./yardsticks.ts";

/** What is measured, with what is aimed at beside `wars`. */
interface Store {
  readonly name: string;
  /** The setting, as we call it and as `wars` does. */
  readonly setting: readonly [ours: string, theirs: string];
  readonly replicas: number;
}

const STORES: readonly Store[] = [
  { name: "lnkd-ssd, N=3", setting: ["lnkd-ssd", "ssd"], replicas: 3 },
  { name: "lnkd-disk, N=3", setting: ["lnkd-disk", "disk"], replicas: 3 },
  { name: "lnkd-disk, N=5", setting: ["lnkd-disk", "disk"], replicas: 5 },
];

const ONE_AT_LEAST = 0.6;
/** All pairs take at most three times as long as one. */
const ALL_AT_LEAST = 1 / 3;

/**
 * Measures predictions.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const trials = context.isQuick ? 1_000_000 : 4_000_000;
  const plans: RowPlan[] = STORES.flatMap((store) => [
    {
      name: `${store.name}, R=W=1`,
      measure: () => besideWars(context, store, trials),
    },
    {
      name: `${store.name}, all ${store.replicas ** 2} pairs`,
      measure: () => besideOne(context, store, trials),
    },
  ]);
  return [await measureRows(context, "prediction, trials a second", plans)];
}

async function besideWars(
  context: BenchContext,
  { setting: [ours, theirs], replicas }: Store,
  trials: number,
) {
  const program = await yardstick("wars", context.folder);
  const [one = [], c = []] = await inTurns([
    {
      measure: () => predictRun({ setting: ours, replicas, quorum: 1, trials }),
    },
    { measure: () => warsRun(program, theirs, replicas, trials) },
  ], context.runs);
  return {
    unit: "trials/s" as const,
    load: `predict --latency ${ours} --read-quorum 1 --write-quorum 1`,
    ours: sampleOf(one),
    peers: [compare("wars", one, c, { atLeast: ONE_AT_LEAST })],
  };
}

async function besideOne(
  context: BenchContext,
  { setting: [setting], replicas }: Store,
  trials: number,
) {
  const [all = [], one = []] = await inTurns([
    { measure: () => predictRun({ setting, replicas, quorum: null, trials }) },
    { measure: () => predictRun({ setting, replicas, quorum: 1, trials }) },
  ], context.runs);
  const aim = { atLeast: ALL_AT_LEAST };
  return {
    unit: "trials/s" as const,
    load: `predict --latency ${setting}`,
    ours: sampleOf(all),
    peers: [compare("R=W=1 alone", all, one, aim)],
  };
}

async function predictRun(request: PredictRunRequest): Promise<number> {
  const text = await output(Deno.execPath(), [
    ...["run", "--no-prompt", "--config", `${ROOT}deno.json`],
    ...[`${ROOT}tests/bench/predict_run.ts`, JSON.stringify(request)],
  ]);
  return JSON.parse(text).trialsPerSecond;
}

async function warsRun(
  program: string,
  setting: string,
  replicas: number,
  trials: number,
): Promise<number> {
  const args = [setting, replicas, 1, 1, trials].map(String);
  const text = await output(program, args);
  return Number(/^([\d.]+)M trials\/s/.exec(text)?.[1] ?? NaN) * 1e6;
}
