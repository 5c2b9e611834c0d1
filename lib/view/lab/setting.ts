/**
 * The setting of the laboratory: one virtual run, written as the fragment of an
 * address, as the fields of a form and as a command line. All three are read by
 * the table of flags of the command line, so that they mean the same and are
 * refused for the same reasons.
 *
 * @module
 */

import { faultFlagsOf } from "../../faults/format.ts";
import {
  FAULT_KEYS,
  type FlagKey,
  flagName,
  FLAGS,
} from "../../options/flags.ts";
import { changedFlags, flagsOf } from "../../options/format_run.ts";
import { readRun, type RunValues } from "../../options/read_run.ts";
import { DEFAULT_RUN, type RunOptions } from "../../options/run_options.ts";

/** The label of each flag in the page. */
export const FIELD_LABELS = {
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
 * The most draws of a run in a page: some seconds' work. The command line has
 * no such bound.
 */
export const DRAWS_MAX = 10_000_000;

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
  if (texts.length > 1 && FLAGS[key].kind !== "list") {
    throw new SyntaxError(
      `Cannot use --${name} twice, with "${texts[0]}" and "${
        texts[1]
      }": it takes one value`,
    );
  }
  return FLAGS[key].read(texts, `--${name}`);
}

/**
 * The expected number of draws of a run.
 *
 * @param options The run.
 * @returns Draws of all likes servers.
 */
export function plannedDraws(options: RunOptions): number {
  const { servers, lifetimeTicks, intervalMinTicks, intervalMaxTicks } =
    options;
  return Math.round(
    servers * lifetimeTicks * 2 / (intervalMinTicks + intervalMaxTicks),
  );
}

function checkSize(options: RunOptions): void {
  const draws = plannedDraws(options);
  if (draws <= DRAWS_MAX) return;
  throw new RangeError(
    `Cannot run about ${draws} draws in a page: at most ${DRAWS_MAX} are allowed, use the command line for more`,
  );
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
 * dashes; empty where it is not given.
 */
export function fieldsOfSetting(options: RunOptions): Record<string, string> {
  const fields = { ...flagsOf(options), seed: `${options.seed}` };
  const faults = faultFlagsOf(options.faults, options.replicas);
  const texts = SETTING_FAULT_KEYS.flatMap((key) => {
    const { [key]: given = "" } = faults;
    return typeof given === "string" ? [[flagName(key), given]] : [];
  });
  return { ...fields, ...Object.fromEntries(texts) };
}

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
