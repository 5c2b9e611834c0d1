// deno-lint-ignore-file no-console
/**
 * The benchmarks: `deno task bench`. Everything is measured beside its peers in
 * one run, after a warm-up, in turns, because no two machines, and no two
 * minutes of one machine, are alike: quote the ratios.
 *
 * ```sh
 * deno task bench                            # everything but the long rows
 * deno task bench --only primary --row fsync # rows whose names contain "fsync"
 * deno task bench --quick                    # short loads: does it work?
 * deno task bench --long                     # also what takes many minutes: 100 million reports
 * deno task bench --json > results.json
 * ```
 *
 * A part of the benchmark is a module that exports
 * `run(context: BenchContext): Promise<Table[]>` and is listed in `PARTS`
 * below. It measures what `context.wants(name)` asks for (`measureRows()` in
 * `context.ts` sees to that, shows each row on stderr as soon as it was
 * measured, and turns a thrown `Skipped` into a row that says why it is
 * missing), takes ours and theirs in turns (`inTurns()`, `compare()`), keeps
 * its files in `context.folder`, and says with `context.note()` what it is
 * doing. Programs in C come from `yardstick()`.
 *
 * The task may start any program: it compiles some and starts them, so a list
 * would keep nobody from anything.
 *
 * @module
 */

import { parseArgs } from "@std/cli/parse-args";
import type { BenchContext } from "./context.ts";
import { describeMachine, describeVersions } from "./machine.ts";
import { killAll } from "./process.ts";
import type { Table } from "./results.ts";
import { formatTable } from "./table.ts";

const FULL = { runs: 5, loadSeconds: 2.2 };
const QUICK = { runs: 3, loadSeconds: 0.4 };

type Part = (context: BenchContext) => Promise<Table[]>;

/** The parts, each loaded when it is wanted. */
const PARTS: Readonly<Record<string, () => Promise<{ run: Part }>>> = {
  explore: () => import("./explore_bench.ts"),
  host: () => import("./host_bench.ts"),
  lab: () => import("./lab_bench.ts"),
  live: () => import("./live_bench.ts"),
  predict: () => import("./predict_bench.ts"),
  primary: () => import("./primary_bench.ts"),
  sim: () => import("./sim_bench.ts"),
  sweep: () => import("./sweep_bench.ts"),
  replicas: () => import("./replica_bench.ts"),
};

const HELP = `Usage: deno task bench [flags]

  --only PART   ${Object.keys(PARTS).join(", ")}; repeatable
  --row TEXT    Only rows whose names contain this; repeatable
  --quick       Short loads: to see that it works, not to quote numbers
  --long        Also what takes many minutes
  --json        One JSON document on stdout, everything else on stderr
  --help        This text`;

/** The command line, checked. */
interface BenchOptions {
  readonly parts: readonly string[];
  readonly rows: readonly string[];
  readonly isQuick: boolean;
  readonly isLong: boolean;
  readonly isJson: boolean;
  readonly isHelp: boolean;
}

function parseOptions(args: readonly string[]): BenchOptions {
  const flags = parseArgs([...args], {
    boolean: ["quick", "long", "json", "help"],
    string: ["only", "row"],
    collect: ["only", "row"],
    unknown: (word: string) => {
      throw new RangeError(`Unknown word "${word}": see --help`);
    },
  });
  const only = wordsOf(flags.only);
  for (const part of only) {
    if (Object.hasOwn(PARTS, part)) continue;
    throw new RangeError(
      `Cannot measure --only ${part}: allowed are ${
        Object.keys(PARTS).join(", ")
      }`,
    );
  }
  return {
    parts: only.length > 0 ? only : Object.keys(PARTS),
    rows: wordsOf(flags.row),
    isQuick: flags.quick === true,
    isLong: flags.long === true,
    isJson: flags.json === true,
    isHelp: flags.help === true,
  };
}

function wordsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

async function measure(options: BenchOptions): Promise<void> {
  const folder = Deno.makeTempDirSync({ dir: "/tmp", prefix: "likes-bench-" });
  const interrupt = () => {
    killAll();
    Deno.removeSync(folder, { recursive: true });
    Deno.exit(130);
  };
  Deno.addSignalListener("SIGINT", interrupt);
  try {
    await measureIn(folder, options);
  } finally {
    Deno.removeSignalListener("SIGINT", interrupt);
    Deno.removeSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, options: BenchOptions): Promise<void> {
  const { isQuick, isLong, isJson, rows } = options;
  const context: BenchContext = {
    ...(isQuick ? QUICK : FULL),
    ...{ isQuick, isLong, folder },
    wants: (name) => rows.length === 0 || rows.some((it) => name.includes(it)),
    note: (text) => console.error(`# ${text}`),
    show: (lines) => console.error(lines.trimEnd()),
  };
  const machine = await describeMachine();
  const versions = await describeVersions();
  const print = isJson ? console.error : console.log;
  print(describe({ ...machine, ...versions }));
  const startedAt = new Date().toISOString();
  const tables: Table[] = [];
  for (const name of options.parts) {
    const part = await PARTS[name]?.();
    if (part === undefined) continue;
    for (const table of await part.run(context)) {
      if (table.rows.length === 0) continue;
      tables.push(table);
      print(`\n${formatTable(table).trimEnd()}`);
    }
  }
  if (!isJson) return;
  const { runs, loadSeconds } = context;
  const how = { startedAt, isQuick, isLong, runs, loadSeconds };
  console.log(JSON.stringify({ ...how, machine, versions, tables }, null, 2));
}

function describe(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts).map(([name, value]) => {
    return `${name.padEnd(8)}  ${value ?? "not on this machine"}`;
  }).join("\n");
}

async function main(args: readonly string[]): Promise<number> {
  let options: BenchOptions;
  try {
    options = parseOptions(args);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    console.error(`error: ${error.message}`);
    return 2;
  }
  if (options.isHelp) console.log(HELP);
  else await measure(options);
  return 0;
}

Deno.exitCode = await main(Deno.args);
