/**
 * Many runs in parts: shards beside one process, what their files cost, and how
 * long it takes to merge them.
 *
 * @module
 */

import { formatRunLine } from "../../lib/cli/runs/run_line.ts";
import { formatHeader, headerOf } from "../../lib/cli/runs/runs_header.ts";
import type { Sweep } from "../../lib/cli/runs/sweep.ts";
import { DEFAULT_RUN } from "../../lib/options/run_options.ts";
import { WHOLE } from "../../lib/options/shard.ts";
import { simulate } from "../../lib/sim/run.ts";
import { figuresOf } from "../../lib/verdict/runs/figures.ts";
import {
  type BenchContext,
  inTurns,
  measureRows,
  type RowPlan,
} from "./context.ts";
import { output, ROOT } from "./process.ts";
import { compare, sampleOf, type Table } from "./results.ts";

/** Threads of one process, and shards of one thread each. */
const CORES = 2;
const SHARDS_AT_MOST = 1.1;
const FILE_AT_MOST = 1.03;
const START_SECONDS_AT_MOST = 0.3;
const MERGED_RUNS = 1_000_000;
const MERGE_SECONDS_AT_MOST = 5;

/**
 * Measures sweeps.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const runs = context.isQuick ? 2_000 : 20_000;
  const sweep = ["sim", "--seed", "7", "--loss", "0.05", "--runs", `${runs}`];
  const rows: RowPlan[] = [
    {
      name: "two shards on two cores",
      measure: () => shardsRow(context, sweep),
    },
    {
      name: "runs with --runs-file",
      measure: () => fileRow(context, sweep),
    },
    { name: "starting a shard", measure: () => startRow(context) },
    {
      name: "merging 1,000,000 runs",
      measure: () => mergeRow(context),
    },
  ];
  return [await measureRows(context, "many runs in parts, seconds", rows)];
}

async function shardsRow(context: BenchContext, sweep: readonly string[]) {
  const inOne = [...sweep, "--workers", `${CORES}`];
  const inShards = async (): Promise<void> => {
    await Promise.all(
      Array.from({ length: CORES }, (_, k) =>
        likes([
          ...[...sweep, "--workers", "1", "--shard", `${k}/${CORES}`],
          ...["--runs-file", fresh(context, `${k}.jsonl`)],
        ])),
    );
  };
  const [shards = [], one = []] = await inTurns([
    { measure: () => secondsOf(inShards) },
    { measure: () => secondsOf(() => likes(inOne)) },
  ], context.runs);
  return {
    unit: "s" as const,
    load: `${sweep.join(" ")} --shard K/2 --workers 1 --runs-file`,
    ours: sampleOf(shards),
    peers: [
      compare("--runs on two", shards, one, { atMost: SHARDS_AT_MOST }),
    ],
  };
}

async function fileRow(context: BenchContext, sweep: readonly string[]) {
  const plain = [...sweep, "--workers", `${CORES}`];
  const [withFile = [], without = []] = await inTurns([
    {
      measure: () =>
        secondsOf(() =>
          likes([...plain, "--runs-file", fresh(context, "runs.jsonl")])
        ),
    },
    { measure: () => secondsOf(() => likes(plain)) },
  ], context.runs);
  return {
    unit: "s" as const,
    load: `${sweep.join(" ")} --runs-file`,
    ours: sampleOf(withFile),
    peers: [
      compare("without", withFile, without, { atMost: FILE_AT_MOST }),
    ],
  };
}

/** From the command line to the result of a shard with one short run. */
async function startRow(context: BenchContext) {
  const shard = [
    ...["sim", "--seed", "7", "--runs", "1000", "--shard", "0/1000"],
    ...["--servers", "1", "--lifetime", "5s"],
  ];
  const measure = () =>
    secondsOf(() =>
      likes([...shard, "--runs-file", fresh(context, "start.jsonl")])
    );
  await measure();
  const [seconds = []] = await inTurns([{ measure }], context.runs);
  return {
    unit: "s" as const,
    load: shard.join(" "),
    ours: sampleOf(seconds),
    aim: { atMost: START_SECONDS_AT_MOST },
  };
}

async function mergeRow(context: BenchContext) {
  const path = fresh(context, "merged.jsonl");
  writeRuns(path, MERGED_RUNS);
  const measure = () => secondsOf(() => likes(["merge", path]));
  const [seconds = []] = await inTurns([{ measure }], context.runs);
  Deno.removeSync(path);
  return {
    unit: "s" as const,
    load: "merge FILE, of one shard",
    ours: sampleOf(seconds),
    aim: { atMost: MERGE_SECONDS_AT_MOST },
  };
}

/** Writes a file of runs that differ as runs do, without doing them. */
function writeRuns(path: string, runs: number): void {
  const run = { ...DEFAULT_RUN, seed: 1 };
  const sweep: Sweep = {
    command: "sim",
    quorums: false,
    run,
    check: false,
    runs,
    shard: WHOLE,
  };
  const header = headerOf(sweep);
  const figures = figuresOf(1, run.delivery, { verdict: simulate(run) });
  using file = Deno.openSync(path, { write: true, createNew: true });
  const encoder = new TextEncoder();
  let text = `${formatHeader(header)}\n`;
  for (let i = 0; i < runs; i++) {
    const bits = Math.imul(i + 1, 0x9e3779b1) >>> 0;
    text += formatRunLine(
      {
        ...figures,
        seed: 1 + i,
        generated: 20_000 + bits % 1999,
        counted: 20_000 + bits % 1999,
        convergenceSeconds: (bits % 49_999) / 10_000,
        stalenessSecondsP99: (bits % 3001) / 1000,
        reports: 900 + bits % 211,
        digest: bits.toString(16).padStart(16, "0"),
      },
      header.sweep,
      () => "",
    );
    if (text.length < 1 << 20 && i < runs - 1) continue;
    const bytes = encoder.encode(text);
    for (let at = 0; at < bytes.length;) {
      at += file.writeSync(bytes.subarray(at));
    }
    text = "";
  }
}

/** A path in the benchmark's folder at which there is no file. */
function fresh({ folder }: BenchContext, name: string): string {
  const path = `${folder}/${name}`;
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return path;
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

async function likes(args: readonly string[]): Promise<void> {
  await output(Deno.execPath(), [
    ...["run", "--quiet", "--no-prompt", "--config", `${ROOT}deno.json`],
    ...[`--allow-read=${ROOT},/tmp`, "--allow-write=/tmp"],
    ...[`${ROOT}main.ts`, ...args],
  ]);
}
