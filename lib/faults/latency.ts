/**
 * The latency of messages: the notation of `--latency` and its like.
 *
 * @module
 */

import {
  formatDuration,
  parseDurationMs,
  parseRange,
  parseRatio,
  partOf,
  type Ratio,
  unreadable,
  unusable,
} from "./notation.ts";

/**
 * The distribution of one-way delays. Parameters are in milliseconds, as given,
 * so that a mean below a tick keeps its value.
 *
 * | kind | notation | delay, U uniform on (0, 1), Z standard normal | mean |
 * | --- | --- | --- | --- |
 * | constant | `20ms` | c | c |
 * | exponential | `exp:20ms` | -m ln U | m |
 * | uniform | `uniform:5ms..40ms` | each tick from a to b alike | (a + b) / 2 |
 * | pareto | `pareto:1ms,1.5` | s U^(-1/k), so P(delay > x) = (s / x)^k | s k / (k - 1), infinite for k <= 1 |
 * | lognormal | `lognormal:20ms,0.5` | m e^(σ Z), m is the median | m e^(σ² / 2) |
 * | mix | `mix:0.9*exp:2ms+0.1*pareto:1ms,1.5` | one of its parts, by their shares | shares times means |
 * | samples | `samples:FILE` | one of the measured delays, each alike | their mean |
 *
 * Source: each is the inversion of its distribution function, Luc Devroye,
 * "Non-Uniform Random Variate Generation" (1986), chapter II.2; mixtures are
 * composition, chapter II.4.1.
 */
export type Latency =
  | { readonly kind: "constant"; readonly delayMs: number }
  | { readonly kind: "exponential"; readonly meanMs: number }
  | { readonly kind: "uniform"; readonly minMs: number; readonly maxMs: number }
  | {
    readonly kind: "pareto";
    readonly scaleMs: number;
    readonly shape: number;
  }
  | {
    readonly kind: "lognormal";
    readonly medianMs: number;
    readonly sigma: number;
  }
  | { readonly kind: "mix"; readonly parts: readonly MixPart[] }
  | {
    readonly kind: "samples";
    /** The file they were read from, as it was named. */
    readonly path: string;
    /** The delays measured, at least one, in the order of the file. */
    readonly delaysMs: Float64Array;
  };

/** A part of a mixture of latencies. */
export interface MixPart {
  /** The share of messages whose delay comes from this part. */
  readonly share: Ratio;
  /** The distribution of those, itself no mixture. */
  readonly latency: Latency;
}

/**
 * Reads a file of measured delays.
 *
 * @param path The file, as it was named.
 * @param flag The flag it was named for, with its dashes, for the error.
 * @returns The delays in milliseconds, at least one.
 */
export type SamplesReader = (path: string, flag: string) => Float64Array;

/** The latency of a network that delivers at once. */
export const LATENCY_NONE: Latency = { kind: "constant", delayMs: 0 };

/**
 * The least and most shape of a Pareto distribution and sigma of a lognormal
 * one.
 */
const PARAMETER_MIN = 0.01;
const PARAMETER_MAX = 100;
const PARAMETER_BOUNDS =
  `the number after the comma must be from ${PARAMETER_MIN} to ${PARAMETER_MAX}`;

const MIX = "mix:";

/**
 * Largest distance of a sum of shares from 1: 1/3 three times, or 0.333333333.
 */
const SHARES_TOLERANCE = 1e-6;

/** The form of measured delays, where files can be read. */
export const SAMPLES_FORM = "samples:FILE";

/** A latency in each notation that is read everywhere. */
const FORMS = [
  ...["20ms", "exp:20ms", "uniform:5ms..40ms", "pareto:1ms,1.5"],
  ...["lognormal:20ms,0.5", "mix:0.9*exp:2ms+0.1*pareto:1ms,1.5"],
] as const;

/**
 * Lists how a latency may be written, for help and errors.
 *
 * @param others Forms that are taken besides: `samples:FILE`, names of
 * settings.
 * @returns Such as `20ms, exp:20ms, … or ymmr`.
 */
export function latencyForms(others: readonly string[]): string {
  const forms = [...FORMS, ...others];
  return `${forms.slice(0, -1).join(", ")} or ${forms.at(-1)}`;
}

/**
 * Reads a latency.
 *
 * @param text Such as `20ms`, `exp:20ms`, `uniform:5ms..40ms`,
 * `pareto:1ms,1.5` (scale, shape), `lognormal:20ms,0.5` (median, sigma),
 * `mix:0.9*exp:2ms+0.1*pareto:1ms,1.5` (shares that add up to 1) or
 * `samples:FILE`.
 * @param flag The flag it was given for, with its dashes, for the error.
 * @param readSamples Reads the file of `samples:FILE`.
 * @param settings Names that the flag takes besides, for the error.
 * @returns The distribution.
 * @throws {SyntaxError} If the text is no latency, or names a file where none
 * can be read.
 * @throws {RangeError} If a duration is above 59 hours, a range backwards, a
 * shape or sigma outside 0.01 to 100, or shares do not add up to 1.
 *
 * @default readSamples {refuseSamples}
 * @default settings {[]}
 *
 * @example Usage
 * ```ts
 * import { parseLatency } from "./latency.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(parseLatency("exp:20ms", "--latency"), {
 *   kind: "exponential",
 *   meanMs: 20,
 * });
 * ```
 */
export function parseLatency(
  text: string,
  flag: string,
  readSamples: SamplesReader = refuseSamples,
  settings: readonly string[] = [],
): Latency {
  const given = { flag, text, readSamples, settings };
  if (!text.startsWith(MIX)) return parsePlain(text, given);
  // A file may have a plus in its name: parts begin with a share.
  const texts = text.slice(MIX.length).split(/\+(?=[\d./]+\*)/);
  const parts = texts.map((part) => parsePart(part, given));
  const sum = parts.reduce((sum, { share }) => sum + share.value, 0);
  if (Math.abs(sum - 1) > SHARES_TOLERANCE) {
    const allowed = "the shares of a mix must add up to 1";
    throw unusable(flag, text, `${allowed}, not ${Number(sum.toFixed(6))}`);
  }
  return { kind: "mix", parts };
}

/**
 * A flag, all of its value, what reads the files that it names, and the names
 * of settings that it takes.
 */
interface Given {
  readonly flag: string;
  readonly text: string;
  readonly readSamples: SamplesReader;
  readonly settings: readonly string[];
}

/** Refuses what has none of the forms. */
function unknownForm({ flag, text, readSamples, settings }: Given) {
  const files = readSamples === refuseSamples ? [] : [SAMPLES_FORM];
  const forms = latencyForms([...files, ...settings]);
  return unreadable(flag, text, `a latency is written ${forms}`);
}

/** `0.9*exp:2ms` */
function parsePart(part: string, given: Given): MixPart {
  const { flag, text } = given;
  const star = part.indexOf("*");
  if (star < 0) throw unknownForm(given);
  const shareText = part.slice(0, star);
  const share = parseRatio(shareText, partOf(flag, text, shareText));
  return { share, latency: parsePlain(part.slice(star + 1), given) };
}

/** A latency that is no mixture: `plain` is all of `text`, or a part of it. */
function parsePlain(plain: string, given: Given): Latency {
  const { flag, text, readSamples } = given;
  const colon = plain.indexOf(":");
  const name = colon < 0 ? "" : plain.slice(0, colon);
  const rest = plain.slice(colon + 1);
  const part = partOf(flag, text, rest);
  switch (name) {
    case "":
      // What does not begin as a duration is told of all the forms there are.
      if (!/^[\d.]/.test(plain)) break;
      return { kind: "constant", delayMs: parseDurationMs(rest, part) };
    case "exp":
      return { kind: "exponential", meanMs: parseDurationMs(rest, part) };
    case "uniform": {
      const [minMs, maxMs] = parseRange(rest, part, parseDurationMs);
      return { kind: "uniform", minMs, maxMs };
    }
    case "pareto": {
      const [scaleMs, shape] = parsePair(rest, given);
      return { kind: "pareto", scaleMs, shape };
    }
    case "lognormal": {
      const [medianMs, sigma] = parsePair(rest, given);
      return { kind: "lognormal", medianMs, sigma };
    }
    case "samples":
      if (rest === "") break;
      return { kind: "samples", path: rest, delaysMs: readSamples(rest, flag) };
  }
  throw unknownForm(given);
}

/**
 * Refuses a file of samples where there are no files: in a browser, and in a
 * plan that is only data.
 */
function refuseSamples(path: string, flag: string): never {
  const reason = "no file can be read here, only on the command line";
  throw unreadable(flag, `samples:${path}`, reason);
}

/** A duration and a plain number, separated by a comma. */
function parsePair(
  rest: string,
  given: Given,
): [durationMs: number, parameter: number] {
  const { flag, text } = given;
  const [, durationText, parameterText] =
    /^([^,]*),(\d+|\d*\.\d+)$/.exec(rest) ?? [];
  if (durationText === undefined) throw unknownForm(given);
  const part = partOf(flag, text, durationText);
  const durationMs = parseDurationMs(durationText, part);
  const parameter = Number(parameterText);
  if (parameter < PARAMETER_MIN || parameter > PARAMETER_MAX) {
    throw unusable(flag, text, PARAMETER_BOUNDS);
  }
  return [durationMs, parameter];
}

/**
 * Writes a latency as {@linkcode parseLatency} reads it.
 *
 * @param latency The distribution.
 * @returns The notation.
 *
 * @example Usage
 * ```ts
 * import { formatLatency } from "./latency.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   formatLatency({ kind: "pareto", scaleMs: 1, shape: 1.5 }),
 *   "pareto:1ms,1.5",
 * );
 * ```
 */
export function formatLatency(latency: Latency): string {
  switch (latency.kind) {
    case "constant":
      return latency.delayMs === 0 ? "0ms" : formatDuration(latency.delayMs);
    case "exponential":
      return `exp:${formatDuration(latency.meanMs)}`;
    case "uniform":
      return `uniform:${formatDuration(latency.minMs)}..${
        formatDuration(latency.maxMs)
      }`;
    case "pareto":
      return `pareto:${formatDuration(latency.scaleMs)},${latency.shape}`;
    case "lognormal":
      return `lognormal:${formatDuration(latency.medianMs)},${latency.sigma}`;
    case "mix":
      return MIX +
        latency.parts.map(({ share, latency }) =>
          `${share.text}*${formatLatency(latency)}`
        ).join("+");
    case "samples":
      return `samples:${latency.path}`;
  }
}
