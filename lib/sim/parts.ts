/**
 * The parts that a virtual run is made of, before anything has happened.
 *
 * @module
 */

import { Faults, LIFTED_LATENCY_TICKS_MAX } from "../faults/force.ts";
import { isReplica } from "../domain/nodes.ts";
import { Streams } from "../domain/random.ts";
import { NEVER } from "../domain/ticks.ts";
import { DEFAULT_TIMING } from "../rules/backoff.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { DrawPlan } from "../rules/draws.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import { type LedgerStorage, makeLedgerStorage } from "../rules/ledger.ts";
import { makeRows } from "../rules/rows.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import { Meter } from "../verdict/meter.ts";
import { drawsMaxOf } from "./counted_draws.ts";
import { Lifetimes } from "./lifetimes.ts";
import { Mailbox } from "./mailbox.ts";
import { deadlineTickOf, type RunOptions } from "../options/run_options.ts";
import { Outages } from "./outages.ts";
import { Recorder, ReplicaRecorder } from "./recorder.ts";
import { ledgerStorageOf, watermarksOf } from "./row_columns.ts";
import { RULES, type Rules } from "./rules.ts";
import { ServerQueue, type ServerQueueOptions } from "./server_queue.ts";
import { ReplicaRows, rowsOfServer, ServerRows } from "./server_rows.ts";
import { SessionDraws } from "./session_draws.ts";
import { Targets } from "./replicas/targets.ts";
import { ReplicaWorld } from "./replicas/world.ts";
import type {
  CountedLikes,
  ReportReceiver,
  VirtualPrimary,
} from "./virtual_primary.ts";

/** Listeners, checks and rules of a run. */
export interface SimHooks {
  /**
   * Called with every event of the history, in order of time; with an ACK
   * before the next event at the latest, when the run may be at another likes
   * server. The run's cursor, `likesServers`, must be where it was when this
   * returns.
   */
  readonly onEvent?: ((event: HistoryEvent) => void) | undefined;
  /** Whether the invariants are checked after every event. @default {false} */
  readonly check?: boolean | undefined;
  /** The rules, if not the real ones. */
  readonly rules?: Rules | undefined;
}

/** The parts of a run. */
export interface RunParts {
  /** The run. */
  readonly options: RunOptions;
  /** The last tick at which likes servers deliver. */
  readonly deadlineTick: number;
  /** The random numbers. */
  readonly streams: Streams;
  /** The draws that are planned. */
  readonly plan: DrawPlan;
  /** The lifetimes of likes servers. */
  readonly lifetimes: Lifetimes;
  /** The draws that were made. */
  readonly draws: SessionDraws;
  /** The faults. */
  readonly faults: Faults;
  /** Likes servers, as the one cursor that the run uses. */
  readonly likesServers: LikesServer;
  /** Likes servers as a whole, whatever rows they have. */
  readonly serverRows: ServerRows;
  /** Counted likes: at the primary, or at the replicas together. */
  readonly counted: CountedLikes;
  /** Receiver that counts reports: the primary, or all replicas. */
  readonly receiver: ReportReceiver;
  /** The single primary; null where there are replicas or readers. */
  readonly primary: VirtualPrimary | null;
  /** Replicas and readers; null where a single primary is all there is. */
  readonly replicas: ReplicaWorld | null;
  /** Divergence and staleness. */
  readonly meter: Meter;
  /** The history. */
  readonly recorder: Recorder;
  /** Likes servers in the order in which something is due for them. */
  readonly queue: ServerQueue;
  /** Messages on their way. */
  readonly mailbox: Mailbox;
  /** Processes that are down or stand still. */
  readonly outages: Outages;
}

/**
 * Makes the parts of a run.
 *
 * @param options What to run.
 * @param hooks What to do besides.
 * @returns The parts.
 * @throws {RangeError} If an option is out of range, or a fault does not fit
 * the run.
 */
export function makeParts(options: RunOptions, hooks: SimHooks): RunParts {
  const { onEvent = null, check = false, rules = RULES } = hooks;
  const { servers, delivery, durability } = options;
  const streams = new Streams(options.seed);
  const plan = new DrawPlan(streams, options);
  const lifetimes = new Lifetimes(plan, options);
  const draws = new SessionDraws(plan);
  const faults = new Faults(options, streams);
  const deadlineTick = deadlineTickOf(options);

  const rowsOfEach = rowsOfServer(options);
  const rows = makeRows(servers * rowsOfEach);
  const storage = rowsOfEach === 1
    ? ledgerStorageOf(rows)
    : makeLedgerStorage(servers);
  const recorder = options.replicas > 1
    ? new ReplicaRecorder(onEvent, check)
    : new Recorder(onEvent, check);
  const { replicas: size, readers, readAfterTicks } = options;
  const outages = new Outages(faults.transitions(), servers, size);
  const common = {
    ...{ options, streams, lifetimes, draws, faults, storage },
    ...{ recorder, outages },
  };
  const isAlone = size === 1 && readers === 0 && readAfterTicks === null;
  const replicas = isAlone ? null : makeReplicas(common, rules);
  const primary = isAlone ? makePrimary(common, rules) : null;
  const receiver = primary ?? replicas!.set;
  const mayForget = faults.schedule.crashes.some(({ process, downTicks }) =>
    isReplica(process) &&
    ((primary?.forgets ?? durability === "none") ||
      !isAlone && downTicks === NEVER)
  );
  const meter = new Meter({
    ...{ servers, mayForget },
    ...isMarked(delivery) && { watermarks: watermarksOf(storage) },
  });
  replicas?.set.watch(meter);
  const likesServers = rules.makeLikesServer(
    rows,
    rowsOfEach === 1 ? draws : {
      likes: (row, seq) => draws.likes(Math.floor(row / rowsOfEach), seq),
    },
    {
      ...DEFAULT_TIMING,
      delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    },
  );
  return {
    ...{ options, deadlineTick, streams, plan, draws, faults },
    ...{
      lifetimes,
      counted: receiver,
      receiver,
      primary,
      replicas,
      meter,
      recorder,
    },
    ...{ outages, likesServers },
    serverRows: rowsOfEach === 1 && options.writeTo !== "all"
      ? new ServerRows(likesServers)
      : new ReplicaRows(likesServers, options, draws, rules.makeWriteQuorum),
    queue: new ServerQueue(rows, {
      ...queueOptionsOf(options, deadlineTick),
      fetcher: replicas,
    }),
    mailbox: new Mailbox(rows),
  };
}

/** Parts that the primary, or the replicas, are made from. */
type CommonParts =
  & Pick<
    RunParts,
    | "options"
    | "streams"
    | "lifetimes"
    | "draws"
    | "faults"
    | "recorder"
    | "outages"
  >
  & { readonly storage: LedgerStorage };

function makePrimary(parts: CommonParts, rules: Rules): VirtualPrimary {
  const { options, draws, storage } = parts;
  const { delivery, durability, servers } = options;
  return rules.makePrimary({
    ...{ delivery, durability, servers, draws },
    ledger: rules.makeLedger(storage),
    drawsMax: drawsMaxOf(options.lifetimeTicks, options.intervalMinTicks),
  });
}

function makeReplicas(parts: CommonParts, rules: Rules): ReplicaWorld {
  const { options, streams, draws, faults, storage } = parts;
  const { lifetimes, recorder, outages } = parts;
  const { servers, durability, drainTicks } = options;
  const { replicas, gossip, gossipStyle, readers, readAfterTicks } = options;
  const marked = isMarked(options.delivery);
  const set = rules.makeReplicas({
    ...{ replicas, servers, durability, gossipStyle, draws, rules, storage },
    isMarked: marked,
  });
  const common = { streams, set, faults, outages, recorder };
  return new ReplicaWorld({
    ...{ set, drainTicks },
    targets: new Targets(streams, options),
    gossip: gossip === null || replicas === 1
      ? null
      : { ...common, interval: gossip },
    readers: readers === 0 && readAfterTicks === null ? null : {
      ...{ ...common, options, isMarked: marked },
      endTick: faults.endTick,
      makeQuorumRead: rules.makeQuorumRead,
    },
    endTickOf: (server) => lifetimes.endTickOf(server),
    patienceTicks: options.writeTo === "all" || readAfterTicks !== null
      ? options.ackTimeoutTicks
      : null,
  });
}

/**
 * The sizes of the queue follow from how often something happens to a likes
 * server.
 */
function queueOptionsOf(
  options: RunOptions,
  deadlineTick: number,
): ServerQueueOptions {
  const { intervalMinTicks, intervalMaxTicks } = options;
  const EVENTS_PER_DRAW = 3; // the draw, the report's arrival, the reply's
  return {
    servers: options.servers * rowsOfServer(options),
    eventsPerMillionTicks: EVENTS_PER_DRAW * 2e6 /
      (intervalMinTicks + intervalMaxTicks),
    spanTicks: Math.max(
      intervalMaxTicks,
      options.ackTimeoutTicks,
      DEFAULT_TIMING.backoffMaxTicks,
    ),
    // Likes servers wake until then; what they send at the last moment arrives
    // soon after.
    lastTick: deadlineTick + LIFTED_LATENCY_TICKS_MAX,
  };
}
