/**
 * Reads `--crash` and `--pause`: what happens to processes.
 *
 * @module
 */

import { nodeName, PRIMARY } from "../domain/nodes.ts";
import { NEVER } from "../domain/ticks.ts";
import type { BusyTime, BusyTimes } from "./busy.ts";
import { RANDOM_CRASHES_MAX } from "./draw_crashes.ts";
import {
  formatTicks,
  parseInteger,
  parseTicks,
  partOf,
  quote,
} from "./notation.ts";
import { checkBeforeEnd, checkServer, NAMES_REGEXP } from "./parse_common.ts";
import type { Crash, FaultRun, Pause } from "./plan.ts";

const CRASH_FORM =
  "a crash is written primary@100s+10s, LikesServer3@50s+5s, " +
  "LikesServer3@50s (never restarted) or random:5";
const PAUSE_FORM = "a pause is written LikesServer2@30s+20s";

const EVENT_REGEXP = /^([^@+]+)@([^@+]+)(?:\+([^@+]+))?$/;
const RANDOM_REGEXP = /^random:(.*)$/;

/** A time that a crash or a pause of the command line takes. */
export interface GivenTime extends BusyTime {
  /** The flag and its value, for errors. */
  readonly text: string;
}

/** The parts of `PROCESS@TIME+DURATION`, checked against the run. */
function parseEvent(
  text: string,
  flag: string,
  form: string,
  run: FaultRun,
): { process: number; atTick: number; durationTicks: number | undefined } {
  const [, name, atText, durationText] = EVENT_REGEXP.exec(text) ?? [];
  const id = name === undefined ? undefined : NAMES_REGEXP.exec(name);
  if (
    name === undefined || atText === undefined ||
    (name !== "primary" && (id?.[1] === undefined || id[2] !== undefined))
  ) {
    throw new SyntaxError(`Cannot read ${flag} ${quote(text)}: ${form}`);
  }
  const process = name === "primary" ? PRIMARY : Number(id?.[1]);
  if (process !== PRIMARY) checkServer(process, text, flag, run);
  const atTick = parseTicks(atText, partOf(flag, text, atText));
  const startTick = process === PRIMARY ? 0 : process * run.spawnIntervalTicks;
  if (atTick < startTick) {
    throw new RangeError(
      `Cannot use ${flag} ${quote(text)}: ${nodeName(process, 1)} starts at ${
        formatTicks(startTick)
      }`,
    );
  }
  checkBeforeEnd(atTick, text, flag, run);
  const durationTicks = durationText === undefined
    ? undefined
    : parseTicks(durationText, partOf(flag, text, durationText));
  if (durationTicks === 0) {
    throw new RangeError(
      `Cannot use ${flag} ${
        quote(text)
      }: the time after + must be at least 0.1ms`,
    );
  }
  return { process, atTick, durationTicks };
}

/** Marks a time as taken; one that is taken already is an error. */
function take(
  busy: BusyTimes<GivenTime>,
  process: number,
  fromTick: number,
  untilTick: number,
  text: string,
  flag: string,
): void {
  const other = busy.overlapping(process, fromTick, untilTick);
  if (other !== undefined) {
    throw new RangeError(
      `Cannot use ${flag} ${quote(text)}: it overlaps ${other.text}`,
    );
  }
  busy.add(process, { fromTick, untilTick, text: `${flag} ${quote(text)}` });
}

/**
 * Reads a pause.
 *
 * @param text Such as `LikesServer2@30s+20s`.
 * @param run The run it is for.
 * @param busy When processes are taken already; the pause is added.
 * @returns The pause.
 * @throws {SyntaxError} If the text is no pause.
 * @throws {RangeError} If the process is none of the run, does not live yet or
 * any more at that time, or is taken.
 */
export function parsePause(
  text: string,
  run: FaultRun,
  busy: BusyTimes<GivenTime>,
): Pause {
  const flag = "--pause";
  const { process, atTick, durationTicks } = parseEvent(
    text,
    flag,
    PAUSE_FORM,
    run,
  );
  if (durationTicks === undefined) {
    throw new SyntaxError(`Cannot read ${flag} ${quote(text)}: ${PAUSE_FORM}`);
  }
  take(busy, process, atTick, atTick + durationTicks, text, flag);
  return { process, atTick, pausedTicks: durationTicks };
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
    const event = parseEvent(text, flag, CRASH_FORM, run);
    const { process, atTick, durationTicks: downTicks = NEVER } = event;
    take(busy, process, atTick, atTick + downTicks, text, flag);
    crashes.push({ process, atTick, downTicks });
  }
  return { crashes, randomCrashes };
}
