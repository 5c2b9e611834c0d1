/**
 * Reads a fault plan from the flags of a command line.
 *
 * @module
 */

import { BusyTimes } from "./busy.ts";
import type { SamplesReader } from "./latency.ts";
import { checkTicks, parseLatencies } from "./latency_settings.ts";
import { parseRatio, type Ratio, RATIO_NONE } from "./notation.ts";
import { parsePartition } from "./parse_partition.ts";
import { type GivenTime, parseCrashes, parsePause } from "./parse_process.ts";
import type { FaultFlags, FaultPlan, FaultRun } from "./plan.ts";
import { byTime, scheduleFaults } from "./schedule.ts";

/**
 * Reads a fault plan, and checks it against the run it is for.
 *
 * The grammar, with durations as `parseDurationMs` reads them, and times
 * counted from the moment the first likes server starts:
 *
 * ```text
 * --latency    PLAIN | mix:SHARE*PLAIN+SHARE*PLAIN… | ymmr
 *              PLAIN = DURATION | exp:MEAN | uniform:FROM..TO | pareto:SCALE,SHAPE
 *                      | lognormal:MEDIAN,SIGMA | samples:FILE
 * --ack-latency, --peer-latency, --read-latency   likewise; as --latency unless
 *                                                 they say otherwise
 * --loss       RATIO                              3/100 or 0.03; replies too, unless
 * --ack-loss   RATIO                              says otherwise
 * --duplicate  RATIO
 * --partition  FROM..TO [:SIDES]                  repeatable
 *              SIDES = GROUP | GROUP--GROUP | [GROUP[:]]->GROUP | [GROUP[:]]<-GROUP
 *              GROUP = NAMES, several separated by commas
 *              NAMES = LikesServerN | primaryN | ReaderN, each also N-M; primary
 * --crash      PROCESS@TIME [+DOWN] | random:N    repeatable
 * --pause      PROCESS@TIME +DURATION             repeatable
 *              PROCESS = primary | primaryN | LikesServerN
 * ```
 *
 * A group that is alone is cut off from everybody else, as is what an arrow
 * without a group before it points to or comes from. `primary` is every
 * replica.
 *
 * Overlapping partitions are their union. Crashes and pauses of one process
 * must not overlap; one may begin at the tick at which another ends.
 *
 * @param flags The texts of the flags.
 * @param run The run they are for.
 * @param readSamples Reads the file of `samples:FILE`; left out, there is none.
 * @returns The plan. Crashes are not yet drawn: they depend on the seed.
 * @throws {SyntaxError} If a text is not of the form of its flag.
 * @throws {RangeError} If a value is out of bounds: an unknown process, a time
 * after the end of the run, before the process starts, or overlapping another,
 * or more drawn crashes than fit into the run.
 *
 * @example Usage
 * ```ts
 * import { PRIMARY } from "../domain/nodes.ts";
 * import { parseFaultPlan } from "./parse.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const plan = parseFaultPlan(
 *   { loss: "3/100", partition: ["20s..40s:LikesServer0-4:->primary"] },
 *   { servers: 10, spawnIntervalTicks: 10_000, lifetimeTicks: 600_000 },
 * );
 * assertEquals(plan.ackLoss.value, 0.03);
 * assertEquals(plan.partitions, [{
 *   fromTick: 200_000,
 *   untilTick: 400_000,
 *   left: [{ first: 0, last: 4 }],
 *   direction: "->",
 *   right: [{ first: PRIMARY, last: PRIMARY }],
 * }]);
 * ```
 */
export function parseFaultPlan(
  flags: FaultFlags,
  run: FaultRun,
  readSamples?: SamplesReader,
): FaultPlan {
  const { setting, latency, ackLatency, peerLatency, readLatency } =
    parseLatencies(flags, readSamples);
  if (setting !== null) checkTicks(setting);
  const reportLoss = parseShare(flags.loss, "--loss");
  const busy = new BusyTimes<GivenTime>();
  const pauses = (flags.pause ?? []).flatMap((text) =>
    parsePause(text, run, busy)
  );
  const { crashes, randomCrashes } = parseCrashes(flags.crash ?? [], run, busy);
  const plan: FaultPlan = {
    latency,
    ackLatency,
    peerLatency,
    // What nobody would read could not be written as flags that are taken.
    readLatency: (run.readers ?? 0) > 0 || (run.readAfterTicks ?? null) !== null
      ? readLatency
      : null,
    reportLoss,
    ackLoss: flags.ackLoss === undefined
      ? reportLoss
      : parseShare(flags.ackLoss, "--ack-loss"),
    duplicate: parseShare(flags.duplicate, "--duplicate"),
    partitions: (flags.partition ?? []).map((text) =>
      parsePartition(text, run)
    ),
    crashes: crashes.sort(byTime),
    randomCrashes,
    pauses: pauses.sort(byTime),
  };
  // Drawn crashes that do not fit are refused here: it is so with every seed.
  scheduleFaults({ ...run, faults: plan, seed: 0 });
  return plan;
}

/** No share at all is one value, however it is written. */
function parseShare(text: string | undefined, flag: string): Ratio {
  if (text === undefined) return RATIO_NONE;
  const ratio = parseRatio(text, flag);
  return ratio.value === 0 ? RATIO_NONE : ratio;
}
