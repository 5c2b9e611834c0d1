/**
 * The likes of each likes server at the primary, as its answers tell, draw by
 * draw.
 *
 * @module
 */

import type { Entry } from "../../protocol/replies.ts";

/** A report that the primary has got. */
export interface DeliveredReport {
  /** The likes server's id. */
  readonly server: number;
  /** The newest draw that it carries. */
  readonly seq: number;
  /** Likes of the report. */
  readonly likes: number;
  /** The number of the attempt. */
  readonly attempt: number;
}

/** The primary's word on one likes server when it was asked. */
export type Held = Pick<Entry, "seq" | "total">;

/**
 * Is told that the primary counted likes, or with `likes` 0 that it forgot
 * some.
 *
 * @param server The likes server that they are of.
 * @param seq The newest draw among them; of those it still holds, if it forgot
 * some; 0 if none.
 * @param likes How many it counted.
 * @param total What it holds of this likes server now.
 * @param attempt The attempt that brought them; 0 if that is not known.
 */
export type CountListener = (
  server: number,
  seq: number,
  likes: number,
  total: number,
  attempt: number,
) => void;

/**
 * Reports without answer that are tried out; of a likes server seldom more than
 * one is on its way.
 */
const UNANSWERED_MAX = 12;

interface Observed {
  total: number;
  /** Counted draws in order: draw and likes, flat pairs. */
  readonly counts: number[];
  /** Reports that the primary got and did not answer. */
  readonly unanswered: DeliveredReport[];
  isCertain: boolean;
}

/**
 * Follows what the primary counts.
 *
 * An `ACK` says it: of a marked report, that all draws up to its seq are
 * counted; of an unmarked one, that its likes are. Only where a primary was
 * killed before it answered, or forgot what it had answered, does it have to be
 * asked ({@linkcode ObservedCounts.reconcile}).
 */
export class ObservedCounts {
  readonly #isMarked: boolean;
  readonly #totalUpTo: (server: number, seq: number) => number;
  readonly #onCount: CountListener;
  readonly #servers = new Map<number, Observed>();

  /**
   * @param isMarked Whether reports have marks.
   * @param totalUpTo The likes of a likes server's draws up to one of them.
   * @param onCount Is told what is counted.
   */
  constructor(
    isMarked: boolean,
    totalUpTo: (server: number, seq: number) => number,
    onCount: CountListener,
  ) {
    this.#isMarked = isMarked;
    this.#totalUpTo = totalUpTo;
    this.#onCount = onCount;
  }

  /**
   * Likes of a likes server at the primary.
   *
   * @param server Its id.
   * @returns As far as it is known.
   */
  totalOf(server: number): number {
    return this.#servers.get(server)?.total ?? 0;
  }

  /**
   * Whether it is known of each draw how often it was counted.
   *
   * @param server The id of the likes server.
   * @returns False if the primary holds what no report explains.
   */
  isCertain(server: number): boolean {
    return this.#servers.get(server)?.isCertain ?? true;
  }

  /**
   * The primary answered `ACK`.
   *
   * @param report To which report.
   */
  acknowledged(report: DeliveredReport): void {
    const { server, seq, attempt } = report;
    const likes = this.#isMarked
      ? Math.max(
        0,
        this.#totalUpTo(server, seq) - this.#of(server).total,
      )
      : report.likes;
    this.#count(server, seq, likes, attempt);
  }

  /**
   * The primary got a report and was killed before it answered.
   *
   * @param report The report.
   */
  unanswered(report: DeliveredReport): void {
    this.#of(report.server).unanswered.push(report);
  }

  /**
   * The primary told what it holds of a likes server, while no report was on
   * its way to it.
   *
   * @param server The likes server's id.
   * @param held What the primary said; a seq of 0 for reports without marks.
   */
  reconcile(server: number, held: Held): void {
    const observed = this.#of(server);
    const missing = held.total - observed.total;
    if (missing > 0) {
      if (this.#isMarked) this.#count(server, held.seq, missing, 0);
      else this.#explain(server, observed, missing);
    } else if (missing < 0) {
      this.#forget(server, observed, held.total);
    }
    observed.unanswered.length = 0;
  }

  #count(server: number, seq: number, likes: number, attempt: number): void {
    const observed = this.#of(server);
    observed.total += likes;
    if (likes > 0) observed.counts.push(seq, likes);
    this.#onCount(server, seq, likes, observed.total, attempt);
  }

  /**
   * Marks reports without an answer as counted: those whose likes make up what
   * is missing.
   */
  #explain(server: number, observed: Observed, likes: number): void {
    const counted = subsetOf(observed.unanswered, likes);
    if (counted !== null) {
      for (const report of counted) {
        this.#count(server, report.seq, report.likes, report.attempt);
      }
      return;
    }
    observed.isCertain = false;
    observed.total += likes;
    this.#onCount(server, observed.counts.at(-2) ?? 0, 0, observed.total, 0);
  }

  /** Forgets the newest counts first: a log loses its end. */
  #forget(server: number, observed: Observed, total: number): void {
    const { counts } = observed;
    while (observed.total > total && counts.length > 0) {
      observed.total -= counts.pop() ?? 0;
      counts.pop();
    }
    // A log ends between two reports; anything else is no end of what was seen.
    if (observed.total !== total) observed.isCertain = false;
    observed.total = total;
    this.#onCount(server, counts.at(-2) ?? 0, 0, total, 0);
  }

  #of(server: number): Observed {
    let observed = this.#servers.get(server);
    if (observed === undefined) {
      observed = { total: 0, counts: [], unanswered: [], isCertain: true };
      this.#servers.set(server, observed);
    }
    return observed;
  }
}

/**
 * Reports, the earliest first, whose likes make up a sum; null if there are
 * none such among the first few.
 */
function subsetOf(
  reports: readonly DeliveredReport[],
  likes: number,
  from = 0,
): DeliveredReport[] | null {
  if (likes === 0) return [];
  for (let i = from; i < Math.min(reports.length, UNANSWERED_MAX); i++) {
    const report = reports[i];
    if (report === undefined || report.likes === 0 || report.likes > likes) {
      continue;
    }
    const others = subsetOf(reports, likes - report.likes, i + 1);
    if (others !== null) return [report, ...others];
  }
  return null;
}
