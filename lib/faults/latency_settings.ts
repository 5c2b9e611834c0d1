/**
 * Latencies that were measured in production, by name.
 *
 * Source: Peter Bailis, Shivaram Venkataraman, Michael J. Franklin, Joseph M.
 * Hellerstein, Ion Stoica, "Probabilistically Bounded Staleness for Practical
 * Partial Quorums", PVLDB 5(8), 2012, table 3: fits to what LinkedIn (Voldemort
 * on solid state disks and on spinning ones) and Yammer (Riak) measured.
 *
 * @module
 */

import {
  formatLatency,
  type Latency,
  LATENCY_NONE,
  latencyForms,
  parseLatency,
  SAMPLES_FORM,
  type SamplesReader,
} from "./latency.ts";
import { unusable } from "./notation.ts";
import type { FaultFlags, FaultPlan } from "./plan.ts";

/** The latencies of all messages between clients and replicas. */
export interface LatencySetting {
  /** Name of the setting. */
  readonly name: string;
  /** Delay of reports: W of the paper. */
  readonly latency: Latency;
  /** Delay of acknowledgements, A, and of reads and their answers, R and S. */
  readonly others: Latency;
  /** Whether most delays are too short for ticks of 0.1 ms. */
  readonly isFine: boolean;
}

/** A Pareto distribution with an exponential tail. */
type Fit = readonly [
  share: string,
  scaleMs: number,
  shape: number,
  rate: number,
];

const SOLID_STATE: Fit = ["0.9122", 0.235, 10, 1.66];

const SETTINGS = [
  { name: "lnkd-ssd", fit: SOLID_STATE, others: SOLID_STATE, isFine: true },
  {
    name: "lnkd-disk",
    fit: ["0.38", 1.05, 1.51, 0.183],
    others: SOLID_STATE,
    isFine: true,
  },
  {
    name: "ymmr",
    fit: ["0.939", 3, 3.35, 0.0028],
    others: ["0.982", 1.5, 3.8, 0.0217],
    isFine: false,
  },
] as const;

/** Names of all settings, for predictions, which do without ticks. */
export const SETTING_NAMES: readonly string[] = SETTINGS.map(({ name }) =>
  name
);

/** Names of the settings that ticks of 0.1 ms can tell, for runs. */
export const TICK_SETTING_NAMES: readonly string[] = SETTINGS
  .filter(({ isFine }) => !isFine).map(({ name }) => name);

/** Forms of `--latency` of a run, for help. */
export const LATENCY_FORMS = latencyForms([
  SAMPLES_FORM,
  ...TICK_SETTING_NAMES,
]);

/** A fit with all delays so many times as long. */
function latencyOf(
  [share, scaleMs, shape, rate]: Fit,
  times: number,
): Latency {
  const value = Number(share);
  const rest = rounded(1 - value);
  const meanMs = rounded(1 / rate);
  return {
    kind: "mix",
    parts: [
      {
        share: { value, text: share },
        latency: { kind: "pareto", scaleMs: rounded(times * scaleMs), shape },
      },
      {
        share: { value: rest, text: `${rest}` },
        latency: { kind: "exponential", meanMs: rounded(times * meanMs) },
      },
    ],
  };
}

/** A number as it is written, so that writing and reading lose nothing. */
function rounded(number: number): number {
  return Number(number.toFixed(6));
}

/** The setting of a name, with all delays so many times as long. */
function scaledSetting(
  name: string,
  times: number,
): LatencySetting | undefined {
  const setting = SETTINGS.find((one) => one.name === name);
  return setting && {
    name,
    latency: latencyOf(setting.fit, times),
    others: latencyOf(setting.others, times),
    isFine: setting.isFine,
  };
}

/**
 * The setting of a name.
 *
 * @param name What was given for `--latency`.
 * @returns The setting; undefined if it names none.
 *
 * @example Usage
 * ```ts
 * import { latencySettingOf } from "./latency_settings.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(latencySettingOf("ymmr")?.isFine, false);
 * assertEquals(latencySettingOf("20ms"), undefined);
 * ```
 */
export function latencySettingOf(name: string): LatencySetting | undefined {
  return scaledSetting(name, 1);
}

/** The flags, and the fields of a plan, that say how long messages take. */
type LatencyKey = "latency" | "ackLatency" | "peerLatency" | "readLatency";

/** One-way delays of each kind of message. */
export interface Latencies extends Pick<FaultPlan, LatencyKey> {
  /** The setting that was named, or null. */
  readonly setting: LatencySetting | null;
}

/**
 * Reads how long messages of each kind take. A setting says it of all but those
 * for which another flag does.
 *
 * @param flags The texts of the flags.
 * @param readSamples Reads the file of `samples:FILE`; left out, there is none.
 * @param settings Names of the settings that are of use, for the error: all are
 * read.
 * @returns The latencies.
 * @throws {SyntaxError} If a text is no latency.
 * @throws {RangeError} If a value in it is out of bounds.
 */
export function parseLatencies(
  flags: Pick<FaultFlags, LatencyKey>,
  readSamples?: SamplesReader,
  settings: readonly string[] = TICK_SETTING_NAMES,
): Latencies {
  const parse = (
    text: string | undefined,
    flag: string,
    settings?: readonly string[],
  ) =>
    text === undefined ? null : parseLatency(text, flag, readSamples, settings);
  const setting = latencySettingOf(flags.latency ?? "") ?? null;
  const others = setting?.others ?? null;
  return {
    setting,
    latency: setting?.latency ??
      parse(flags.latency, "--latency", settings) ??
      LATENCY_NONE,
    ackLatency: parse(flags.ackLatency, "--ack-latency") ?? others,
    peerLatency: parse(flags.peerLatency, "--peer-latency"),
    readLatency: parse(flags.readLatency, "--read-latency") ?? others,
  };
}

/**
 * Makes sure that ticks can tell the delays of a setting apart.
 *
 * @param setting The setting.
 * @throws {RangeError} If they cannot: the message says how to scale it.
 */
export function checkTicks({ name, isFine }: LatencySetting): void {
  const scaled = scaledSetting(name, 100);
  if (!isFine || scaled === undefined) return;
  const latency = formatLatency(scaled.latency);
  const others = formatLatency(scaled.others);
  const larger =
    `--latency ${latency} --ack-latency ${others} --read-latency ${others}`;
  throw unusable(
    "--latency",
    name,
    `it is too fine for ticks of 0.1 ms, which only predict does without. A hundred times as long, with all times in the result likewise, it is ${larger}`,
  );
}
