/**
 * The report on many runs: the share that converged, the failures of the
 * others, and the distributions of their numbers.
 *
 * @module
 */

import { TICKS_PER_SECOND } from "../../domain/ticks.ts";
import type { Distribution } from "../histogram.ts";
import type { FreshAfter } from "../read_meter.ts";
import { ExactSum } from "./exact_sum.ts";
import type { RunFigures } from "./figures.ts";
import { QUANTILE_ERROR, Samples, SHARE_UNITS } from "./sample.ts";

/**
 * The first value of a fingerprint, and the factor of each character: see
 * `RunsSummary`.
 */
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** The sums that are told of reads. */
const READ_SUMS = [
  ...["reads", "readsUnanswered"] as const,
  ...["monotonicPairs", "monotonicViolations"] as const,
  ...["ownReads", "ownMissed"] as const,
];
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
  /** Over these runs; left out where there is none. */
  readonly agreementSeconds?: Distribution;
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

/** Waits of the draws of many runs for their acknowledgement. */
export interface AcknowledgementsOfRuns {
  /**
   * Over the runs in which a draw was acknowledged: the median over draws of
   * each; left out where there is none, as is the next one.
   */
  readonly acknowledgementSecondsP50?: Distribution;
  /** Over these runs: the 99th percentile over draws of each. */
  readonly acknowledgementSecondsP99?: Distribution;
  /**
   * Over the runs: the share of draws that had to wait longer than
   * `--ack-timeout`.
   */
  readonly writesUnserved: Distribution;
}

/** Measures of the reads of many runs. */
export interface ReadsOfRuns {
  /** Reads that were answered, over all runs. */
  readonly count: number;
  /** Reads that were not, over all runs. */
  readonly unanswered: number;
  /**
   * Over the runs in which a read was answered: the median over reads of each,
   * from start to answer; left out where there is none, as is the next one.
   */
  readonly secondsP50?: Distribution;
  /** Over these runs: the 99th percentile over reads of each. */
  readonly secondsP99?: Distribution;
  /**
   * Over the runs in which a read was of something acknowledged: the share that
   * was fresh; left out where there is none, and where reports carry no mark,
   * as are the others below.
   */
  readonly fresh?: Distribution;
  /**
   * Over the runs: the 99th percentile over stale reads of the acknowledged
   * versions that they lacked; 0 of a run without.
   */
  readonly behindVersionsP99?: Distribution;
  /**
   * Over the runs: the 99th percentile over stale reads of the time since the
   * oldest of these was acknowledged; 0 of a run without.
   */
  readonly behindSecondsP99?: Distribution;
  /** Over all runs: answers of items that the reader had asked for before. */
  readonly monotonicPairs?: number;
  /** Over all runs: those that were older than one before. */
  readonly monotonicViolations?: number;
  /** Over all runs: reads by likes servers of their own item. */
  readonly ownReads?: number;
  /** Over all runs: those that lacked what had been acknowledged. */
  readonly ownMissed?: number;
  /** The reads of all runs: the share fresh by the age of the item. */
  readonly freshAfter?: readonly FreshAfter[];
}

/**
 * The results of many runs; what is of replicas is left out where each has a
 * single primary, what is of acknowledgements where they are not timed.
 */
export interface RunsReport
  extends Partial<ReplicasOfRuns>, Partial<AcknowledgementsOfRuns> {
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
  /** Over the runs that converged; left out where there is none. */
  readonly convergenceSeconds?: Distribution;
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
  /**
   * Fingerprint of the histories of all runs and their seeds, 8 hex digits. It
   * does not depend on the order in which they were done.
   */
  readonly digest: string;
  /**
   * Relative error of the quantiles, where they are not exact: some number has
   * too many different values.
   */
  readonly quantileError?: number;
}

/**
 * Sums runs up, in any order: what it comes to depends on the runs alone, to
 * the last digit. The memory that it needs does not grow with their number.
 */
export class RunsSummary {
  readonly #delivery: string;
  readonly #seed: number;
  readonly #commandOf: (seed: number) => string;
  readonly #ofAll = new Samples({
    convergenceSeconds: TICKS_PER_SECOND,
    stalenessSecondsP99: TICKS_PER_SECOND,
    ...{ lost: 1, countedTwice: 1, undelivered: 1 },
  });
  readonly #ofReplicas = new Samples({
    agreementSeconds: TICKS_PER_SECOND,
    apartSeconds: TICKS_PER_SECOND,
    ...{ propagationSecondsP99: TICKS_PER_SECOND, spreadP99: 1 },
  });
  readonly #ofAcknowledgements = new Samples({
    acknowledgementSecondsP50: TICKS_PER_SECOND,
    acknowledgementSecondsP99: TICKS_PER_SECOND,
    writesUnserved: SHARE_UNITS,
  });
  readonly #ofReads = new Samples({
    readSecondsP50: TICKS_PER_SECOND,
    readSecondsP99: TICKS_PER_SECOND,
    readsFresh: SHARE_UNITS,
    ...{ behindVersionsP99: 1, behindSecondsP99: TICKS_PER_SECOND },
  });
  readonly #generated = new ExactSum();
  readonly #counted = new ExactSum();
  readonly #reports = new ExactSum();
  readonly #readSums = new Map(READ_SUMS.map((name) => [name, new ExactSum()]));
  /** Reads and fresh reads, by the age of their item. */
  readonly #ages = new Map<number, [reads: ExactSum, fresh: ExactSum]>();
  /** The failures with the lowest seeds, in order. */
  readonly #failures: { readonly seed: number; readonly reason: string }[] = [];
  #runs = 0;
  #converged = 0;
  #violations = 0;
  /** Whether there are reads. */
  #areReads = false;
  /** Whether the reads of a run can tell versions. */
  #areMarked = false;
  #digest = 0;

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
    return this.#runs;
  }

  /** Number of these that converged. */
  get converged(): number {
    return this.#converged;
  }

  /**
   * Takes a run.
   *
   * @param run Its figures.
   */
  add(run: RunFigures): void {
    const { seed, generated, reason } = run;
    this.#runs++;
    this.#mix(seed, run.digest ?? reason ?? "");
    if (reason !== undefined) this.#fail(seed, reason);
    if (generated === undefined) {
      this.#violations++;
      return;
    }
    if (run.converged) this.#converged++;
    this.#generated.add(generated);
    this.#counted.add(run.counted ?? 0);
    this.#reports.add(run.reports ?? 0);
    this.#ofAll.add(run);
    if (run.agreementSeconds !== undefined) this.#ofReplicas.add(run);
    if (run.writesUnserved !== undefined) this.#ofAcknowledgements.add(run);
    if (run.reads !== undefined) this.#addReads(run);
  }

  #addReads(run: RunFigures): void {
    this.#areReads = true;
    if (run.monotonicPairs !== undefined) this.#areMarked = true;
    this.#ofReads.add(run);
    for (const [name, sum] of this.#readSums) sum.add(run[name] ?? 0);
    for (const [seconds, reads, fresh] of run.freshAfter ?? []) {
      const sums = this.#ages.get(seconds) ?? [new ExactSum(), new ExactSum()];
      this.#ages.set(seconds, sums);
      sums[0].add(reads);
      sums[1].add(fresh);
    }
  }

  /**
   * Sums up.
   *
   * @returns The report on the runs so far.
   */
  report(): RunsReport {
    const isExact = this.#ofAll.isExact && this.#ofReplicas.isExact &&
      this.#ofAcknowledgements.isExact && this.#ofReads.isExact;
    return {
      delivery: this.#delivery,
      seed: this.#seed,
      runs: this.#runs,
      converged: this.#converged,
      violations: this.#violations,
      generated: this.#generated.value,
      counted: this.#counted.value,
      reports: this.#reports.value,
      ...this.#likes(),
      ...this.#replicas(),
      ...this.#acknowledgements(),
      ...this.#areReads && { reads: this.#reads() },
      failures: this.#failures.map(({ seed, reason }) => ({
        seed,
        reason,
        command: this.#commandOf(seed),
      })),
      digest: (this.#digest >>> 0).toString(16).padStart(8, "0"),
      ...!isExact && { quantileError: QUANTILE_ERROR },
    };
  }

  #likes() {
    const samples = this.#ofAll;
    const { convergenceSeconds, ...others } = samples.distributions();
    const isKnown = samples.of("convergenceSeconds").size > 0;
    return { ...isKnown && { convergenceSeconds }, ...others };
  }

  #replicas(): Partial<ReplicasOfRuns> {
    const samples = this.#ofReplicas;
    if (samples.of("apartSeconds").size === 0) return {};
    const { agreementSeconds, propagationSecondsP99, spreadP99, ...others } =
      samples.distributions();
    const agreed = samples.of("agreementSeconds").size;
    const isKnown = samples.of("propagationSecondsP99").size > 0;
    return {
      agreed,
      ...agreed > 0 && { agreementSeconds },
      ...others,
      ...isKnown && { propagationSecondsP99 },
      spreadP99,
    };
  }

  #acknowledgements(): Partial<AcknowledgementsOfRuns> {
    const samples = this.#ofAcknowledgements;
    const { writesUnserved, ...others } = samples.distributions();
    if (samples.of("writesUnserved").size === 0) return {};
    const isKnown = samples.of("acknowledgementSecondsP50").size > 0;
    return { ...isKnown && others, writesUnserved };
  }

  #reads(): ReadsOfRuns {
    const samples = this.#ofReads;
    const { readSecondsP50, readSecondsP99, readsFresh, ...others } = samples
      .distributions();
    const areAnswered = samples.of("readSecondsP50").size > 0;
    const areJudged = samples.of("readsFresh").size > 0;
    const sumOf = (name: typeof READ_SUMS[number]) =>
      this.#readSums.get(name)!.value;
    return {
      count: sumOf("reads"),
      unanswered: sumOf("readsUnanswered"),
      ...areAnswered && {
        secondsP50: readSecondsP50,
        secondsP99: readSecondsP99,
      },
      ...this.#areMarked && {
        ...areJudged && { fresh: readsFresh },
        ...others,
        monotonicPairs: sumOf("monotonicPairs"),
        monotonicViolations: sumOf("monotonicViolations"),
        ownReads: sumOf("ownReads"),
        ownMissed: sumOf("ownMissed"),
        freshAfter: [...this.#ages].sort(([one], [other]) => one - other)
          .map(([seconds, [reads, fresh]]) => ({
            ...{ seconds, reads: reads.value },
            ...reads.value > 0 && { fresh: fresh.value / reads.value },
          })),
      },
    };
  }

  #fail(seed: number, reason: string): void {
    const failures = this.#failures;
    const last = failures.at(-1);
    const isFull = failures.length === FAILURES_NAMED_MAX;
    if (isFull && last !== undefined && last.seed < seed) return;
    const at = failures.findIndex((other) => other.seed > seed);
    failures.splice(at < 0 ? failures.length : at, 0, { seed, reason });
    failures.length = Math.min(failures.length, FAILURES_NAMED_MAX);
  }

  /**
   * The sum of a hash of each run: FNV-1a (Fowler, Noll, Vo), 32 bits, over
   * seed and digest.
   */
  #mix(seed: number, digest: string): void {
    const text = `${seed} ${digest}`;
    let hash = FNV_OFFSET_BASIS;
    for (let i = 0; i < text.length; i++) {
      hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
    }
    this.#digest = (this.#digest + hash) | 0;
  }
}
