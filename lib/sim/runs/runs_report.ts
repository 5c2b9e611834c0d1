/**
 * The report on many runs: the share that converged, the failures of the
 * others, and the distributions of their numbers.
 *
 * @module
 */

import type { Distribution } from "../../verdict/histogram.ts";
import type { FreshAfter } from "../../verdict/read_meter.ts";
import type { ReadsVerdict } from "../../verdict/replica_verdict.ts";
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

/** Waits of the draws of many runs for their acknowledgement. */
export interface AcknowledgementsOfRuns {
  /** Over the runs: the median over draws of each. */
  readonly acknowledgementSecondsP50: Distribution;
  /** Over the runs: the 99th percentile over draws of each. */
  readonly acknowledgementSecondsP99: Distribution;
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
  readonly #acknowledgements = new AcknowledgementsSummary();
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
    this.#acknowledgements.add(verdict);
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
      ...this.#acknowledgements.part(),
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

/** Sums up how long draws waited for their acknowledgement. */
class AcknowledgementsSummary {
  readonly #p50 = new Sample();
  readonly #p99 = new Sample();
  readonly #unserved = new Sample();

  add({ acknowledgementSeconds, writesUnserved }: Verdict): void {
    if (acknowledgementSeconds === undefined) return;
    this.#p50.add(acknowledgementSeconds.p50);
    this.#p99.add(acknowledgementSeconds.p99);
    this.#unserved.add(writesUnserved ?? 0);
  }

  part(): Partial<AcknowledgementsOfRuns> {
    if (this.#unserved.size === 0) return {};
    return {
      acknowledgementSecondsP50: this.#p50.distribution(),
      acknowledgementSecondsP99: this.#p99.distribution(),
      writesUnserved: this.#unserved.distribution(),
    };
  }
}

/** Sums up what readers were told. */
class ReadsSummary {
  readonly #fresh = new Sample();
  readonly #secondsP50 = new Sample();
  readonly #secondsP99 = new Sample();
  readonly #behindVersionsP99 = new Sample();
  readonly #behindSecondsP99 = new Sample();
  readonly #ages: AgeSum[] = [];
  readonly #sums = { count: 0, unanswered: 0 };
  readonly #marked = {
    monotonicPairs: 0,
    monotonicViolations: 0,
    ownReads: 0,
    ownMissed: 0,
  };

  add({ reads }: Verdict): void {
    if (reads === undefined) return;
    this.#sums.count += reads.count;
    this.#sums.unanswered += reads.unanswered;
    this.#secondsP50.add(reads.seconds.p50);
    this.#secondsP99.add(reads.seconds.p99);
    if (reads.monotonicPairs !== undefined) this.#addMarked(reads);
  }

  #addMarked(reads: ReadsVerdict): void {
    if (reads.fresh !== undefined) this.#fresh.add(reads.fresh);
    this.#behindVersionsP99.add(reads.behindVersions?.p99 ?? 0);
    this.#behindSecondsP99.add(reads.behindSeconds?.p99 ?? 0);
    this.#marked.monotonicPairs += reads.monotonicPairs ?? 0;
    this.#marked.monotonicViolations += reads.monotonicViolations ?? 0;
    this.#marked.ownReads += reads.ownReads ?? 0;
    this.#marked.ownMissed += reads.ownMissed ?? 0;
    for (const [i, age] of (reads.freshAfter ?? []).entries()) {
      const sum = this.#ages[i] ??= { ...age, reads: 0, fresh: 0 };
      sum.reads += age.reads;
      // A share of so many reads is a whole number of them.
      sum.fresh += Math.round((age.fresh ?? 0) * age.reads);
    }
  }

  part(): Pick<RunsReport, "reads"> {
    if (this.#secondsP50.size === 0) return {};
    return {
      reads: {
        ...this.#sums,
        secondsP50: this.#secondsP50.distribution(),
        secondsP99: this.#secondsP99.distribution(),
        ...this.#behindSecondsP99.size > 0 && {
          fresh: this.#fresh.distribution(),
          behindVersionsP99: this.#behindVersionsP99.distribution(),
          behindSecondsP99: this.#behindSecondsP99.distribution(),
          ...this.#marked,
          freshAfter: this.#ages.map(({ seconds, reads, fresh }) => ({
            ...{ seconds, reads },
            ...reads > 0 && { fresh: fresh / reads },
          })),
        },
      },
    };
  }
}

/** Reads of one age of their item. */
interface AgeSum {
  readonly seconds: number;
  reads: number;
  /** Fresh reads among them. */
  fresh: number;
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
