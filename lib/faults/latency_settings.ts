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
  parseLatency,
  type SamplesReader,
} from "./latency.ts";
import { quote } from "./notation.ts";

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
function fit(
  share: string,
  scaleMs: number,
  shape: number,
  rate: number,
): Latency {
  const value = Number(share);
  const rest = Number((1 - value).toFixed(6));
  return {
    kind: "mix",
    parts: [
      {
        share: { value, text: share },
        latency: { kind: "pareto", scaleMs, shape },
      },
      {
        share: { value: rest, text: `${rest}` },
        // As it is written, so that writing and reading lose nothing.
        latency: { kind: "exponential", meanMs: Number((1 / rate).toFixed(6)) },
      },
    ],
  };
}

const SOLID_STATE = fit("0.9122", 0.235, 10, 1.66);

const SETTINGS: readonly LatencySetting[] = [
  {
    name: "lnkd-ssd",
    latency: SOLID_STATE,
    others: SOLID_STATE,
    isFine: true,
  },
  {
    name: "lnkd-disk",
    latency: fit("0.38", 1.05, 1.51, 0.183),
    others: SOLID_STATE,
    isFine: true,
  },
  {
    name: "ymmr",
    latency: fit("0.939", 3, 3.35, 0.0028),
    others: fit("0.982", 1.5, 3.8, 0.0217),
    isFine: false,
  },
];

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
  return SETTINGS.find((setting) => setting.name === name);
}

/** The texts of the flags that say how long messages take. */
export interface LatencyFlags {
  /** `--latency`, or the name of a setting. */
  readonly latency?: string | undefined;
  /** `--ack-latency` */
  readonly ackLatency?: string | undefined;
  /** `--peer-latency` */
  readonly peerLatency?: string | undefined;
  /** `--read-latency` */
  readonly readLatency?: string | undefined;
}

/** One-way delays of each kind of message. */
export interface Latencies {
  /** The setting that was named, or null. */
  readonly setting: LatencySetting | null;
  /** Delay of reports. */
  readonly latency: Latency;
  /** Delay of replies to likes servers; null: as of reports. */
  readonly ackLatency: Latency | null;
  /** Between replicas; null: as of reports. */
  readonly peerLatency: Latency | null;
  /** Delay of reads and their answers; null: as of reports. */
  readonly readLatency: Latency | null;
}

/**
 * Reads how long messages of each kind take. A setting says it of all but those
 * for which another flag does.
 *
 * @param flags The texts of the flags.
 * @param readSamples Reads the file of `samples:FILE`; left out, there is none.
 * @returns The latencies.
 * @throws {SyntaxError} If a text is no latency.
 * @throws {RangeError} If a value in it is out of bounds.
 */
export function parseLatencies(
  flags: LatencyFlags,
  readSamples?: SamplesReader,
): Latencies {
  const parse = (text: string | undefined, flag: string) =>
    text === undefined ? null : parseLatency(text, flag, readSamples);
  const setting = latencySettingOf(flags.latency ?? "") ?? null;
  const others = setting?.others ?? null;
  return {
    setting,
    latency: setting?.latency ?? parse(flags.latency, "--latency") ??
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
export function checkTicks(setting: LatencySetting): void {
  if (!setting.isFine) return;
  const [latency, others] = [setting.latency, setting.others]
    .map((one) => formatLatency(timesHundred(one)));
  throw new RangeError(
    `Cannot use --latency ${
      quote(setting.name)
    }: it is too fine for ticks of 0.1 ms, which only predict does without. A hundred times as long, with all times in the result likewise, it is --latency ${latency} --ack-latency ${others} --read-latency ${others}`,
  );
}

function timesHundred(latency: Latency): Latency {
  switch (latency.kind) {
    case "mix":
      return {
        kind: "mix",
        parts: latency.parts.map(({ share, latency }) => ({
          share,
          latency: timesHundred(latency),
        })),
      };
    case "pareto":
      return { ...latency, scaleMs: rounded(100 * latency.scaleMs) };
    case "exponential":
      return { ...latency, meanMs: rounded(100 * latency.meanMs) };
    default:
      return latency;
  }
}

function rounded(ms: number): number {
  return Number(ms.toFixed(6));
}
