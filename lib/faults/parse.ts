/**
 * Reads a fault plan from the flags of a command line.
 *
 * @module
 */

import { NEVER, ticksFromMs } from "../rules/ticks.ts";
import { BusyTimes } from "./busy.ts";
import { drawCrashes, RANDOM_CRASHES_MAX } from "./draw_crashes.ts";
import { formatFaultFlags } from "./format.ts";
import { LATENCY_NONE, parseLatency } from "./latency.ts";
import {
  formatDuration,
  parseDurationMs,
  parseInteger,
  parseRange,
  parseRatio,
  partOf,
  quote,
  type Ratio,
  RATIO_NONE,
} from "./notation.ts";
import {
  type Crash,
  type Cut,
  type FaultFlags,
  type FaultPlan,
  type FaultRun,
  type Partition,
  type Pause,
  PRIMARY,
  processName,
  runEndTick,
  type ServerRange,
} from "./plan.ts";

const PARTITION_FORM =
  "a partition is written FROM..TO, FROM..TO:LikesServer0-4,LikesServer7, " +
  "FROM..TO:->primary (cuts reports only), FROM..TO:<-primary (cuts replies only) " +
  "or FROM..TO:LikesServer0-4:->primary";
const CRASH_FORM =
  "a crash is written primary@100s+10s, LikesServer3@50s+5s, " +
  "LikesServer3@50s (never restarted) or random:5";
const PAUSE_FORM = "a pause is written LikesServer2@30s+20s";

const NAMES_REGEXP = /^LikesServer(0|[1-9]\d*)(?:-(0|[1-9]\d*))?$/;
const ARROW_REGEXP = /(->|<-)primary$/;
const EVENT_REGEXP = /^([^@+]+)@([^@+]+)(?:\+([^@+]+))?$/;
const RANDOM_REGEXP = /^random:(.*)$/;

/**
 * Reads a fault plan, and checks it against the run it is for.
 *
 * The grammar, with durations as {@linkcode parseDurationMs} reads them, and
 * times counted from the moment the first likes server starts:
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
 * import { Streams } from "../rules/random.ts";
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

function parseTicks(text: string, flag: string): number {
  return ticksFromMs(parseDurationMs(text, flag));
}

function formatTicks(ticks: number): string {
  return formatDuration(ticks / 10);
}

function parsePartition(text: string, run: FaultRun): Partition {
  const flag = "--partition";
  const colon = text.indexOf(":");
  const windowText = colon < 0 ? text : text.slice(0, colon);
  const [fromTick, untilTick] = parseRange(
    windowText,
    partOf(flag, text, windowText),
    parseTicks,
  );
  if (!windowText.includes("..") || colon === text.length - 1) {
    throw new SyntaxError(
      `Cannot read ${flag} ${quote(text)}: ${PARTITION_FORM}`,
    );
  }
  if (fromTick === untilTick) {
    throw new RangeError(
      `Cannot use ${flag} ${quote(text)}: it must end after it begins`,
    );
  }
  checkBeforeEnd(fromTick, text, flag, run);
  const [servers, cut] = parseScope(
    colon < 0 ? "" : text.slice(colon + 1),
    text,
    run,
  );
  return { fromTick, untilTick, servers, cut };
}

/** Who is cut off, and which way, of a partition. */
function parseScope(
  scope: string,
  text: string,
  run: FaultRun,
): [ServerRange[] | "all", Cut] {
  if (scope === "") return ["all", "both"];
  const arrow = ARROW_REGEXP.exec(scope)?.[1];
  const cut = arrow === undefined
    ? "both"
    : arrow === "->"
    ? "reports"
    : "replies";
  const names = scope.replace(ARROW_REGEXP, "");
  if (names === "") return ["all", cut];
  // One colon between the names and the arrow is none of the names.
  const list = cut === "both" ? names : names.replace(/(?<=.):$/, "");
  return [list.split(",").map((name) => parseNames(name, text, run)), cut];
}

function parseNames(name: string, text: string, run: FaultRun): ServerRange {
  const flag = "--partition";
  const [, firstText, lastText] = NAMES_REGEXP.exec(name) ?? [];
  if (firstText === undefined) {
    // What is left of an arrow that the shell took for a redirection.
    const hint = /[-<>]$/.test(name) ? " (quote arrows in a shell)" : "";
    throw new SyntaxError(
      `Cannot read ${flag} ${quote(text)}: ${PARTITION_FORM}${hint}`,
    );
  }
  const first = Number(firstText);
  const last = lastText === undefined ? first : Number(lastText);
  if (last < first) {
    throw new RangeError(
      `Cannot use ${flag} ${
        quote(text)
      }: a range of names must not end before it begins`,
    );
  }
  checkServer(last, text, flag, run);
  return { first, last };
}

function checkServer(
  id: number,
  text: string,
  flag: string,
  run: FaultRun,
): void {
  if (id < run.servers) return;
  const names = run.servers === 1
    ? "the only likes server is LikesServer0"
    : `the likes servers are LikesServer0 to LikesServer${run.servers - 1}`;
  throw new RangeError(`Cannot use ${flag} ${quote(text)}: ${names}`);
}

function checkBeforeEnd(
  tick: number,
  text: string,
  flag: string,
  run: FaultRun,
): void {
  const endTick = runEndTick(run);
  if (tick < endTick) return;
  throw new RangeError(
    `Cannot use ${flag} ${quote(text)}: it must begin before the run ends, at ${
      formatTicks(endTick)
    }`,
  );
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
      `Cannot use ${flag} ${quote(text)}: ${processName(process)} starts at ${
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

/** Marks a time as taken, or says what is in the way. */
function take(
  busy: BusyTimes,
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

function parsePause(text: string, run: FaultRun, busy: BusyTimes): Pause {
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

/** Explicit crashes first, wherever they stand: drawn ones keep out of their way. */
function parseCrashes(
  texts: readonly string[],
  run: FaultRun,
  busy: BusyTimes,
): Crash[] {
  const flag = "--crash";
  const crashes: Crash[] = [];
  let drawn = 0;
  for (const text of texts) {
    const countText = RANDOM_REGEXP.exec(text)?.[1];
    if (countText !== undefined) {
      drawn += parseInteger(
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
  if (drawn === 0) return crashes;
  const more = drawn > RANDOM_CRASHES_MAX
    ? undefined
    : drawCrashes(drawn, run, busy);
  if (more === undefined) {
    throw new RangeError(
      `Cannot use ${flag} random:${drawn}: so many crashes, each 0.5s or longer, ` +
        "do not fit between 10 and 80 % of the run without overlapping",
    );
  }
  return [...crashes, ...more];
}
