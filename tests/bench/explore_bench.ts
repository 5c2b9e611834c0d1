/**
 * Explorations: distinct states a second, memory, and the usual bounds.
 *
 * @module
 */

import { type BenchContext, measureRows, type RowPlan } from "./context.ts";
import type { ExploreRunRequest, ExploreRunResult } from "./explore_run.ts";
import { output, ROOT } from "./process.ts";
import { sampleOf, type Table } from "./results.ts";

/** Two servers in mode crdt, with more states than a cache holds. */
const LARGE = { draws: 3, losses: 2, late: 2, reads: 0 } as const;
/** More than ten million states. */
const HUGE = { draws: 4, losses: 3, copies: 2, late: 2, reads: 0 } as const;

const RATE_AT_LEAST = 300_000;
const STATES = 10_000_000;
const MEGABYTES_AT_MOST = 2000;
const SECONDS_AT_MOST = 10;
const MEGABYTE = 1e6;

/**
 * Measures explorations.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const statesMax = context.isQuick ? 300_000 : 3_000_000;
  const plans: RowPlan[] = [{
    name: "two servers, crdt",
    measure: async () => ({
      unit: "states/s" as const,
      load: "explore --draws 3 --losses 2 --late 2 --reads 0",
      ours: sampleOf(
        await measured(
          context.runs,
          { bounds: LARGE, statesMax },
          ({ states, seconds }) => states / seconds,
        ),
      ),
      aim: { atLeast: RATE_AT_LEAST },
    }),
  }, {
    name: "the usual bounds",
    measure: async () => ({
      unit: "s" as const,
      load: "explore",
      ours: sampleOf(
        await measured(context.runs, { bounds: {} }, ({ seconds }) => seconds),
      ),
      aim: { atMost: SECONDS_AT_MOST },
    }),
  }];
  const large: RowPlan[] = context.isQuick ? [] : [{
    name: "memory of ten million states",
    measure: async () => ({
      unit: "MB" as const,
      load: "explore --draws 4 --losses 3 --copies 2 --late 2 --reads 0",
      ours: sampleOf(
        await measured(1, { bounds: HUGE, statesMax: STATES }, (result) => {
          if (result.states < STATES) throw new Error("There are fewer states");
          return result.rssBytes / MEGABYTE;
        }),
      ),
      aim: { atMost: MEGABYTES_AT_MOST },
    }),
  }];
  return [await measureRows(context, "exploration", [...plans, ...large])];
}

async function measured(
  runs: number,
  request: ExploreRunRequest,
  valueOf: (result: ExploreRunResult) => number,
): Promise<number[]> {
  const values: number[] = [];
  for (let run = 0; run < runs; run++) {
    const text = await output(Deno.execPath(), [
      ...["run", "--no-prompt", "--config", `${ROOT}deno.json`],
      ...[`${ROOT}tests/bench/explore_run.ts`, JSON.stringify(request)],
    ]);
    values.push(valueOf(JSON.parse(text)));
  }
  return values;
}
