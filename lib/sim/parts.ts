/**
 * The parts that a virtual run is made of, before anything has happened.
 *
 * @module
 */

import { Faults, LIFTED_LATENCY_TICKS_MAX } from "../faults/force.ts";
import { PRIMARY } from "../faults/plan.ts";
import { Streams } from "../domain/random.ts";
import { DEFAULT_TIMING } from "../rules/backoff.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import { DrawPlan } from "../rules/draws.ts";
import type { LikesServer } from "../rules/likes_server.ts";
import { LEDGER_COLUMN, makeRows, ROW_COLUMNS } from "../rules/rows.ts";
import type { HistoryEvent } from "../verdict/history.ts";
import { Meter } from "../verdict/meter.ts";
import { drawsMaxOf } from "./counted_draws.ts";
import { Mailbox } from "./mailbox.ts";
import { deadlineTickOf, type RunOptions } from "../options/run_options.ts";
import { Outages } from "./outages.ts";
import { Recorder } from "./recorder.ts";
import { RULES, type Rules } from "./rules.ts";
import { ServerQueue, type ServerQueueOptions } from "./server_queue.ts";
import { SessionDraws } from "./session_draws.ts";
import type { VirtualPrimary } from "./virtual_primary.ts";

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
  /** The draws that were made. */
  readonly draws: SessionDraws;
  /** The faults. */
  readonly faults: Faults;
  /** Likes servers, as the one cursor that the run uses. */
  readonly likesServers: LikesServer;
  /** The primary. */
  readonly primary: VirtualPrimary;
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
  const draws = new SessionDraws(plan);
  const faults = new Faults(options, streams);
  const deadlineTick = deadlineTickOf(options);

  const rows = makeRows(servers);
  const ledger = rules.makeLedger({
    ...rows,
    columns: ROW_COLUMNS,
    firstColumn: LEDGER_COLUMN,
  });
  const primary = rules.makePrimary({
    ...{ ledger, delivery, durability, servers, draws },
    drawsMax: drawsMaxOf(options.lifetimeTicks, options.intervalMinTicks),
  });
  return {
    ...{ options, deadlineTick, streams, plan, draws, faults, primary },
    likesServers: rules.makeLikesServer(rows, draws, {
      ...DEFAULT_TIMING,
      delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    }),
    meter: new Meter({
      servers,
      mayForget: primary.forgets &&
        options.faults.crashes.some(({ process }) => process === PRIMARY),
      ...isMarked(delivery) && { watermarks: ledger.lastSeqs },
    }),
    recorder: new Recorder(onEvent, check),
    queue: new ServerQueue(rows, queueOptionsOf(options, deadlineTick)),
    mailbox: new Mailbox(rows),
    outages: new Outages(faults.transitions(), servers),
  };
}

/**
 * The sizes of the queue follow from how often something happens to a likes
 * server.
 */
function queueOptionsOf(
  options: RunOptions,
  deadlineTick: number,
): ServerQueueOptions {
  const { servers, intervalMinTicks, intervalMaxTicks } = options;
  const EVENTS_PER_DRAW = 3; // the draw, the report's arrival, the reply's
  return {
    servers,
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
