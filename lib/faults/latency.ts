/**
 * The latency of messages: the notation of `--latency` and the sampling of
 * delays.
 *
 * @module
 */

import { TICKS_PER_MS } from "../domain/ticks.ts";
import { exponential, normal, power } from "./distributions.ts";
import {
  formatDuration,
  parseDurationMs,
  parseRange,
  partOf,
  quote,
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
 *
 * Source: each is the inversion of its distribution function, Luc Devroye,
 * "Non-Uniform Random Variate Generation" (1986), chapter II.2.
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
  };

/** The latency of a network that delivers at once. */
export const LATENCY_NONE: Latency = { kind: "constant", delayMs: 0 };

/**
 * The least and most shape of a Pareto distribution and sigma of a lognormal
 * one.
 */
const PARAMETER_MIN = 0.01;
const PARAMETER_MAX = 100;

const LATENCY_FORM =
  "a latency is written 20ms, exp:20ms, uniform:5ms..40ms, pareto:1ms,1.5 or lognormal:20ms,0.5";

/**
 * Reads a latency.
 *
 * @param text Such as `20ms`, `exp:20ms`, `uniform:5ms..40ms`,
 * `pareto:1ms,1.5` (scale, shape) or `lognormal:20ms,0.5` (median, sigma).
 * @param flag The flag it was given for, with its dashes, for the error.
 * @returns The distribution.
 * @throws {SyntaxError} If the text is no latency.
 * @throws {RangeError} If a duration is above 59 hours, a range backwards, or
 * a shape or sigma outside 0.01 to 100.
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
export function parseLatency(text: string, flag: string): Latency {
  const colon = text.indexOf(":");
  const name = colon < 0 ? "" : text.slice(0, colon);
  const rest = text.slice(colon + 1);
  const part = partOf(flag, text, rest);
  switch (name) {
    case "":
      // What does not begin as a duration is told of all the forms there are.
      if (!/^[\d.]/.test(text)) break;
      return { kind: "constant", delayMs: parseDurationMs(rest, part) };
    case "exp":
      return { kind: "exponential", meanMs: parseDurationMs(rest, part) };
    case "uniform": {
      const [minMs, maxMs] = parseRange(rest, part, parseDurationMs);
      return { kind: "uniform", minMs, maxMs };
    }
    case "pareto": {
      const [scaleMs, shape] = parsePair(rest, flag, text);
      return { kind: "pareto", scaleMs, shape };
    }
    case "lognormal": {
      const [medianMs, sigma] = parsePair(rest, flag, text);
      return { kind: "lognormal", medianMs, sigma };
    }
  }
  throw new SyntaxError(`Cannot read ${flag} ${quote(text)}: ${LATENCY_FORM}`);
}

/** A duration and a plain number, separated by a comma. */
function parsePair(
  rest: string,
  flag: string,
  text: string,
): [durationMs: number, parameter: number] {
  const [durationText, parameterText, ...more] = rest.split(",");
  if (
    durationText === undefined || parameterText === undefined ||
    more.length > 0 || !/^(\d+|\d*\.\d+)$/.test(parameterText)
  ) {
    throw new SyntaxError(
      `Cannot read ${flag} ${quote(text)}: ${LATENCY_FORM}`,
    );
  }
  const durationMs = parseDurationMs(
    durationText,
    partOf(flag, text, durationText),
  );
  const parameter = Number(parameterText);
  if (parameter < PARAMETER_MIN || parameter > PARAMETER_MAX) {
    throw new RangeError(
      `Cannot use ${flag} ${
        quote(text)
      }: the number after the comma must be from ${PARAMETER_MIN} to ${PARAMETER_MAX}`,
    );
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
  }
}

const NONE = -1;
const EXPONENTIAL = 0;
const UNIFORM = 1;
const PARETO = 2;
const LOGNORMAL = 3;

/**
 * Draws delays from a distribution. Numbers only, and one class for all
 * distributions, so that the call is inlined where it is made.
 *
 * @example Usage
 * ```ts
 * import { LatencySampler, parseLatency } from "./latency.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const sampler = new LatencySampler(parseLatency("uniform:5ms..40ms", "--latency"));
 * assertEquals(sampler.ticks(0), 50);
 * assertEquals(sampler.ticks(2 ** 32 - 1), 400);
 * ```
 */
export class LatencySampler {
  readonly #kind: number;
  /** Mean, least, scale or median, in ticks. */
  readonly #base: number;
  /** Number of ticks to choose from, 1 / shape, or sigma. */
  readonly #spread: number;

  /**
   * Prepares a distribution for many draws.
   *
   * @param latency The distribution.
   */
  constructor(latency: Latency) {
    switch (latency.kind) {
      case "exponential":
        this.#kind = EXPONENTIAL;
        this.#base = latency.meanMs * TICKS_PER_MS;
        this.#spread = 0;
        break;
      case "constant":
        // The uniform distribution over one tick.
        this.#kind = UNIFORM;
        this.#base = Math.round(latency.delayMs * TICKS_PER_MS);
        this.#spread = 1;
        break;
      case "uniform":
        this.#kind = UNIFORM;
        this.#base = Math.round(latency.minMs * TICKS_PER_MS);
        this.#spread = Math.round(latency.maxMs * TICKS_PER_MS) - this.#base +
          1;
        break;
      case "pareto":
        this.#kind = PARETO;
        this.#base = latency.scaleMs * TICKS_PER_MS;
        this.#spread = 1 / latency.shape;
        break;
      case "lognormal":
        this.#kind = LOGNORMAL;
        this.#base = latency.medianMs * TICKS_PER_MS;
        this.#spread = latency.sigma;
        break;
    }
    if (this.#base === 0 && (this.#kind !== UNIFORM || this.#spread === 1)) {
      this.#kind = NONE;
    }
  }

  /**
   * One delay of the other distributions, not rounded and without bound: a
   * Pareto tail exceeds any 32-bit number. Apart, so that the common one stays
   * small enough to be compiled into its callers.
   */
  #otherTicks(bits: number): number {
    if (this.#kind === NONE) return 0;
    if (this.#kind === UNIFORM) {
      return this.#base + ((bits >>> 0) * this.#spread / 2 ** 32 >>> 0);
    }
    if (this.#kind === PARETO) {
      return this.#base * power(this.#spread * exponential(bits));
    }
    return this.#base * power(this.#spread * normal(bits));
  }

  /**
   * One delay in whole ticks.
   *
   * @param bits 32 random bits: a whole number from -2^31 to 2^31 - 1, or from
   * 0 to 2^32 - 1.
   * @param ticksMax The most ticks it may be, from 0 to 2^31 - 1.
   * @returns The delay, rounded to the nearest tick (which keeps the mean,
   * where cutting would lose half a tick), at most `ticksMax`.
   */
  ticks(bits: number, ticksMax = 2 ** 31 - 1): number {
    const exact = this.#kind === EXPONENTIAL
      ? this.#base * exponential(bits)
      : this.#otherTicks(bits);
    return exact < ticksMax ? (exact + 0.5) | 0 : ticksMax;
  }
}
