/**
 * The likes that a primary counted in the course of a run.
 *
 * @module
 */

import type { Entry } from "../../protocol/replies.ts";
import type { ComponentStats, ServerStats, Stats } from "../primary/stats.ts";
import type { AskedServer } from "./primary_holdings.ts";

/** Likes that were counted between two moments, by one primary or several. */
export type Counted = Pick<
  CountedBetween,
  "reports" | "duplicates" | "session" | "unmarked"
>;

/**
 * Likes that were counted of one likes server.
 *
 * @param counted What was counted in the run.
 * @param server The likes server.
 * @param areMarked Whether its reports have marks.
 * @returns Its likes, and its highest seq; 0 without marks.
 */
export function heldOf(
  counted: Counted,
  { name, sessionText }: AskedServer,
  areMarked: boolean,
): Pick<Entry, "seq" | "total"> {
  return areMarked
    ? counted.session(name, sessionText)
    : { seq: 0, total: counted.unmarked(name) };
}

/**
 * Likes that were counted of all likes servers.
 *
 * @param counted What was counted in the run.
 * @param servers The likes servers.
 * @param areMarked Whether their reports have marks.
 * @returns Their likes.
 */
export function heldOfAll(
  counted: Counted,
  servers: readonly AskedServer[],
  areMarked: boolean,
): number {
  return servers.reduce(
    (sum, server) => sum + heldOf(counted, server, areMarked).total,
    0,
  );
}

type ServersByName = ReadonlyMap<string, ServerStats>;

/** Likes by incarnation of a replica. */
type Components = ReadonlyMap<string, number>;

/** The likes that a primary counted between two moments. */
export class CountedBetween {
  readonly #before: Stats;
  readonly #after: Stats;
  readonly #serversBefore: ServersByName;
  readonly #serversAfter: ServersByName;
  readonly #wasRestarted: boolean;

  /**
   * @param before What it held at the first moment.
   * @param after What it held at the second.
   * @param secondsBetween Time between the two, in seconds.
   */
  constructor(before: Stats, after: Stats, secondsBetween: number) {
    this.#before = before;
    this.#after = after;
    this.#serversBefore = byName(before);
    this.#serversAfter = byName(after);
    this.#wasRestarted = after.uptimeSeconds < secondsBetween;
  }

  /**
   * Reports that reached the primary; undefined if it was restarted, because it
   * counts them anew then.
   */
  get reports(): number | undefined {
    if (this.#wasRestarted) return undefined;
    return this.#after.reports - this.#before.reports;
  }

  /**
   * Reports that the primary recognised as counted before; undefined if it was
   * restarted.
   */
  get duplicates(): number | undefined {
    if (this.#wasRestarted) return undefined;
    return this.#after.duplicates - this.#before.duplicates;
  }

  /**
   * The primary's entry of one session.
   *
   * @param name The likes server's name.
   * @param session The session, 16 hex digits.
   * @returns Its highest seq and its likes, both 0 if nothing of it was
   * counted.
   */
  session(name: string, session: string): Entry {
    const server = this.#serversAfter.get(name);
    const found = server?.sessions.find((one) => one.session === session);
    return found ?? { session, seq: 0, total: 0 };
  }

  /**
   * Likes of reports without a mark.
   *
   * @param name The likes server's name.
   * @returns Likes counted since the first moment. If the primary was restarted
   * empty in between: since then. Never below 0.
   */
  unmarked(name: string): number {
    const components = this.components(name);
    if (components !== undefined) return growth(...components);
    const { resumedReports } = this.#after;
    const hasForgotten = this.#wasRestarted && resumedReports === 0;
    const before = hasForgotten
      ? 0
      : this.#serversBefore.get(name)?.unmarked ?? 0;
    const after = this.#serversAfter.get(name)?.unmarked ?? 0;
    return Math.max(0, after - before);
  }

  /**
   * Likes of reports without a mark, by incarnation of the replica that counted
   * them.
   *
   * @param name The likes server's name.
   * @returns Likes held at the first moment and at the second; undefined where
   * that was not asked.
   */
  components(name: string): [Components, Components] | undefined {
    const after = this.#serversAfter.get(name)?.components;
    if (after === undefined) return undefined;
    const before = this.#serversBefore.get(name)?.components;
    return [totals(before ?? []), totals(after)];
  }
}

function totals(components: readonly ComponentStats[]): Components {
  return new Map(components.map((one) => [one.incarnation, one.total]));
}

/**
 * The likes that replicas counted together, merged as they merge them: of each
 * session the highest seq, of likes without a mark the most of each
 * incarnation.
 */
export class CountedTogether implements Counted {
  readonly #parts: readonly CountedBetween[];

  /** @param parts What each of them counted; at least one. */
  constructor(parts: readonly CountedBetween[]) {
    this.#parts = parts;
  }

  /** Reports that reached them; undefined if one was restarted. */
  get reports(): number | undefined {
    return this.#sum((one) => one.reports);
  }

  /**
   * Reports that they recognised as counted before; undefined if one was
   * restarted.
   */
  get duplicates(): number | undefined {
    return this.#sum((one) => one.duplicates);
  }

  /** @inheritdoc */
  session(name: string, session: string): Entry {
    return this.#parts
      .map((one) => one.session(name, session))
      .reduce((one, other) =>
        other.seq > one.seq || other.seq === one.seq && other.total > one.total
          ? other
          : one
      );
  }

  /** @inheritdoc */
  unmarked(name: string): number {
    const parts = this.#parts.flatMap((one) => {
      const components = one.components(name);
      return components === undefined ? [] : [components];
    });
    return growth(
      merged(parts.map(([before]) => before)),
      merged(parts.map(([, after]) => after)),
    );
  }

  #sum(value: (one: Counted) => number | undefined): number | undefined {
    let sum = 0;
    for (const one of this.#parts) {
      const own = value(one);
      if (own === undefined) return undefined;
      sum += own;
    }
    return sum;
  }
}

function growth(before: Components, after: Components): number {
  let sum = 0;
  for (const [incarnation, likes] of after) {
    sum += Math.max(0, likes - (before.get(incarnation) ?? 0));
  }
  return sum;
}

function merged(parts: readonly Components[]): Map<string, number> {
  const most = new Map<string, number>();
  for (const part of parts) {
    for (const [incarnation, likes] of part) {
      most.set(incarnation, Math.max(most.get(incarnation) ?? 0, likes));
    }
  }
  return most;
}

function byName({ servers }: Stats): ServersByName {
  return new Map(servers.map((one) => [one.name, one]));
}
