/**
 * The virtual run beside `sim_heap`, a loop in C that does nothing but draw,
 * deliver and acknowledge.
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
import {
  type Aim,
  compare,
  type Comparison,
  type Row,
  sampleOf,
  Skipped,
  type Table,
} from "./results.ts";
import type { SimRunRequest, SimRunResult } from "./sim_run.ts";
import { yardstick } from "./yardsticks.ts";

/** Medians of three, as there are rows of minutes. */
const RUNS = 3;

/** A size of the run, with what is aimed at beside `sim_heap`. */
interface Size {
  readonly name: string;
  readonly servers: number;
  readonly lifetimeSeconds: number;
  readonly warmUps: number;
  readonly runs: number;
  readonly calm: number;
  readonly storm: number;
}

const SIZES: readonly Size[] = [
  {
    ...{ name: "1,000 servers, warm", servers: 1000, lifetimeSeconds: 300 },
    ...{ warmUps: 10, runs: 20, calm: 0.8, storm: 0.55 },
  },
  {
    ...{ name: "100,000 servers", servers: 100_000, lifetimeSeconds: 120 },
    ...{ warmUps: 0, runs: 1, calm: 1.2, storm: 0.8 },
  },
];

const MILLION: Size = {
  ...{ name: "1,000,000 servers", servers: 1_000_000, lifetimeSeconds: 60 },
  ...{ warmUps: 0, runs: 1, calm: 1.7, storm: 1.2 },
};

/** At most so many bytes a server at a million. */
const BYTES_CALM_MAX = 200;
const BYTES_STORM_MAX = 400;

const TEN_SERVERS = ["--servers", "10", "--lifetime", "300s", "--seed", "7"];
const ALL_FAULTS = [
  ...["--latency", "exp:20ms", "--loss", "5/100", "--duplicate", "1/100"],
  ...["--partition", "60s..80s", "--partition", "100s..110s:->primary"],
  ...["--crash", "random:5", "--crash", "primary@150s+10s"],
  ...["--pause", "LikesServer2@30s+20s"],
];

/**
 * Measures virtual runs.
 *
 * @param context How.
 * @returns Two tables.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const sizes = context.isQuick ? SIZES.slice(0, 1) : [...SIZES, MILLION];
  const measured = new Map<Size, Promise<Measured>>();
  const of = (size: Size): Promise<Measured> => {
    const known = measured.get(size) ?? measureSize(context, size);
    measured.set(size, known);
    return known;
  };
  const speed: RowPlan[] = sizes.flatMap((size) => [
    {
      name: `${size.name}, calm`,
      measure: async () => speedRow(await of(size), size, false),
    },
    {
      name: `${size.name}, storm`,
      measure: async () => speedRow(await of(size), size, true),
    },
  ]);
  const others: RowPlan[] = context.isQuick ? [] : [
    {
      name: "a report at 1,000,000 servers, calm, beside one at 1,000",
      measure: async () => {
        const [warm] = SIZES;
        if (warm === undefined) throw new Skipped("no warm runs");
        return {
          unit: "times",
          ours: sampleOf(ratiosOf(
            (await of(warm)).calm,
            (await of(MILLION)).calm,
          )),
          aim: { atMost: 2 },
        };
      },
    },
    {
      name: "memory of a server at 1,000,000, calm",
      measure: async () =>
        bytesRow((await of(MILLION)).calm, { atMost: BYTES_CALM_MAX }),
    },
    {
      name: "memory of a server at 1,000,000, storm",
      measure: async () =>
        bytesRow((await of(MILLION)).storm, { atMost: BYTES_STORM_MAX }),
    },
  ];
  const commands: RowPlan[] = [
    quorumRow(context),
    commandRow(context, "ten servers, 300 s, calm", 0.2, TEN_SERVERS),
    commandRow(context, "ten servers, 300 s, storm", 0.2, [
      ...TEN_SERVERS,
      ...ALL_FAULTS,
    ]),
    commandRow(context, "1,000 seeds, ten servers, all faults", 3, [
      ...["--runs", "1000"],
      ...TEN_SERVERS,
      ...ALL_FAULTS,
    ]),
  ];
  return [
    await measureRows(context, "virtual run, reports a second", [
      ...speed,
      ...others,
    ]),
    await measureRows(
      context,
      "virtual run, from the command line to the verdict",
      commands,
    ),
  ];
}

/** All rounds of a size: calm, storm and the peer in turns. */
interface Measured {
  readonly calm: readonly SimRunResult[];
  readonly storm: readonly SimRunResult[];
  /** Null where there is no compiler. */
  readonly heap: readonly number[] | null;
}

async function measureSize(
  context: BenchContext,
  size: Size,
): Promise<Measured> {
  const heapProgram = await yardstick("sim_heap", context.folder).catch(
    (error) => {
      if (error instanceof Skipped) return null;
      throw error;
    },
  );
  const calm: SimRunResult[] = [];
  const storm: SimRunResult[] = [];
  const contenders = [
    {
      measure: async () => {
        calm.push(await simRun(size, false));
        return 0;
      },
    },
    {
      measure: async () => {
        storm.push(await simRun(size, true));
        return 0;
      },
    },
    ...heapProgram === null
      ? []
      : [{ measure: () => heapRun(heapProgram, size) }],
  ];
  const [, , heap = null] = await inTurns(contenders, RUNS);
  return { calm, storm, heap };
}

async function simRun(
  { servers, lifetimeSeconds, warmUps, runs }: Size,
  isStorm: boolean,
): Promise<SimRunResult> {
  const request: SimRunRequest = {
    ...{ servers, lifetimeSeconds, warmUps, runs, isStorm },
  };
  return JSON.parse(
    await output(Deno.execPath(), [
      ...["run", "--no-prompt"],
      ...["--config", `${ROOT}deno.json`, `--allow-read=${ROOT}`],
      ...[`${ROOT}tests/bench/sim_run.ts`, JSON.stringify(request)],
    ]),
  );
}

/**
 * Messages a second. Small runs are over in 20 ms, so the best of some counts:
 * the machine's own limit.
 */
async function heapRun(program: string, { servers }: Size): Promise<number> {
  const times = servers <= 1000 ? 5 : 1;
  let best = 0;
  for (let i = 0; i < times; i++) {
    const text = await output(program, [`${servers}`]);
    const millions = / = ([\d.]+)M msgs\/s/.exec(text)?.[1];
    best = Math.max(best, Number(millions ?? NaN) * 1e6);
  }
  return best;
}

function speedRow(
  { calm, storm, heap }: Measured,
  size: Size,
  isStorm: boolean,
): Omit<Row, "name"> {
  const values = (isStorm ? storm : calm).map(({ reportsPerSecond }) =>
    reportsPerSecond
  );
  const peer = `sim_heap ${size.servers}`;
  const aim = { atLeast: isStorm ? size.storm : size.calm };
  const beside: Comparison = heap === null
    ? { peer, skipped: "no C compiler" }
    : compare(peer, values, heap, aim);
  return {
    unit: "reports/s",
    load:
      `--servers ${size.servers} --lifetime ${size.lifetimeSeconds}s --spawn-interval 0s --latency exp:20ms${
        isStorm ? " --loss 5/100 --duplicate 1/100, two partitions" : ""
      }`,
    ours: sampleOf(values),
    peers: [beside],
  };
}

function bytesRow(
  results: readonly SimRunResult[],
  aim: Aim,
): Omit<Row, "name"> {
  return {
    unit: "bytes",
    ours: sampleOf(results.map(({ bytesPerServer }) => bytesPerServer)),
    aim,
  };
}

function ratiosOf(
  few: readonly SimRunResult[],
  many: readonly SimRunResult[],
): number[] {
  return few.map(({ reportsPerSecond }, round) =>
    reportsPerSecond / (many[round]?.reportsPerSecond ?? NaN)
  );
}

/** Likes servers that report to three replicas and read after each ACK. */
const OWN_READS = [
  ...["--servers", "1000", "--replicas", "3", "--spawn-interval", "0s"],
  ...["--lifetime", "3000s", "--write-to", "all", "--read-after", "0ms"],
  ...["--seed", "7"],
] as const;

/** Reads a second of a run, by what it says itself. */
function quorumRow(context: BenchContext): RowPlan {
  const measure = async () => {
    const text = await output(Deno.execPath(), [
      ...["task", "--quiet", "--cwd", ROOT, "sim", "--json", ...OWN_READS],
    ]);
    const { reads, wallSeconds } = JSON.parse(text);
    return reads.count / wallSeconds;
  };
  return {
    name: "own reads, 1,000 servers, 3 replicas that are all told",
    measure: async () => {
      const [values = []] = await inTurns([{ measure }], context.runs);
      return {
        unit: "reads/s",
        load: `deno task sim ${OWN_READS.join(" ")}`,
        ours: sampleOf(values),
        aim: { atLeast: 400_000 },
      };
    },
  };
}

function commandRow(
  context: BenchContext,
  name: string,
  atMost: number,
  args: readonly string[],
): RowPlan {
  const measure = async () => {
    const beganMs = performance.now();
    await output(Deno.execPath(), [
      ...["task", "--quiet", "--cwd", ROOT, "sim", "--json", ...args],
    ]);
    return (performance.now() - beganMs) / 1000;
  };
  return {
    name,
    measure: async () => {
      await measure(); // The first run of a day reads everything from the disk.
      const [values = []] = await inTurns([{ measure }], context.runs);
      return {
        unit: "s",
        load: `deno task sim ${args.join(" ")}`,
        ours: sampleOf(values),
        aim: { atMost },
      };
    },
  };
}
