/**
 * The primary of a virtual run: the ledger of the rules, and what the run knows
 * about it that no primary can know.
 *
 * @module
 */

import { DUPLICATE } from "../protocol/validator.ts";
import type { Delivery } from "../domain/delivery.ts";
import { isMarked } from "../rules/delivery_traits.ts";
import type { Durability } from "../domain/durability.ts";
import type { Ledger } from "../rules/ledger.ts";
import type { Draws } from "../rules/report_sender.ts";
import { CountedDraws } from "./counted_draws.ts";
import { Unwritten } from "./unwritten.ts";

/** Counted likes of a run, as its verdict and its views ask for them. */
export interface CountedLikes {
  /** Likes counted. */
  readonly total: number;
  /** Reports that arrived. */
  readonly reports: number;
  /** Reports among these that were recognised as counted before. */
  readonly duplicates: number;
  /** Likes counted of a likes server. */
  totalOf(server: number): number;
  /** Likes of a likes server that were counted beyond their first time. */
  countedTwiceOf(server: number): number;
  /** Whether a draw is counted. */
  has(server: number, seq: number): boolean;
}

/** Counts the reports that reach a primary, or one of several replicas. */
export interface ReportReceiver {
  /**
   * Likes that the last report counted added to what is counted in all: none
   * where another replica had them.
   */
  readonly growth: number;
  /**
   * A report arrives.
   *
   * @param replica The replica that it reaches; 0 of a single primary.
   * @param tick When.
   * @param server Whose.
   * @param likes Likes that it carries.
   * @param fromSeq It carries the draws after this one …
   * @param seq … up to this one.
   * @param total Its total, -1 if it has none.
   * @returns What the ledger answers: likes newly counted there, or the
   * negative of why not.
   */
  receive(
    replica: number,
    tick: number,
    server: number,
    likes: number,
    fromSeq: number,
    seq: number,
    total: number,
  ): number;
  /** The seq that a replica wants next of a likes server. */
  expectedSeqOf(replica: number, server: number): number;
  /** Likes of a likes server that a replica holds. */
  valueOf(replica: number, server: number): number;
}

/** The parts of a virtual primary. */
export interface VirtualPrimaryOptions {
  /** The ledger: row i is likes server i's. */
  readonly ledger: Ledger;
  /** Whether reports are marked. */
  readonly delivery: Delivery;
  /** Durability, which decides whether a kill makes it forget. */
  readonly durability: Durability;
  /** Number of likes servers. */
  readonly servers: number;
  /** The most draws that a likes server can make. */
  readonly drawsMax: number;
  /** The likes of past draws. */
  readonly draws: Draws;
}

/**
 * Receives reports, knows what it counts twice, and forgets when it is killed
 * before its log was written.
 */
export class VirtualPrimary implements CountedLikes, ReportReceiver {
  /** Reports that arrived. */
  reports = 0;
  /** Reports among these that were recognised as counted before. */
  duplicates = 0;
  /** Likes that the last report counted added to what is counted in all. */
  growth = 0;
  readonly #ledger: Ledger;
  readonly #draws: Draws;
  /** For modes without marks; null in the others, which count nothing twice. */
  readonly #counted: CountedDraws | null;
  readonly #twice: Float64Array;
  readonly #unwritten: Unwritten;
  /**
   * Draws counted since the log was written: server, seq, and likes if they
   * were counted twice, else -1.
   */
  #unlogged: number[] = [];

  /**
   * Makes a primary that has counted nothing yet.
   *
   * @param options Its parts.
   */
  constructor(options: VirtualPrimaryOptions) {
    this.#ledger = options.ledger;
    const marked = isMarked(options.delivery);
    this.#draws = options.draws;
    this.#unwritten = new Unwritten(options.ledger, options.durability);
    this.#counted = marked
      ? null
      : new CountedDraws(options.servers, options.drawsMax);
    this.#twice = new Float64Array(marked ? 0 : options.servers);
  }

  /** Whether a kill can make it forget. */
  get forgets(): boolean {
    return this.#unwritten.isPossible;
  }

  /** Likes that it holds. */
  get total(): number {
    return this.#ledger.total;
  }

  /** Receives a report; see {@linkcode ReportReceiver.receive}. */
  receive(
    _replica: number,
    tick: number,
    server: number,
    likes: number,
    fromSeq: number,
    seq: number,
    total: number,
  ): number {
    this.reports++;
    if (this.#unwritten.writeIfDue(tick)) this.#unlogged = [];
    const isMarked = this.#counted === null;
    const newly = isMarked
      ? this.#ledger.receive(server, likes, seq, total)
      : this.#ledger.receive(server, likes, 0, -1);
    if (newly < 0) {
      if (newly === -DUPLICATE) this.duplicates++;
      return newly;
    }
    this.growth = newly;
    if (!isMarked) this.#count(server, fromSeq, seq);
    return newly;
  }

  /** The seq that is wanted next of a likes server. */
  expectedSeqOf(_replica: number, server: number): number {
    return this.#ledger.lastSeqOf(server) + 1;
  }

  /** Likes of a likes server that are held. */
  valueOf(_replica: number, server: number): number {
    return this.#ledger.totalOf(server);
  }

  /** Likes of a likes server that it holds. */
  totalOf(server: number): number {
    return this.#ledger.totalOf(server);
  }

  /** Likes of a likes server that it counted beyond their first time. */
  countedTwiceOf(server: number): number {
    return this.#counted === null ? 0 : this.#twice[server] as number;
  }

  /** Whether a draw is counted. */
  has(server: number, seq: number): boolean {
    return this.#counted === null
      ? seq <= this.#ledger.lastSeqOf(server)
      : this.#counted.has(server, seq);
  }

  /**
   * Kills the primary.
   *
   * @param tick When.
   * @returns Whether the primary forgets anything.
   */
  crash(tick: number): boolean {
    if (!this.#unwritten.lose(tick)) return false;
    const unlogged = this.#unlogged;
    for (let i = unlogged.length - 3; i >= 0; i -= 3) {
      const server = unlogged[i] as number;
      const twice = unlogged[i + 2] as number;
      if (twice < 0) this.#counted?.remove(server, unlogged[i + 1] as number);
      else this.#twice[server] = (this.#twice[server] as number) - twice;
    }
    this.#unlogged = [];
    return true;
  }

  /** Counts draws, and the likes of those that it has counted before. */
  #count(server: number, fromSeq: number, seq: number): void {
    const counted = this.#counted;
    if (counted === null) return;
    for (let s = fromSeq + 1; s <= seq; s++) {
      const isFirst = counted.add(server, s);
      const likes = isFirst ? -1 : this.#draws.likes(server, s);
      if (!isFirst) {
        this.#twice[server] = (this.#twice[server] as number) + likes;
      }
      if (this.forgets) this.#unlogged.push(server, s, likes);
    }
  }
}
