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
import { QUANTILE_ERROR, Sample } from "./sample.ts";

/**
 * The first value of a fingerprint, and the factor of each character: see
 * `RunsSummary`.
 */
const FNV_OFFSET_BASIS = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
/** Units of a share: a billion make 1. */
export const SHARE_UNITS = 1_000_000_000;
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
  /** Over the runs: the median over reads of each, from start to answer. */
  readonly secondsP50: Distribution;
  /** Over the runs: the 99th percentile over reads of each. */
  readonly secondsP99: Distribution;
  /**
   * Over the runs: the share that was fresh; left out where reports carry no
   * mark, as are the others below.
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
 * Sums runs up, in any order: what it comes to depends on the runs alone, to the
 * last digit. The memory that it needs does not grow with their number.
 */
export class RunsSummary {
  readonly #delivery: string;
  readonly #seed: number;
  readonly #commandOf: (seed: number) => string;
  readonly #convergenceSeconds = new Sample(TICKS_PER_SECOND);
  readonly #stalenessSecondsP99 = new Sample(TICKS_PER_SECOND);
  readonly #lost = new Sample();
  readonly #countedTwice = new Sample();
  readonly #undelivered = new Sample();
  readonly #replicas = new ReplicasSummary();
  readonly #acknowledgements = new AcknowledgementsSummary();
  readonly #reads = new ReadsSummary();
  readonly #generated = new ExactSum();
  readonly #counted = new ExactSum();
  readonly #reports = new ExactSum();
  /** The failures with the lowest seeds, in order. */
  readonly #failures: { readonly seed: number; readonly reason: string }[] = [];
  #runs = 0;
  #converged = 0;
  #violations = 0;
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
    this.#generated.add(generated);
    this.#counted.add(run.counted ?? 0);
    this.#reports.add(run.reports ?? 0);
    this.#stalenessSecondsP99.add(run.stalenessSecondsP99 ?? 0);
    this.#lost.add(run.lost ?? 0);
    this.#countedTwice.add(run.countedTwice ?? 0);
    this.#undelivered.add(run.undelivered ?? 0);
    this.#replicas.add(run);
    this.#acknowledgements.add(run);
    this.#reads.add(run);
    if (run.converged !== true) return;
    this.#converged++;
    this.#convergenceSeconds.add(run.convergenceSeconds ?? 0);
  }

  /**
   * Sums up.
   *
   * @returns The report on the runs so far.
   */
  report(): RunsReport {
    const isExact = this.#replicas.isExact && this.#reads.isExact &&
      this.#acknowledgements.isExact && areExact(
        ...[this.#convergenceSeconds, this.#stalenessSecondsP99],
        ...[this.#lost, this.#countedTwice, this.#undelivered],
      );
    return {
      delivery: this.#delivery,
      seed: this.#seed,
      runs: this.#runs,
      converged: this.#converged,
      violations: this.#violations,
      generated: this.#generated.value,
      counted: this.#counted.value,
      reports: this.#reports.value,
      convergenceSeconds: this.#convergenceSeconds.distribution(),
      stalenessSecondsP99: this.#stalenessSecondsP99.distribution(),
      lost: this.#lost.distribution(),
      countedTwice: this.#countedTwice.distribution(),
      undelivered: this.#undelivered.distribution(),
      ...this.#replicas.part(),
      ...this.#acknowledgements.part(),
      ...this.#reads.part(),
      failures: this.#failures.map(({ seed, reason }) => ({
        seed,
        reason,
        command: this.#commandOf(seed),
      })),
      digest: (this.#digest >>> 0).toString(16).padStart(8, "0"),
      ...!isExact && { quantileError: QUANTILE_ERROR },
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
   * The sum of a hash of each run: FNV-1a (Fowler, Noll, Vo), 32 bits, over seed
   * and digest.
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

/** Sums up what replicas did. */
class ReplicasSummary {
  readonly #agreementSeconds = new Sample(TICKS_PER_SECOND);
  readonly #apartSeconds = new Sample(TICKS_PER_SECOND);
  readonly #propagationSecondsP99 = new Sample(TICKS_PER_SECOND);
  readonly #spreadP99 = new Sample();

  get isExact(): boolean {
    return areExact(
      ...[this.#agreementSeconds, this.#apartSeconds],
      ...[this.#propagationSecondsP99, this.#spreadP99],
    );
  }

  add(run: RunFigures): void {
    const { agreementSeconds, propagationSecondsP99 } = run;
    if (agreementSeconds === undefined) return;
    this.#agreementSeconds.add(agreementSeconds);
    this.#apartSeconds.add(run.apartSeconds ?? 0);
    if (propagationSecondsP99 !== undefined) {
      this.#propagationSecondsP99.add(propagationSecondsP99);
    }
    this.#spreadP99.add(run.spreadP99 ?? 0);
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

/** Sums up how long draws waited for their acknowledgement. */
class AcknowledgementsSummary {
  readonly #p50 = new Sample(TICKS_PER_SECOND);
  readonly #p99 = new Sample(TICKS_PER_SECOND);
  readonly #unserved = new Sample(SHARE_UNITS);

  get isExact(): boolean {
    return areExact(this.#p50, this.#p99, this.#unserved);
  }

  add(run: RunFigures): void {
    const { acknowledgementSecondsP50, acknowledgementSecondsP99 } = run;
    if (acknowledgementSecondsP50 !== undefined) {
      this.#p50.add(acknowledgementSecondsP50);
      this.#p99.add(acknowledgementSecondsP99 ?? 0);
    }
    if (run.writesUnserved !== undefined) {
      this.#unserved.add(run.writesUnserved);
    }
  }

  part(): Partial<AcknowledgementsOfRuns> {
    if (this.#unserved.size === 0) return {};
    return {
      ...this.#p50.size > 0 && {
        acknowledgementSecondsP50: this.#p50.distribution(),
        acknowledgementSecondsP99: this.#p99.distribution(),
      },
      writesUnserved: this.#unserved.distribution(),
    };
  }
}

/** Sums up what readers were told. */
class ReadsSummary {
  readonly #fresh = new Sample(SHARE_UNITS);
  readonly #secondsP50 = new Sample(TICKS_PER_SECOND);
  readonly #secondsP99 = new Sample(TICKS_PER_SECOND);
  readonly #behindVersionsP99 = new Sample();
  readonly #behindSecondsP99 = new Sample(TICKS_PER_SECOND);
  readonly #count = new ExactSum();
  readonly #unanswered = new ExactSum();
  readonly #pairs = new ExactSum();
  readonly #violations = new ExactSum();
  readonly #own = new ExactSum();
  readonly #ownMissed = new ExactSum();
  /** Reads and fresh reads, by the age of their item. */
  readonly #ages = new Map<number, [reads: ExactSum, fresh: ExactSum]>();

  get isExact(): boolean {
    return areExact(
      ...[this.#fresh, this.#secondsP50, this.#secondsP99],
      ...[this.#behindVersionsP99, this.#behindSecondsP99],
    );
  }

  add(run: RunFigures): void {
    const { reads } = run;
    if (reads === undefined) return;
    this.#count.add(reads);
    this.#unanswered.add(run.readsUnanswered ?? 0);
    this.#secondsP50.add(run.readSecondsP50 ?? 0);
    this.#secondsP99.add(run.readSecondsP99 ?? 0);
    if (run.monotonicPairs !== undefined) this.#addMarked(run);
  }

  #addMarked(run: RunFigures): void {
    if (run.readsFresh !== undefined) this.#fresh.add(run.readsFresh);
    this.#behindVersionsP99.add(run.behindVersionsP99 ?? 0);
    this.#behindSecondsP99.add(run.behindSecondsP99 ?? 0);
    this.#pairs.add(run.monotonicPairs ?? 0);
    this.#violations.add(run.monotonicViolations ?? 0);
    this.#own.add(run.ownReads ?? 0);
    this.#ownMissed.add(run.ownMissed ?? 0);
    for (const [seconds, reads, fresh] of run.freshAfter ?? []) {
      let sums = this.#ages.get(seconds);
      if (sums === undefined) {
        this.#ages.set(seconds, sums = [new ExactSum(), new ExactSum()]);
      }
      sums[0].add(reads);
      sums[1].add(fresh);
    }
  }

  part(): Pick<RunsReport, "reads"> {
    if (this.#secondsP50.size === 0) return {};
    return {
      reads: {
        count: this.#count.value,
        unanswered: this.#unanswered.value,
        secondsP50: this.#secondsP50.distribution(),
        secondsP99: this.#secondsP99.distribution(),
        ...this.#behindSecondsP99.size > 0 && {
          fresh: this.#fresh.distribution(),
          behindVersionsP99: this.#behindVersionsP99.distribution(),
          behindSecondsP99: this.#behindSecondsP99.distribution(),
          monotonicPairs: this.#pairs.value,
          monotonicViolations: this.#violations.value,
          ownReads: this.#own.value,
          ownMissed: this.#ownMissed.value,
          freshAfter: this.#freshAfter(),
        },
      },
    };
  }

  #freshAfter(): FreshAfter[] {
    return [...this.#ages].sort(([one], [other]) => one - other)
      .map(([seconds, [reads, fresh]]) => ({
        ...{ seconds, reads: reads.value },
        ...reads.value > 0 && { fresh: fresh.value / reads.value },
      }));
  }
}

function areExact(...samples: readonly Sample[]): boolean {
  return samples.every((sample) => sample.isExact);
}
