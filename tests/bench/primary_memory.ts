/**
 * The memory of the primary after many reports and with many
 * connections.
 *
 * @module
 */

import type { BenchContext, RowPlan } from "./context.ts";
import { type Pipelined, sendPipelined } from "./loads.ts";
import { residentMb, sleep } from "./process.ts";
import { type Row, sampleOf, Skipped } from "./results.ts";
import { type Listening, startPrimary } from "./servers.ts";

const LOAD: Pipelined = { connections: 8, depth: 100, isMarked: true };
const FIRST_REPORTS = 1_000_000;
const REPORTS = 5_000_000;
const REPORTS_LONG = 100_000_000;
const SAMPLE_MS = 250;

const IDLE_CONNECTIONS = 10_000;
/** Connections opened at the same time. */
const BURST = 100;

/**
 * The largest difference that counts as flat, in MB, between the first and the
 * last third of the time.
 */
const GROWTH_MB_MAX = 10;

/**
 * The rows about memory.
 *
 * @param context How the benchmark is run.
 * @returns The rows.
 */
export function memoryPlans(context: BenchContext): RowPlan[] {
  const reports = context.isLong ? REPORTS_LONG : REPORTS;
  const millions = reports / 1e6;
  let samples: Promise<number[]> | undefined;
  const load = `pipelined_load PORT 8 REPORTS 100 mark, ${reports} in all`;
  return [
    {
      name: `memory during ${millions} million reports, maximum`,
      measure: async () => ({
        unit: "MB",
        load,
        aim: { atMost: 150 },
        ours: sampleOf([
          Math.max(...await (samples ??= duringReports(context, reports))),
        ]),
      }),
    },
    {
      name: `memory during ${millions} million reports, growth`,
      measure: async () => ({
        unit: "MB",
        load,
        aim: { atMost: GROWTH_MB_MAX },
        ours: sampleOf([
          growthOf(await (samples ??= duringReports(context, reports))),
        ]),
      }),
    },
    {
      name: `memory with ${IDLE_CONNECTIONS} idle connections`,
      measure: () => withIdleConnections(context),
    },
  ];
}

/** Resident memory after the first million reports and from then on. */
async function duringReports(
  context: BenchContext,
  reports: number,
): Promise<number[]> {
  await using primary = await startPrimary(context);
  const { port } = primary;
  await sendPipelined(context, port, LOAD, FIRST_REPORTS);
  const samples = [await memoryOf(primary)];
  let isRunning = true;
  const loading = sendPipelined(context, port, LOAD, reports - FIRST_REPORTS)
    .finally(() => isRunning = false);
  while (isRunning) {
    await Promise.race([loading, sleep(SAMPLE_MS)]);
    samples.push(await memoryOf(primary));
  }
  return samples;
}

function growthOf(samples: readonly number[]): number {
  const third = Math.ceil(samples.length / 3);
  const first = sampleOf(samples.slice(0, third)).median;
  return sampleOf(samples.slice(-third)).median - first;
}

async function withIdleConnections(
  context: BenchContext,
): Promise<Omit<Row, "name">> {
  await using primary = await startPrimary(context);
  const { port } = primary;
  using idle = new DisposableStack();
  for (let opened = 0; opened < IDLE_CONNECTIONS; opened += BURST) {
    const burst = Array.from(
      { length: BURST },
      () => Deno.connect({ hostname: "127.0.0.1", port }),
    );
    for (const connection of await Promise.all(burst)) idle.use(connection);
  }
  // The one that was opened last is answered: so all of them were accepted.
  const probe = idle.use(await Deno.connect({ hostname: "127.0.0.1", port }));
  await probe.write(new TextEncoder().encode("READ\n"));
  await probe.read(new Uint8Array(64));
  return {
    unit: "MB",
    load: `${IDLE_CONNECTIONS} connections that send nothing`,
    ours: sampleOf([await memoryOf(primary)]),
    aim: { atMost: 300 },
  };
}

async function memoryOf({ server }: Listening): Promise<number> {
  const value = await residentMb(server.pid);
  if (Number.isNaN(value)) throw new Skipped("no /proc");
  return value;
}
