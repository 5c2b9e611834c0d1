/**
 * The report on many runs: the share that converged, the failures of the
 * others, and the distributions of their numbers.
 *
 * @module
 */

import type { Distribution } from "../../verdict/histogram.ts";
import type { Verdict } from "../../verdict/verdict.ts";
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

/** Measures of the replicas of many runs. */
export interface ReplicasOfRuns {
  /** Runs at whose end all replicas that are up were equal. */
  readonly agreed: number;
  /** Over these runs. */
  readonly agreementSeconds: Distribution;
  /** Over the runs. */
  readonly apartSeconds: Distribution;
  /**
   * Over the runs: the 99th percentile over draws of each; left out where no
   * draw has propagated.
   */
  readonly propagationSecondsP99?: Distribution;
  /** Over the runs, in likes: the 99th percentile over time of each. */
  readonly spreadP99: Distribution;
}

/** Measures of the reads of many runs. */
export interface ReadsOfRuns {
  /** Reads that were answered, over all runs. */
  readonly count: number;
  /** Reads that were not, over all runs. */
  readonly unanswered: number;
  /**
   * Over the runs: the share that was fresh; left out where reports carry no
   * mark, as are the next two.
   */
  readonly fresh?: Distribution;
  /** Over all runs: answers of items that the reader had asked for before. */
  readonly monotonicPairs?: number;
  /** Over all runs: those that were older than one before. */
  readonly monotonicViolations?: number;
}

/**
 * The results of many runs; what is of replicas is left out where each has a
 * single primary.
 */
export interface RunsReport extends Partial<ReplicasOfRuns> {
  /** The delivery mode. */
  readonly delivery: string;
  /** The first seed; the others follow. */
  readonly seed: number;
  /** The number of runs. */
  readonly runs: number;
  /** Number of these that converged. */
  readonly converged: number;
  /** Number of these stopped by the violation of an invariant. */
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
  /** Measures of their reads; left out where nobody reads. */
  readonly reads?: ReadsOfRuns;
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
  readonly #convergenceSeconds = new Sample();
  readonly #stalenessSecondsP99 = new Sample();
  readonly #lost = new Sample();
  readonly #countedTwice = new Sample();
  readonly #undelivered = new Sample();
  readonly #replicas = new ReplicasSummary();
  readonly #reads = new ReadsSummary();
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

  /** Number of these that converged. */
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
    this.#stalenessSecondsP99.add(verdict.stalenessSeconds?.p99 ?? 0);
    this.#lost.add(lost);
    this.#countedTwice.add(countedTwice);
    this.#undelivered.add(undelivered);
    this.#replicas.add(verdict);
    this.#reads.add(verdict);
    if (verdict.converged === true) {
      this.#totals.converged++;
      this.#convergenceSeconds.add(verdict.convergenceSeconds ?? 0);
    } else {
      const parts = [
        [lost, "lost"],
        [countedTwice, "counted twice"],
        [undelivered, "undelivered"],
      ].filter(([likes]) => likes !== 0).map((part) => part.join(" "));
      const reason = verdict.draws === 0
        ? "no draw was made"
        : parts.length > 0
        ? `likes: ${parts.join(", ")}`
        : "the replicas do not agree";
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
      convergenceSeconds: this.#convergenceSeconds.distribution(),
      stalenessSecondsP99: this.#stalenessSecondsP99.distribution(),
      lost: this.#lost.distribution(),
      countedTwice: this.#countedTwice.distribution(),
      undelivered: this.#undelivered.distribution(),
      ...this.#replicas.part(),
      ...this.#reads.part(),
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

/** Sums up what replicas did. */
class ReplicasSummary {
  readonly #agreementSeconds = new Sample();
  readonly #apartSeconds = new Sample();
  readonly #propagationSecondsP99 = new Sample();
  readonly #spreadP99 = new Sample();

  add(verdict: Verdict): void {
    const { agreementSeconds, apartSeconds, propagationSeconds, spread } =
      verdict;
    if (agreementSeconds === undefined) return;
    if (agreementSeconds !== null) this.#agreementSeconds.add(agreementSeconds);
    this.#apartSeconds.add(apartSeconds ?? 0);
    if (propagationSeconds !== undefined) {
      this.#propagationSecondsP99.add(propagationSeconds.p99);
    }
    this.#spreadP99.add(spread?.p99 ?? 0);
  }

  part(): Partial<ReplicasOfRuns> {
    if (this.#apartSeconds.size === 0) return {};
    return {
      agreed: this.#agreementSeconds.size,
      agreementSeconds: this.#agreementSeconds.distribution(),
      apartSeconds: this.#apartSeconds.distribution(),
      ...this.#propagationSecondsP99.size > 0 && {
        propagationSecondsP99: this.#propagationSecondsP99.distribution(),
      },
      spreadP99: this.#spreadP99.distribution(),
    };
  }
}

/** Sums up what readers were told. */
class ReadsSummary {
  readonly #fresh = new Sample();
  #runs = 0;
  #count = 0;
  #unanswered = 0;
  #pairs: number | undefined;
  #violations = 0;

  add({ reads }: Verdict): void {
    if (reads === undefined) return;
    this.#runs++;
    this.#count += reads.count;
    this.#unanswered += reads.unanswered;
    if (reads.fresh !== undefined) this.#fresh.add(reads.fresh);
    if (reads.monotonicPairs === undefined) return;
    this.#pairs = (this.#pairs ?? 0) + reads.monotonicPairs;
    this.#violations += reads.monotonicViolations ?? 0;
  }

  part(): Pick<RunsReport, "reads"> {
    if (this.#runs === 0) return {};
    return {
      reads: {
        count: this.#count,
        unanswered: this.#unanswered,
        ...this.#pairs !== undefined && {
          fresh: this.#fresh.distribution(),
          monotonicPairs: this.#pairs,
          monotonicViolations: this.#violations,
        },
      },
    };
  }
}

/** A number of each run. */
class Sample {
  #values = new Float64Array(64);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(value: number): void {
    if (this.#size === this.#values.length) {
      const values = new Float64Array(2 * this.#size);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#size++] = value;
  }

  /** All 0 where there is none. */
  distribution(): Distribution {
    const values = this.#values.slice(0, this.#size).sort();
    const at = (share: number) =>
      values[Math.max(0, Math.ceil(share * values.length) - 1)] ?? 0;
    let sum = 0;
    for (const value of values) sum += value;
    return {
      mean: values.length === 0 ? 0 : sum / values.length,
      p50: at(0.5),
      p95: at(0.95),
      p99: at(0.99),
      max: at(1),
    };
  }
}
