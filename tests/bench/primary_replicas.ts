/**
 * What it costs the primary to be one of several replicas.
 *
 * @module
 */

import { parseStatsCounters } from "../../lib/live/primary/stats.ts";
import { LineClient } from "../live/primary/line_client.ts";
import { type BenchContext, inTurns, type RowPlan } from "./context.ts";
import { type Pipelined, pipelinedLoad } from "./loads.ts";
import { paced } from "./primary_latency.ts";
import { freePort, sleep } from "./process.ts";
import { compare, type Row, sampleOf } from "./results.ts";
import { type Listening, startPrimary } from "./servers.ts";
import { yardstick } from "./yardsticks.ts";

const PIPELINED: Pipelined = { connections: 8, depth: 100, isMarked: true };
const REPLICAS = 3;

/** Entries that one exchange has to bring. */
const ENTRIES = 100_000;
const SERVERS = 10_000;
/** Pause between two looks at how far an exchange is, in milliseconds. */
const LOOK_MS = 5;

/** Clients of the original kind beside an exchange: as beside a full load. */
const ORIGINALS = { connections: 2, depth: 0, rate: 200 };

/**
 * The rows about replicas.
 *
 * @param context How the benchmark is run.
 * @returns The rows.
 */
export function replicaPlans(context: BenchContext): RowPlan[] {
  return [
    {
      name: "depth 100, marked, to one of 3 replicas that gossip each second",
      measure: () => besideGossip(context),
    },
    {
      name: "one exchange of 100,000 changed entries",
      measure: () => exchanges(context),
    },
    {
      name:
        "latency of original clients beside an exchange of 100,000, maximum",
      measure: () => besideExchange(context),
    },
  ];
}

/** Starts replicas that know each other. */
async function startReplicas(
  context: BenchContext,
  servers: AsyncDisposableStack,
  flags: readonly string[],
): Promise<Listening[]> {
  const ports = Array.from({ length: REPLICAS }, freePort);
  const starts = ports.map((_, number) =>
    startReplica(context, ports, number, flags)
  );
  return (await Promise.all(starts)).map((replica) => servers.use(replica));
}

async function startReplica(
  context: BenchContext,
  ports: readonly number[],
  number: number,
  flags: readonly string[],
): Promise<Listening> {
  const peers = ports.filter((_, other) => other !== number);
  return await startPrimary(context, [
    ...["--replica", `${number}`],
    ...peers.flatMap((port) => ["--peer", `${port}`]),
    ...flags,
  ], ports[number]);
}

async function besideGossip(
  context: BenchContext,
): Promise<Omit<Row, "name">> {
  await using servers = new AsyncDisposableStack();
  const alone = servers.use(await startPrimary(context));
  const [replica] = await startReplicas(context, servers, ["--gossip", "1s"]);
  if (replica === undefined) throw new Error("No replica was started");
  const loads = [replica, alone].map(({ port }) =>
    pipelinedLoad(context, port, PIPELINED)
  );
  for (const load of loads) await load.warmUp();
  const [ours = [], theirs = []] = await inTurns(loads, context.runs);
  return {
    unit: "reports/s",
    load: "pipelined_load PORT 8 REPORTS 100 mark, --durability write",
    ours: sampleOf(ours),
    peers: [compare("the same primary alone", ours, theirs, { atLeast: 0.85 })],
  };
}

/** A replica that holds many entries, and one that has them to come. */
async function withEntries(
  context: BenchContext,
  measure: (full: Listening, empty: Listening) => Promise<number>,
): Promise<number> {
  await using servers = new AsyncDisposableStack();
  const ports = [freePort(), freePort()];
  const full = servers.use(
    await startReplica(context, ports, 0, ["--gossip", "off"]),
  );
  await fill(full.port);
  const empty = servers.use(
    await startReplica(context, ports, 1, ["--gossip", "300ms"]),
  );
  return await measure(full, empty);
}

async function fill(port: number): Promise<void> {
  using client = await LineClient.connect(port);
  const step = 1000;
  for (let first = 0; first < ENTRIES; first += step) {
    const lines = Array.from({ length: step }, (_, i) => {
      const server = (first + i) % SERVERS;
      const session = (first + i).toString(16).padStart(16, "0");
      return `LikesServer${server} 21 ${session}#1=21\n`;
    });
    await client.send(lines.join(""));
    await client.lines(step);
  }
}

/** Seconds from the beginning of an exchange until all of it is there. */
async function seconds(empty: Listening): Promise<number> {
  using client = await LineClient.connect(empty.port);
  let beganMs = performance.now();
  for (;;) {
    const nowMs = performance.now();
    const { replica } = parseStatsCounters(await client.ask("COUNTERS"));
    if (replica === undefined) throw new Error("It is no replica");
    if (replica.exchangesBegun === 0) beganMs = nowMs;
    if (replica.entriesMerged >= ENTRIES) {
      return (performance.now() - beganMs) / 1000;
    }
    await sleep(LOOK_MS);
  }
}

async function exchanges(context: BenchContext): Promise<Omit<Row, "name">> {
  const values: number[] = [];
  for (let run = 0; run < context.runs; run++) {
    values.push(await withEntries(context, (_, empty) => seconds(empty)));
  }
  return {
    unit: "s",
    load: `10 messages of 10,000 entries, from one process to another`,
    ours: sampleOf(values),
    aim: { atMost: 0.5 },
  };
}

async function besideExchange(
  context: BenchContext,
): Promise<Omit<Row, "name">> {
  await yardstick("paced_load", context.folder); // Or it is skipped before anything runs.
  const values: number[] = [];
  for (let run = 0; run < context.runs; run++) {
    const wait = await withEntries(context, async (full, empty) => {
      const { rate } = ORIGINALS;
      const waits = [full, empty].map(({ port }) =>
        paced(context, port, ORIGINALS, rate)
      );
      const done = seconds(empty);
      const maxima = (await Promise.all(waits)).map(({ max }) => max);
      await done;
      return Math.max(...maxima);
    });
    values.push(wait);
  }
  return {
    unit: "ms",
    load:
      `paced_load PORT ${ORIGINALS.connections} 0 ${ORIGINALS.rate} ${context.loadSeconds} at both replicas`,
    ours: sampleOf(values),
    aim: { atMost: 50 },
  };
}
