/**
 * The report on many runs: the share that converged, the failures of the
 * others, and the distributions of their numbers.
 *
 * @module
 */

import type { Distribution } from "../verdict/histogram.ts";
import type { Outcome } from "./many.ts";

/**
 * The first value of a fingerprint, and the factor of each character: see
 * `RunsSummary`.
 */
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Failing seeds that are named. */
const FAILURES_NAMED_MAX = 10;

/** A run that did not converge, or that violated an invariant. */
export interface FailedRun {
  /** The run's seed. */
  readonly seed: number;
  /** The reason, in a few words. */
  readonly reason: string;
  /** The command that reproduces it. */
  readonly command: string;
}

/** The results of many runs. */
export interface RunsReport {
  /** The delivery mode. */
  readonly delivery: string;
  /** The first seed; the others follow. */
  readonly seed: number;
  /** The number of runs. */
  readonly runs: number;
  /** Of these, converged. */
  readonly converged: number;
  /** Of these, stopped by the violation of an invariant. */
  readonly violations: number;
  /** Likes generated, over all runs. */
  readonly generated: number;
  /** Likes counted, over all runs. */
  readonly counted: number;
  /** Reports that reached a primary, over all runs. */
  readonly reports: number;
  /** Over the runs that converged. */
  readonly convergenceSeconds: Distribution;
  /** Over the runs: the 99th percentile over time of each. */
  readonly stalenessSecondsP99: Distribution;
  /** Over the runs, in likes. */
  readonly lost: Distribution;
  /** Over the runs, in likes. */
  readonly countedTwice: Distribution;
  /** Over the runs, in likes. */
  readonly undelivered: Distribution;
  /** The first runs that failed, in the order of their seeds. */
  readonly failures: readonly FailedRun[];
  /** Fingerprint of the histories of all runs in order, 8 hex digits. */
  readonly digest: string;
}

/** Sums runs up, one by one in the order of their seeds. */
export class RunsSummary {
  readonly #delivery: string;
  readonly #seed: number;
  readonly #commandOf: (seed: number) => string;
  readonly #convergenceSeconds: number[] = [];
  readonly #stalenessSecondsP99: number[] = [];
  readonly #lost: number[] = [];
  readonly #countedTwice: number[] = [];
  readonly #undelivered: number[] = [];
  readonly #failures: FailedRun[] = [];
  readonly #totals = {
    runs: 0,
    converged: 0,
    violations: 0,
    generated: 0,
    counted: 0,
    reports: 0,
  };
  #digest = FNV_OFFSET_BASIS;

  /**
   * No run has been done yet.
   *
   * @param delivery The delivery mode.
   * @param seed The first seed.
   * @param commandOf Writes the command that reproduces the run with a seed.
   */
  constructor(
    delivery: string,
    seed: number,
    commandOf: (seed: number) => string,
  ) {
    this.#delivery = delivery;
    this.#seed = seed;
    this.#commandOf = commandOf;
  }

  /** Runs so far. */
  get runs(): number {
    return this.#totals.runs;
  }

  /** Of these, converged. */
  get converged(): number {
    return this.#totals.converged;
  }

  /**
   * Takes the run with the next seed.
   *
   * @param outcome What came of it.
   */
  add({ verdict, violation }: Outcome): void {
    const seed = this.#seed + this.#totals.runs++;
    if (verdict === undefined) {
      this.#totals.violations++;
      this.#mix(violation);
      this.#fail(seed, violation);
      return;
    }
    const { lost = 0, countedTwice = 0, undelivered, digest = "" } = verdict;
    this.#mix(digest);
    this.#totals.generated += verdict.generated;
    this.#totals.counted += verdict.counted ?? 0;
    this.#totals.reports += verdict.reports ?? 0;
    this.#stalenessSecondsP99.push(verdict.stalenessSeconds?.p99 ?? 0);
    this.#lost.push(lost);
    this.#countedTwice.push(countedTwice);
    this.#undelivered.push(undelivered);
    if (verdict.converged === true) {
      this.#totals.converged++;
      this.#convergenceSeconds.push(verdict.convergenceSeconds ?? 0);
    } else {
      const parts = [
        [lost, "lost"],
        [countedTwice, "counted twice"],
        [undelivered, "undelivered"],
      ].filter(([likes]) => likes !== 0).map((part) => part.join(" "));
      const reason = verdict.draws === 0
        ? "no draw was made"
        : `likes: ${parts.join(", ")}`;
      this.#fail(seed, reason);
    }
  }

  /**
   * Sums up.
   *
   * @returns The report on the runs so far.
   */
  report(): RunsReport {
    return {
      delivery: this.#delivery,
      seed: this.#seed,
      ...this.#totals,
      convergenceSeconds: distributionOf(this.#convergenceSeconds),
      stalenessSecondsP99: distributionOf(this.#stalenessSecondsP99),
      lost: distributionOf(this.#lost),
      countedTwice: distributionOf(this.#countedTwice),
      undelivered: distributionOf(this.#undelivered),
      failures: this.#failures,
      digest: (this.#digest >>> 0).toString(16).padStart(8, "0"),
    };
  }

  #fail(seed: number, reason: string): void {
    if (this.#failures.length === FAILURES_NAMED_MAX) return;
    this.#failures.push({ seed, reason, command: this.#commandOf(seed) });
  }

  /** FNV-1a (Fowler, Noll, Vo), 32 bits, over the digests in order. */
  #mix(text: string): void {
    for (let i = 0; i < text.length; i++) {
      this.#digest = Math.imul(this.#digest ^ text.charCodeAt(i), FNV_PRIME);
    }
  }
}

/** The distribution of a number over runs, all 0 where there is none. */
function distributionOf(numbers: readonly number[]): Distribution {
  const values = Float64Array.from(numbers).sort();
  const at = (share: number) =>
    values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
  const sum = values.reduce((sum, value) => sum + value, 0);
  return {
    mean: values.length === 0 ? 0 : sum / values.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
