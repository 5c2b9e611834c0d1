/**
 * Reads `--crash` and `--pause`: what happens to processes.
 *
 * @module
 */

import { NEVER } from "../domain/ticks.ts";
import type { BusyTime, BusyTimes } from "./busy.ts";
import { RANDOM_CRASHES_MAX } from "./draw_crashes.ts";
import { kindOf, LIKES_NAMING } from "./naming.ts";
import {
  formatTicks,
  parseInteger,
  parseTicks,
  partOf,
  quote,
  unreadable,
  unusable,
} from "./notation.ts";
import { checkBeforeEnd, type GivenFlag, parseNodes } from "./parse_common.ts";
import type { Crash, FaultRun, Pause } from "./plan.ts";

const EVENT_REGEXP = /^([^@+]+)@([^@+]+)(?:\+([^@+]+))?$/;
const RANDOM_REGEXP = /^random:(.*)$/;

/** A time that a crash or a pause of the command line takes. */
export interface GivenTime extends BusyTime {
  /** The flag and its value, for errors. */
  readonly text: string;
}

/** The processes, the time and the duration of a crash or a pause. */
interface GivenEvent {
  /** The nodes: one, or every replica. */
  readonly processes: readonly number[];
  readonly atTick: number;
  readonly durationTicks: number | undefined;
}

/** The parts of `PROCESS@TIME+DURATION`, checked against the run. */
function parseEvent(
  given: GivenFlag,
  form: string,
  run: FaultRun,
): GivenEvent {
  const { flag, text } = given;
  const { processes } = run.naming ?? LIKES_NAMING;
  const [, name = "", atText, durationText] = EVENT_REGEXP.exec(text) ?? [];
  const nodes = parseNodes(name, given, run);
  if (
    nodes === undefined || atText === undefined || nodes.isRange ||
    !(processes as readonly string[]).includes(kindOf(nodes.first))
  ) {
    throw unreadable(flag, text, form);
  }
  const atTick = parseTicks(atText, partOf(flag, text, atText));
  const startTick = Math.max(0, nodes.first) * run.spawnIntervalTicks;
  if (atTick < startTick) {
    throw unusable(flag, text, `${name} starts at ${formatTicks(startTick)}`);
  }
  checkBeforeEnd(atTick, given, run);
  const durationTicks = durationText === undefined
    ? undefined
    : parseTicks(durationText, partOf(flag, text, durationText));
  if (durationTicks === 0) {
    throw unusable(flag, text, "the time after + must be at least 0.1ms");
  }
  const named: number[] = [];
  for (let node = nodes.last; node >= nodes.first; node--) named.push(node);
  return { processes: named, atTick, durationTicks };
}

/** Marks a time as taken; one that is taken already is an error. */
function take(
  busy: BusyTimes<GivenTime>,
  { flag, text }: GivenFlag,
  process: number,
  fromTick: number,
  untilTick: number,
): void {
  const other = busy.overlapping(process, fromTick, untilTick);
  if (other !== undefined) {
    throw unusable(flag, text, `it overlaps ${other.text}`);
  }
  busy.add(process, { fromTick, untilTick, text: `${flag} ${quote(text)}` });
}

/**
 * Reads a pause.
 *
 * @param text Such as `LikesServer2@30s+20s`, or `primary@30s+20s` of every
 * replica.
 * @param run The run it is for.
 * @param busy When processes are taken already; the pause is added.
 * @returns The pause of each process.
 * @throws {SyntaxError} If the text is no pause.
 * @throws {RangeError} If the process is none of the run, does not live yet or
 * any more at that time, or is taken.
 */
export function parsePause(
  text: string,
  run: FaultRun,
  busy: BusyTimes<GivenTime>,
): Pause[] {
  const given = { flag: "--pause", text };
  const { pauseForm } = run.naming ?? LIKES_NAMING;
  const { processes, atTick, durationTicks } = parseEvent(
    given,
    pauseForm,
    run,
  );
  if (durationTicks === undefined) {
    throw unreadable(given.flag, text, pauseForm);
  }
  return processes.map((process) => {
    take(busy, given, process, atTick, atTick + durationTicks);
    return { process, atTick, pausedTicks: durationTicks };
  });
}

/**
 * Reads all crashes.
 *
 * @param texts Each such as `primary@100s+10s` or `random:5`.
 * @param run The run they are for.
 * @param busy When processes are taken already; the crashes are added.
 * @returns The crashes that are given, and the number of those to be drawn.
 * @throws {SyntaxError} If a text is no crash.
 * @throws {RangeError} If a process is none of the run, does not live yet or
 * any more at that time, or is taken, or if the number is none from 1 to
 * 10,000.
 */
export function parseCrashes(
  texts: readonly string[],
  run: FaultRun,
  busy: BusyTimes<GivenTime>,
): { crashes: Crash[]; randomCrashes: number } {
  const flag = "--crash";
  const { crashForm } = run.naming ?? LIKES_NAMING;
  const crashes: Crash[] = [];
  let randomCrashes = 0;
  for (const text of texts) {
    const countText = RANDOM_REGEXP.exec(text)?.[1];
    if (countText !== undefined) {
      randomCrashes += parseInteger(
        countText,
        partOf(flag, text, countText),
        1,
        RANDOM_CRASHES_MAX,
      );
      continue;
    }
    const given = { flag, text };
    const event = parseEvent(given, crashForm, run);
    const { processes, atTick, durationTicks: downTicks = NEVER } = event;
    for (const process of processes) {
      take(busy, given, process, atTick, atTick + downTicks);
      crashes.push({ process, atTick, downTicks });
    }
  }
  return { crashes, randomCrashes };
}
