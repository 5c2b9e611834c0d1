/**
 * Reads a fault plan from the flags of a command line.
 *
 * @module
 */

import { BusyTimes } from "./busy.ts";
import { formatFaultFlags } from "./format.ts";
import { LATENCY_NONE, parseLatency } from "./latency.ts";
import { parseRatio, type Ratio, RATIO_NONE } from "./notation.ts";
import { parsePartition } from "./parse_partition.ts";
import { parseCrashes, parsePause } from "./parse_process.ts";
import {
  type FaultFlags,
  type FaultPlan,
  type FaultRun,
  runEndTick,
} from "./plan.ts";

/**
 * Reads a fault plan, and checks it against the run it is for.
 *
 * The grammar, with durations as `parseDurationMs` reads them, and times
 * counted from the moment the first likes server starts:
 *
 * ```text
 * --latency    DURATION | exp:MEAN | uniform:FROM..TO | pareto:SCALE,SHAPE | lognormal:MEDIAN,SIGMA
 * --loss       RATIO                              3/100 or 0.03; replies too, unless
 * --ack-loss   RATIO                              says otherwise
 * --duplicate  RATIO
 * --partition  FROM..TO [:NAMES] [:ARROW]         repeatable; the colon before ARROW may be left out after NAMES
 *              NAMES = LikesServerN | LikesServerN-M, several separated by commas
 *              ARROW = ->primary | <-primary
 * --crash      PROCESS@TIME [+DOWN] | random:N    repeatable
 * --pause      PROCESS@TIME +DURATION             repeatable
 *              PROCESS = primary | LikesServerN
 * ```
 *
 * Overlapping partitions are their union. Crashes and pauses of one process
 * must not overlap; one may begin at the tick at which another ends.
 *
 * @param flags The texts of the flags.
 * @param run The run they are for.
 * @returns The plan, with drawn crashes in it.
 * @throws {SyntaxError} If a text is not of the form of its flag.
 * @throws {RangeError} If a value is out of bounds: an unknown process, a time
 * after the end of the run, before the process starts, or overlapping another.
 *
 * @example Usage
 * ```ts
 * import { parseFaultPlan } from "./parse.ts";
 * import { Streams } from "../domain/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = parseFaultPlan(
 *   { loss: "3/100", partition: ["20s..40s:LikesServer0-4:->primary"] },
 *   {
 *     servers: 10,
 *     spawnIntervalTicks: 10_000,
 *     lifetimeTicks: 600_000,
 *     streams: new Streams(7),
 *   },
 * );
 * assertEquals(plan.ackLoss.value, 0.03);
 * assertEquals(plan.partitions, [{
 *   fromTick: 200_000,
 *   untilTick: 400_000,
 *   servers: [{ first: 0, last: 4 }],
 *   cut: "reports",
 * }]);
 * assertEquals(plan.endTick, 690_000);
 * ```
 */
export function parseFaultPlan(flags: FaultFlags, run: FaultRun): FaultPlan {
  const endTick = runEndTick(run);
  const reportLoss = parseShare(flags.loss, "--loss");
  const busy = new BusyTimes();
  const pauses = (flags.pause ?? []).map((text) => parsePause(text, run, busy));
  return {
    latency: flags.latency === undefined
      ? LATENCY_NONE
      : parseLatency(flags.latency, "--latency"),
    reportLoss,
    ackLoss: flags.ackLoss === undefined
      ? reportLoss
      : parseShare(flags.ackLoss, "--ack-loss"),
    duplicate: parseShare(flags.duplicate, "--duplicate"),
    partitions: (flags.partition ?? []).map((text) =>
      parsePartition(text, run)
    ),
    crashes: parseCrashes(flags.crash ?? [], run, busy).sort(byTime),
    pauses: pauses.sort(byTime),
    servers: run.servers,
    endTick,
    flags: formatFaultFlags(flags),
  };
}

/** No share at all is one value, however it is written. */
function parseShare(text: string | undefined, flag: string): Ratio {
  if (text === undefined) return RATIO_NONE;
  const ratio = parseRatio(text, flag);
  return ratio.value === 0 ? RATIO_NONE : ratio;
}

function byTime(
  a: { atTick: number; process: number },
  b: { atTick: number; process: number },
): number {
  return a.atTick - b.atTick || a.process - b.process;
}
