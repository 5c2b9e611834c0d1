/**
 * The time that the primary takes to answer.
 *
 * @module
 */

import { type BenchContext, inTurns, type RowPlan } from "./context.ts";
import { type Pipelined, pipelinedLoad, sendPipelined } from "./loads.ts";
import { output } from "./process.ts";
import { compare, type Row, sampleOf } from "./results.ts";
import { startLimit, startPrimary } from "./servers.ts";
import { yardstick } from "./yardsticks.ts";

const HALF_LOADED: Pipelined = { connections: 8, depth: 16, isMarked: true };
const PIPELINED: Pipelined = { connections: 8, depth: 100, isMarked: true };

/**
 * Clients of the original kind beside a full load, and reports that they send a
 * second together.
 */
const ORIGINAL_CLIENTS = 2;
const ORIGINAL_RATE = 200;

/** The output of `paced_load`: milliseconds. */
export interface Quantiles {
  readonly p999: number;
  readonly max: number;
}

/**
 * The rows about latency.
 *
 * @param context How the benchmark is run.
 * @returns The rows.
 */
export function latencyPlans(context: BenchContext): RowPlan[] {
  return [
    {
      name: "latency at half of the depth 16 load, 99.9th percentile",
      measure: () => underHalfLoad(context),
    },
    {
      name: "latency of original clients beside the depth 100 load, maximum",
      measure: () => besidePipelined(context),
    },
  ];
}

async function underHalfLoad(
  context: BenchContext,
): Promise<Omit<Row, "name">> {
  const rate = Math.round(await fullRate(context) / 2);
  await using primary = await startPrimary(context);
  // Beside it what the machine does to any server at that pace, whoever else it
  // works for.
  await using limit = await startLimit(context);
  const contenders = [primary, limit].map(({ port }) => ({
    measure: async () => (await paced(context, port, HALF_LOADED, rate)).p999,
  }));
  await inTurns(contenders, 1);
  const [ours = [], theirs = []] = await inTurns(contenders, context.runs);
  return {
    unit: "ms",
    load: `paced_load PORT 8 16 ${rate} ${context.loadSeconds}`,
    ours: sampleOf(ours),
    aim: { atMost: 20 },
    peers: [compare("primary_limit", ours, theirs)],
  };
}

/**
 * From a primary of its own, whose journal is gone afterwards: nothing of it is
 * still on its way to the disk.
 */
async function fullRate(context: BenchContext): Promise<number> {
  await using primary = await startPrimary(context);
  const full = pipelinedLoad(context, primary.port, HALF_LOADED);
  await full.warmUp();
  return await full.measure();
}

async function besidePipelined(
  context: BenchContext,
): Promise<Omit<Row, "name">> {
  await yardstick("paced_load", context.folder); // Or it is skipped before anything runs.
  await using primary = await startPrimary(context);
  const { port } = primary;
  const load = pipelinedLoad(context, port, PIPELINED);
  const rate = await load.warmUp();
  const step = PIPELINED.connections * PIPELINED.depth;
  // Longer than the clients are measured, so that the load is there all the
  // time.
  const reports = Math.ceil(rate * (context.loadSeconds + 1) / step) * step;
  const clients = { connections: ORIGINAL_CLIENTS, depth: 0 };
  const values: number[] = [];
  for (let run = 0; run < context.runs; run++) {
    const loading = sendPipelined(context, port, PIPELINED, reports);
    values.push((await paced(context, port, clients, ORIGINAL_RATE)).max);
    await loading;
  }
  return {
    unit: "ms",
    load: `pipelined_load PORT 8 REPORTS 100 mark, paced_load PORT ` +
      `${ORIGINAL_CLIENTS} 0 ${ORIGINAL_RATE} ${context.loadSeconds}`,
    ours: sampleOf(values),
    aim: { atMost: 50 },
  };
}

/**
 * Runs `paced_load` once.
 *
 * @param context How the benchmark is run.
 * @param port Whom to load.
 * @param clients Connections, and reports that each sends at once; 0: original
 * clients, a connection for each report.
 * @param rate Reports a second, together.
 * @returns How long replies took.
 * @throws {Error} If a report was not acknowledged.
 */
export async function paced(
  context: BenchContext,
  port: number,
  { connections, depth }: Pick<Pipelined, "connections" | "depth">,
  rate: number,
): Promise<Quantiles> {
  const program = await yardstick("paced_load", context.folder);
  const args = [port, connections, depth, rate, context.loadSeconds];
  const text = await output(program, args.map(String));
  const match = /ok \d+ other 0 .* p999 ([\d.]+) max ([\d.]+)$/m.exec(text);
  if (match === null) throw new Error(`Odd result of paced_load: ${text}`);
  return { p999: Number(match[1]), max: Number(match[2]) };
}
