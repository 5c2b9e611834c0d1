/**
 * The cost of a live run: the time from `start` to the first report, the memory
 * of a primary and of a likes server; and how near its reads are to theory.
 *
 * @module
 */

import { type BenchContext, measureRows, type RowPlan } from "./context.ts";
import { FRESH_LATENCIES, measureFresh } from "./live_fresh.ts";
import { residentMb, ROOT, Server } from "./process.ts";
import { type Row, sampleOf, Skipped, type Table } from "./results.ts";

/** Reports that are acknowledged before memory is looked at. */
const ACKS = 500;

/**
 * A draw falls due at once, so that what is measured is the start of the
 * processes.
 */
const FLAGS = [
  ...["--port", "0", "--servers", "1", "--interval", "1ms..2ms"],
  ...["--lifetime", "2s"],
];

/** The measurements of one live run. */
interface LiveRun {
  readonly startSeconds: number;
  readonly primaryMb: number;
  readonly likesServerMb: number;
}

/**
 * Measures live runs.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  let runs: Promise<LiveRun[]> | undefined;
  const measured = () => runs ??= liveRuns(context);
  const plans: RowPlan[] = [
    {
      name: "from start to the first report acknowledged",
      measure: async () => startRow(await measured()),
    },
    {
      name: "memory of a primary",
      measure: async () =>
        memoryRow((await measured()).map(({ primaryMb }) => primaryMb)),
    },
    {
      name: "memory of a likes server",
      measure: async () =>
        memoryRow((await measured()).map(({ likesServerMb }) => likesServerMb)),
    },
    ...FRESH_LATENCIES.map((latency) => ({
      name: `fresh reads, ${latency}, points off what predict says`,
      measure: () => measureFresh(context, latency),
    })),
  ];
  return [await measureRows(context, "live", plans)];
}

function startRow(runs: readonly LiveRun[]): Omit<Row, "name"> {
  return {
    unit: "s",
    load: `deno task start ${FLAGS.join(" ")}`,
    ours: sampleOf(runs.map(({ startSeconds }) => startSeconds)),
    aim: { atMost: 1.5 },
  };
}

function memoryRow(values: readonly number[]): Omit<Row, "name"> {
  if (values.some(Number.isNaN)) throw new Skipped("no /proc");
  return {
    unit: "MB",
    load: `deno task start ${FLAGS.join(" ")}, after ${ACKS} reports`,
    ours: sampleOf(values),
    aim: { atMost: 75 },
  };
}

async function liveRuns(context: BenchContext): Promise<LiveRun[]> {
  await liveRun(context); // The first run of a day reads everything from the disk.
  const runs: LiveRun[] = [];
  for (let i = 0; i < context.runs; i++) runs.push(await liveRun(context));
  return runs;
}

async function liveRun(context: BenchContext): Promise<LiveRun> {
  const logDir = `${context.folder}/live`;
  Deno.mkdirSync(logDir);
  try {
    const beganMs = performance.now();
    // As somebody types it, with the time that the task runner takes.
    await using start = new Server(Deno.execPath(), [
      ...["task", "--quiet", "--cwd", ROOT, "start"],
      ...[...FLAGS, "--log-dir", logDir],
    ]);
    await start.line(/ ACK /);
    const startSeconds = (performance.now() - beganMs) / 1000;
    await start.line(/ ACK /, ACKS);
    const [, primary] = await start.line(/^PrimaryLikesServer .* pid (\d+)$/);
    const status = Deno.readTextFileSync(`${logDir}/ParentProcessStatus`);
    const [, likesServer] = /LikesServer0 started pid (\d+)/.exec(status) ?? [];
    const measured = {
      startSeconds,
      primaryMb: await residentMb(Number(primary)),
      likesServerMb: await residentMb(Number(likesServer)),
    };
    await start.ended;
    return measured;
  } finally {
    Deno.removeSync(logDir, { recursive: true });
  }
}
