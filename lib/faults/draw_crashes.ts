/**
 * Crashes drawn from the seed: `--crash random:5`.
 *
 * @module
 */

import { Family, type Streams, withinRange } from "../domain/random.ts";
import { TICKS_PER_SECOND } from "../domain/ticks.ts";
import { BusyTimes } from "./busy.ts";
import { populationOf } from "./groups.ts";
import { LIKES_NAMING, nodeAt, type NodeKind } from "./naming.ts";
import {
  type Crash,
  type FaultPlan,
  type FaultRun,
  runEndTick,
} from "./plan.ts";

/** The shortest and the longest time down. */
const DOWN_TICKS_MIN = TICKS_PER_SECOND / 2;
const DOWN_TICKS_MAX = 5 * TICKS_PER_SECOND;

/** Crashes begin between these shares of the run. */
const FROM_SHARE = 0.1;
const UNTIL_SHARE = 0.8;

/** Draws of a place for one crash before the room is counted. */
const TRIES_MAX = 100;

/** The most crashes that can be drawn. */
export const RANDOM_CRASHES_MAX = 10_000;

/** Faults of processes that a plan names. */
type GivenFaults = Pick<FaultPlan, "crashes" | "pauses">;

/** A random number of the crashes, from the least to the most allowed. */
type Draw = (min: number, max: number) => number;

/**
 * Draws crashes of likes servers, or of what else is named: which, when
 * (between 10 and 80 % of the run and within the server's own lifetime) and for
 * how long (0.5 to 5 s), none overlapping another crash or pause of the same
 * server.
 *
 * Places are drawn until one is free. Should the run be so crowded that this
 * fails, the free time is cut into pieces of the shortest time down and as many
 * of them drawn as are needed: so it fails only if it is impossible, whatever
 * the seed.
 *
 * @param count How many, 1 to {@linkcode RANDOM_CRASHES_MAX}.
 * @param run The run they are for.
 * @param streams The random numbers of the run.
 * @param given Crashes and pauses that drawn ones must not overlap.
 * @returns The crashes, in the order drawn; undefined if they do not fit.
 *
 * @example Usage
 * ```ts
 * import { drawCrashes } from "./draw_crashes.ts";
 * import { Streams } from "../domain/random.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const run = { servers: 10, spawnIntervalTicks: 10_000, lifetimeTicks: 600_000 };
 * const given = { crashes: [], pauses: [] };
 * assertEquals(drawCrashes(5, run, new Streams(7), given)?.length, 5);
 * ```
 */
export function drawCrashes(
  count: number,
  run: FaultRun,
  streams: Streams,
  given: GivenFaults,
): Crash[] | undefined {
  let n = 0;
  const draw: Draw = (min, max) =>
    withinRange(streams.bits(Family.CRASH, 0, ++n), min, max);
  const busy = busyTimesOf(given);
  const crashes: Crash[] = [];
  while (crashes.length < count) {
    const crash = drawOne(run, busy, draw);
    if (crash === undefined) {
      return drawPieces(count, run, busyTimesOf(given), draw);
    }
    crashes.push(crash);
  }
  return crashes;
}

function busyTimesOf({ crashes, pauses }: GivenFaults): BusyTimes {
  const busy = new BusyTimes();
  for (const { process, atTick, downTicks } of crashes) {
    busy.add(process, { fromTick: atTick, untilTick: atTick + downTicks });
  }
  for (const { process, atTick, pausedTicks } of pauses) {
    busy.add(process, { fromTick: atTick, untilTick: atTick + pausedTicks });
  }
  return busy;
}

/** The processes of which some crash. */
function victimsOf(run: FaultRun): { kind: NodeKind; count: number } {
  const kind = (run.naming ?? LIKES_NAMING).victims;
  return { kind, count: populationOf(run)[kind] };
}

/**
 * The first and the last tick at which a server may crash; the last below the
 * first if there is none.
 */
function windowOf(run: FaultRun, server: number): [number, number] {
  const endTick = runEndTick(run);
  const startTick = Math.max(0, server) * run.spawnIntervalTicks;
  return [
    Math.max(Math.ceil(endTick * FROM_SHARE), startTick),
    Math.min(
      Math.floor(endTick * UNTIL_SHARE),
      startTick + run.lifetimeTicks - 1,
    ),
  ];
}

/** Draws a crash in time that is free, and takes that time. */
function drawOne(
  run: FaultRun,
  busy: BusyTimes,
  draw: Draw,
): Crash | undefined {
  const victims = victimsOf(run);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const process = nodeAt(victims.kind, draw(0, victims.count - 1));
    const [first, last] = windowOf(run, process);
    if (last < first) continue;
    const atTick = draw(first, last);
    const downTicks = draw(DOWN_TICKS_MIN, DOWN_TICKS_MAX);
    const untilTick = atTick + downTicks;
    if (busy.overlapping(process, atTick, untilTick) !== undefined) continue;
    busy.add(process, { fromTick: atTick, untilTick });
    return { process, atTick, downTicks };
  }
  return undefined;
}

/** Draws among all disjoint pieces of free time of the shortest time down. */
function drawPieces(
  count: number,
  run: FaultRun,
  busy: BusyTimes,
  draw: Draw,
): Crash[] | undefined {
  const pieces: Crash[] = [];
  const { kind, count: victims } = victimsOf(run);
  for (let index = 0; index < victims; index++) {
    const process = nodeAt(kind, index);
    const [first, last] = windowOf(run, process);
    const taken = busy.of(process);
    let atTick = first;
    let next = 0;
    while (atTick <= last) {
      const time = taken[next];
      if (time === undefined || atTick + DOWN_TICKS_MIN <= time.fromTick) {
        pieces.push({ process, atTick, downTicks: DOWN_TICKS_MIN });
        atTick += DOWN_TICKS_MIN;
      } else {
        atTick = Math.max(atTick, time.untilTick);
        next++;
      }
    }
  }
  if (pieces.length < count) return undefined;
  // The first steps of a Fisher-Yates shuffle.
  for (let i = 0; i < count; i++) {
    const other = draw(i, pieces.length - 1);
    [pieces[i], pieces[other]] = [pieces[other] as Crash, pieces[i] as Crash];
  }
  return pieces.slice(0, count);
}
