/**
 * The setting of the laboratory: one virtual run, written as the fragment of an
 * address, as the fields of a form and as a command line. All three are read by
 * the table of flags of the command line, so that they mean the same and are
 * refused for the same reasons.
 *
 * @module
 */

import { faultFlagsOf } from "../../faults/format.ts";
import { runEndTick } from "../../faults/plan.ts";
import {
  FAULT_KEYS,
  type FlagKey,
  flagName,
  FLAGS,
} from "../../options/flags.ts";
import { changedFlags, flagsOf } from "../../options/format_run.ts";
import { readRun, type RunValues } from "../../options/read_run.ts";
import {
  DEFAULT_RUN,
  replicasAsked,
  type RunOptions,
} from "../../options/run_options.ts";

/** The label of each flag in the page. */
export const FIELD_LABELS = {
  replicas: "Replicas",
  gossip: "Gossip every",
  gossipStyle: "Gossip style",
  writeTo: "Report to",
  writeQuorum: "Write quorum W",
  noFailover: "No failover",
  readers: "Readers",
  readInterval: "Pause between reads",
  readFrom: "Read from",
  readQuorum: "Read quorum R",
  readRepair: "Read repair",
  readAfter: "Read own after",
  servers: "Likes servers",
  lifetime: "Lifetime",
  spawnInterval: "Start one every",
  interval: "Pause between draws",
  likes: "Likes in a draw",
  delivery: "Delivery mode",
  ackTimeout: "Wait for an ACK",
  drain: "Deliver after the end",
  durability: "Primary writes",
  seed: "Seed",
  latency: "Latency",
  ackLatency: "Latency of replies",
  peerLatency: "Latency of gossip",
  readLatency: "Latency of reads",
  loss: "Loss",
  ackLoss: "Loss of replies",
  duplicate: "Duplication",
  partition: "Partition",
  crash: "Crash",
  pause: "Pause",
} as const satisfies Readonly<Partial<Record<FlagKey, string>>>;

/** All flags of a setting. */
const SETTING_KEYS = Object.keys(FIELD_LABELS) as (keyof typeof FIELD_LABELS)[];

/** The flags of faults among them. */
const SETTING_FAULT_KEYS = FAULT_KEYS.filter((key) => key in FIELD_LABELS);

/**
 * Puts an error of a setting into the words of the page instead of those of the
 * command line.
 *
 * @param message The message of an error of {@linkcode readSetting}, which
 * names flags.
 * @returns The same, naming fields as the page labels them.
 *
 * @example Usage
 * ```ts
 * import { inWordsOfPage } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   inWordsOfPage('Cannot use --loss "2": a ratio must be from 0 to 1'),
 *   'Cannot use “Loss” "2": a ratio must be from 0 to 1',
 * );
 * ```
 */
export function inWordsOfPage(message: string): string {
  return message.replace(/--[a-z]+(?:-[a-z]+)*/g, (flag) => {
    const key = SETTING_KEYS.find((key) => `--${flagName(key)}` === flag);
    return key === undefined ? flag : `“${FIELD_LABELS[key]}”`;
  });
}

/**
 * The most draws, exchanges and reads of a run in a page: some seconds' work.
 * The command line has no such bound.
 */
export const EVENTS_MAX = 10_000_000;

/** The most entries of all replicas of a run in a page: some 100 MB. */
const ENTRIES_MAX = 2 ** 22;

/** The value of a flag without value, where one is written all the same. */
const GIVEN = "on";

/** The defaults, with the seed that an address without one means. */
export const DEFAULT_SETTING: RunOptions = { ...DEFAULT_RUN, seed: 7 };

/**
 * Reads a setting.
 *
 * @param fields Values by the names of flags without dashes, from a form or an
 * address. What is missing or empty has the default of its flag.
 * @returns The run.
 * @throws {SyntaxError} If a name is that of no flag, or a value is not of the
 * form of its flag.
 * @throws {RangeError} If a value is out of bounds, or the run too large for a
 * page.
 * @throws {Error} If values do not fit together, with the words of the command
 * line.
 *
 * @example Usage
 * ```ts
 * import { readSetting } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const options = readSetting(new URLSearchParams("servers=3&loss=3/100"));
 * assertEquals(options.servers, 3);
 * assertEquals(options.faults.reportLoss.value, 0.03);
 * ```
 */
export function readSetting(fields: URLSearchParams): RunOptions {
  const names = SETTING_KEYS.map(flagName);
  for (const name of fields.keys()) {
    if (!names.includes(name)) {
      throw new SyntaxError(
        `Unknown setting "${name}": allowed are ${names.join(", ")}`,
      );
    }
  }
  const values: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) {
    values[key] = readField(key, fields.getAll(flagName(key)));
  }
  // Each key was read by the reader of its flag.
  const run = readRun(values as RunValues, () => DEFAULT_SETTING.seed);
  checkSize(run);
  return run;
}

function readField(key: FlagKey, given: string[]): unknown {
  const name = flagName(key);
  const texts = given.map((text) => text.trim()).filter((text) => text !== "");
  const { kind } = FLAGS[key];
  if (texts.length > 1 && kind !== "list") {
    throw new SyntaxError(
      `Cannot use --${name} twice, with "${texts[0]}" and "${
        texts[1]
      }": it takes one value`,
    );
  }
  const [text = GIVEN] = texts;
  if (kind === "toggle" && text !== GIVEN) {
    throw new SyntaxError(
      `Cannot use --${name} "${text}": it takes no value, or "${GIVEN}"`,
    );
  }
  return FLAGS[key].read(texts, `--${name}`);
}

/**
 * The expected number of draws, exchanges and reads of a run, each replica that
 * a likes server reports to or a reader asks counted.
 *
 * @param options The run.
 * @returns Events of all likes servers, replicas and readers.
 */
export function plannedEvents(options: RunOptions): number {
  const { servers, replicas, readers, lifetimeTicks, gossip } = options;
  const { intervalMinTicks, intervalMaxTicks, readAfterTicks } = options;
  const { readIntervalMinTicks, readIntervalMaxTicks, writeTo } = options;
  const draws = servers * lifetimeTicks * 2 /
    (intervalMinTicks + intervalMaxTicks);
  const ticks = runEndTick(options);
  const waitTicks = gossip === null || replicas === 1
    ? Infinity
    : (gossip.ticks + (gossip.maxTicks ?? gossip.ticks)) / 2;
  const reads = readers * ticks * 2 /
      (readIntervalMinTicks + readIntervalMaxTicks) +
    (readAfterTicks === null ? 0 : draws);
  return Math.round(
    draws * (writeTo === "all" ? replicas : 1) +
      replicas * ticks / waitTicks + reads * replicasAsked(options),
  );
}

function checkSize(options: RunOptions): void {
  const { servers, replicas } = options;
  const events = plannedEvents(options);
  if (events > EVENTS_MAX) {
    throw new RangeError(
      `Cannot run about ${events} draws, exchanges and reads in a page: at most ${EVENTS_MAX} are allowed, use the command line for more`,
    );
  }
  if (servers * replicas > ENTRIES_MAX && replicas > 1) {
    throw new RangeError(
      `Cannot run ${replicas} replicas of ${servers} likes servers in a page: their product must be at most ${ENTRIES_MAX}, use the command line for more`,
    );
  }
}

/**
 * Reads the fragment of an address.
 *
 * @param hash With or without its `#`; empty: the defaults.
 * @returns The run.
 * @throws {Error} As {@linkcode readSetting} does.
 */
export function settingFromHash(hash: string): RunOptions {
  return readSetting(new URLSearchParams(hash.replace(/^#/, "")));
}

/**
 * Writes a setting as the fragment of an address: what differs from the
 * defaults, the faults, the seed. Reading it again gives the same run.
 *
 * @param options The run.
 * @returns Such as `#servers=3&crash=primary@100s%2B10s&seed=7`.
 *
 * @example Usage
 * ```ts
 * import { hashOfSetting, settingFromHash } from "./setting.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const hash = "#servers=3&partition=60s..120s&seed=9";
 * assertEquals(hashOfSetting(settingFromHash(hash)), hash);
 * ```
 */
export function hashOfSetting(options: RunOptions): string {
  const pairs: (readonly [name: string, text: string])[] = [
    ...changedFlags(options),
    ...options.failover ? [] : [["no-failover", GIVEN] as const],
    ...faultFields(options),
    ["seed", `${options.seed}`],
  ];
  return `#${
    pairs.map(([name, text]) => `${name}=${escapeValue(text)}`).join("&")
  }`;
}

/**
 * The texts of a form that shows a setting.
 *
 * @param options The run.
 * @returns The text of each flag that takes one value, by its name without
 * dashes. Empty, or left out, where it is not given: what must not be given in
 * vain, such as a style of gossip with one replica, only if it is no default.
 */
export function fieldsOfSetting(options: RunOptions): Record<string, string> {
  const { replicas, readers, failover, seed } = options;
  const changed = new Map(changedFlags(options));
  const isShown = (name: string) => changed.has(name) || ALWAYS_SHOWN.has(name);
  const fields = Object.entries(flagsOf(options))
    .filter(([name]) => isShown(name));
  const faults = faultFlagsOf(options.faults, replicas);
  const texts = SETTING_FAULT_KEYS.flatMap((key) => {
    const { [key]: given = "" } = faults;
    return typeof given === "string" ? [[flagName(key), given]] : [];
  });
  return {
    ...Object.fromEntries(fields),
    ...{ replicas: `${replicas}`, readers: `${readers}`, seed: `${seed}` },
    ...!failover && { "no-failover": GIVEN },
    ...Object.fromEntries(texts),
  };
}

/** Flags without dashes that have a value whether it was given or not. */
const ALWAYS_SHOWN: ReadonlySet<string> = new Set(
  SETTING_KEYS.flatMap((key) =>
    FLAGS[key].read([], "") === undefined ? [] : [flagName(key)]
  ),
);

/**
 * Whether two settings are the same run.
 *
 * @param one A run.
 * @param other Another.
 * @returns `true` if they have the same values, however durations were written.
 */
export function isSameSetting(one: RunOptions, other: RunOptions): boolean {
  return hashOfSetting(one) === hashOfSetting(other);
}

function faultFields(
  { faults, replicas }: RunOptions,
): [name: string, text: string][] {
  const flags = faultFlagsOf(faults, replicas);
  return SETTING_FAULT_KEYS.flatMap((key) => {
    const { [key]: given = [] } = flags;
    const texts = typeof given === "string" ? [given] : given;
    return texts.map((text): [string, string] => [flagName(key), text]);
  });
}

/**
 * Escapes what would be misread, and nothing else: people read addresses, too.
 */
function escapeValue(text: string): string {
  return encodeURIComponent(text)
    .replace(
      /%(?:3A|40|2C|2F)/g,
      (escaped) => decodeURIComponent(escaped),
    );
}
