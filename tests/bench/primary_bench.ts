/**
 * The primary's speed, beside `primary_limit`, `accept_loop` and Redis.
 *
 * @module
 */

import {
  type BenchContext,
  inTurns,
  measureRows,
  type RowPlan,
} from "./context.ts";
import {
  type Load,
  oneShotLoad,
  type Pipelined,
  pipelinedLoad,
  redisLoad,
} from "./loads.ts";
import { latencyPlans } from "./primary_latency.ts";
import { memoryPlans } from "./primary_memory.ts";
import { replicaPlans } from "./primary_replicas.ts";
import {
  type Aim,
  compare,
  type Comparison,
  type Row,
  sampleOf,
  Skipped,
  type Table,
} from "./results.ts";
import {
  type Listening,
  type RedisFsync,
  startAcceptLoop,
  startBareAccept,
  startLimit,
  startPrimary,
  startRedis,
} from "./servers.ts";

/** Clients at the same time, where nothing else is said. */
const CONNECTIONS = 8;

/** A load, and what is aimed at beside whom. */
interface ThroughputPlan extends Pipelined {
  readonly name: string;
  readonly limitAtLeast?: number;
  readonly redisAtLeast?: number;
  /** With `always`, ours syncs as well. */
  readonly redisFsync?: RedisFsync;
}

const THROUGHPUT_PLANS: readonly ThroughputPlan[] = [
  {
    name: "depth 100, original reports",
    ...{ connections: CONNECTIONS, depth: 100, isMarked: false },
    ...{ limitAtLeast: 0.4, redisAtLeast: 2.0 },
  },
  {
    name: "depth 100, marked",
    ...{ connections: CONNECTIONS, depth: 100, isMarked: true },
    ...{ limitAtLeast: 0.5, redisAtLeast: 1.2 },
  },
  {
    name: "depth 16, marked",
    ...{ connections: CONNECTIONS, depth: 16, isMarked: true },
    ...{ limitAtLeast: 0.35, redisAtLeast: 0.8 },
  },
  {
    name: "depth 1000, marked",
    ...{ connections: CONNECTIONS, depth: 1000, isMarked: true },
    limitAtLeast: 0.5,
  },
  {
    name: "depth 1, marked",
    ...{ connections: CONNECTIONS, depth: 1, isMarked: true },
    limitAtLeast: 0.4,
  },
  {
    name: "1000 connections, depth 16, marked",
    ...{ connections: 1000, depth: 16, isMarked: true },
    limitAtLeast: 0.5,
  },
  {
    name: "fsync, 64 connections, depth 16, marked",
    ...{ connections: 64, depth: 16, isMarked: true },
    ...{ redisAtLeast: 1.0, redisFsync: "always" },
  },
];

/**
 * Measures the primary.
 *
 * @param context How.
 * @returns One table.
 */
export async function run(context: BenchContext): Promise<Table[]> {
  const plans: RowPlan[] = [
    ...THROUGHPUT_PLANS.map((plan) => ({
      name: plan.name,
      measure: () => throughput(context, plan),
    })),
    {
      name: "one connection per report",
      measure: () => oneShot(context),
    },
    ...latencyPlans(context),
    ...memoryPlans(context),
    ...replicaPlans(context),
  ];
  return [await measureRows(context, "primary", plans)];
}

/** A peer, running and warm, or the reason why there is none. */
interface Peer {
  readonly name: string;
  readonly aim?: Aim;
  readonly load?: Load;
  readonly skipped?: string;
}

async function throughput(
  context: BenchContext,
  plan: ThroughputPlan,
): Promise<Omit<Row, "name">> {
  const { connections, depth, isMarked, redisFsync = "everysec" } = plan;
  const durability = redisFsync === "always" ? "fsync" : "write";
  await using servers = new AsyncDisposableStack();
  const primary = servers.use(
    await startPrimary(context, ["--durability", durability]),
  );
  const ours = pipelinedLoad(context, primary.port, plan);
  const peers: Peer[] = [];
  const { limitAtLeast, redisAtLeast } = plan;
  if (limitAtLeast !== undefined) {
    peers.push({
      name: "primary_limit",
      aim: { atLeast: limitAtLeast },
      ...await loadOf(servers, () => startLimit(context), ({ port }) => {
        return pipelinedLoad(context, port, plan);
      }),
    });
  }
  if (redisAtLeast !== undefined) {
    peers.push({
      name: `Redis INCRBY, appendfsync ${redisFsync}, -P ${depth}`,
      aim: { atLeast: redisAtLeast },
      ...await loadOf(servers, () => startRedis(context, redisFsync), (it) => {
        return redisLoad(context, it.port, connections, depth);
      }),
    });
  }
  const load = `pipelined_load PORT ${connections} REPORTS ${depth}${
    isMarked ? " mark" : ""
  }, --durability ${durability}`;
  return { load, ...await sideBySide(context, ours, peers) };
}

async function oneShot(context: BenchContext): Promise<Omit<Row, "name">> {
  await using servers = new AsyncDisposableStack();
  const primary = servers.use(await startPrimary(context));
  const ours = await oneShotLoad(context, primary.port, CONNECTIONS);
  const loadIt = ({ port }: Listening) =>
    oneShotLoad(context, port, CONNECTIONS);
  const peers: Peer[] = [
    {
      name: "accept_loop",
      aim: { atLeast: 0.7 },
      ...await loadOf(servers, () => startAcceptLoop(context), loadIt),
    },
    {
      name: "accept, read, write, close in Deno, nothing else",
      ...await loadOf(servers, () => startBareAccept(context), loadIt),
    },
  ];
  const load = `one_shot_load PORT ${CONNECTIONS} REPORTS`;
  return { load, ...await sideBySide(context, ours, peers) };
}

async function loadOf(
  servers: AsyncDisposableStack,
  start: () => Promise<Listening>,
  load: (server: Listening) => Load | Promise<Load>,
): Promise<Pick<Peer, "load" | "skipped">> {
  try {
    return { load: await load(servers.use(await start())) };
  } catch (error) {
    if (error instanceof Skipped) return { skipped: error.message };
    throw error;
  }
}

async function sideBySide(
  context: BenchContext,
  ours: Load,
  peers: readonly Peer[],
): Promise<Pick<Row, "unit" | "ours" | "peers">> {
  const loads = peers.map(({ load }) => load).filter((it) => it !== undefined);
  for (const load of [ours, ...loads]) await load.warmUp();
  const [own = [], ...others] = await inTurns([ours, ...loads], context.runs);
  return {
    unit: "reports/s",
    ours: sampleOf(own),
    peers: peers.map(({ name, aim, load, skipped }): Comparison => {
      if (load === undefined) return { peer: name, skipped: skipped ?? "" };
      return compare(name, own, others[loads.indexOf(load)] ?? [], aim);
    }),
  };
}
