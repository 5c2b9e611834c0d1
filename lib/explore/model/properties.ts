/**
 * The properties of every state, and of the end.
 *
 * @module
 */

import { LIKES_MAX } from "../../protocol/validator.ts";
import { DELIVERY_TRAITS } from "../../rules/delivery_traits.ts";
import { HOLDS } from "../checker/model.ts";
import { type Bounds, countsMax } from "./bounds.ts";
import { Counted, NO_DRAWS, timesOf } from "./counted.ts";
import { excusedSeqAt, excusedSeqOf } from "./excused.ts";
import { Flag, Header, type Layout, Server } from "./layout.ts";
import { type Promised, PROMISES } from "./promises.ts";
import { Property } from "./property.ts";
import {
  acknowledgedAt,
  acknowledgedSeqAt,
  seqAt,
  settledAt,
  settledSeqAt,
  totalAt,
  wideAt,
} from "./saved_row.ts";

/** Holds states to what their delivery mode promises. */
export class Properties {
  readonly #bounds: Bounds;
  readonly #layout: Layout;
  readonly #promised: Promised;
  readonly #isMarked: boolean;
  /** Whether exactness is asked for, promised or not. */
  readonly #isExact: boolean;
  /** Whether rows may not know of draws that were acknowledged to them. */
  readonly #mayNotKnow: boolean;
  /** Whether a report carries several draws. */
  readonly #carriesSum: boolean;
  /**
   * Likes of the first n draws; of the last draw the first that it can bring.
   */
  readonly #sums: readonly number[];
  /** The table of what was counted, by what the last draw brought. */
  readonly #counted: readonly Counted[];

  /**
   * Prepares the checks.
   *
   * @param bounds What is explored.
   * @param layout Where everything stands.
   * @param draws By draw, the likes that it can bring.
   */
  constructor(
    bounds: Bounds,
    layout: Layout,
    draws: readonly (readonly number[])[],
  ) {
    this.#bounds = bounds;
    this.#layout = layout;
    this.#promised = PROMISES[bounds.delivery];
    this.#isMarked = layout.isMarked;
    this.#isExact = layout.isMarked || bounds.isExact;
    this.#mayNotKnow = layout.rows > 1 &&
      DELIVERY_TRAITS[bounds.delivery].ackSettles === "draws carried";
    this.#carriesSum = DELIVERY_TRAITS[bounds.delivery].carries === "sum";
    const firsts = draws.map(([likes = 0]) => likes);
    this.#sums = [0];
    for (const likes of firsts) {
      this.#sums = [...this.#sums, this.#sums.at(-1)! + likes];
    }
    const lasts = draws.at(-1) ?? [];
    this.#counted = layout.isMarked
      ? []
      : lasts.map((last) =>
        new Counted([...firsts.slice(0, -1), last], countsMax(bounds))
      );
  }

  /**
   * Checks what must hold in every state.
   *
   * @param bytes The state.
   * @returns {@linkcode HOLDS} or what is violated.
   */
  check(bytes: Uint8Array): number {
    const { servers } = this.#bounds;
    for (let server = 0; server < servers; server++) {
      const code = this.#isMarked
        ? this.#checkMarked(bytes, server)
        : this.#checkUnmarked(bytes, server);
      if (code !== HOLDS) return code;
      const row = this.#layout.row(server, 0);
      const total = totalAt(bytes, row);
      if (settledAt(bytes, row) > total || acknowledgedAt(bytes, row) > total) {
        return Property.OWN;
      }
    }
    return HOLDS;
  }

  #checkMarked(bytes: Uint8Array, server: number): number {
    const layout = this.#layout;
    const { replicas, writeQuorum } = this.#bounds;
    const row = layout.row(server, 0);
    const drawn = seqAt(bytes, row);
    const generated = totalAt(bytes, row);
    let held = 0;
    const areToAll = layout.rows > 1;
    const quorumSeq = bytes[layout.server(server) + Server.QUORUM] as number;
    const excusedSeq = excusedSeqOf(bytes, this.#layout, server);
    let holders = 0;
    let acknowledgers = 0;
    for (let replica = 0; replica < replicas; replica++) {
      const entry = layout.entry(server, replica, replica);
      const seq = bytes[entry] as number;
      const total = wideAt(bytes, entry + 2);
      if (total > generated) return Property.ONCE;
      if (seq > drawn || total !== this.#sums[seq]) return Property.GENERATED;
      if (seq > held) held = seq;
      if (seq >= quorumSeq) holders++;
      if (!areToAll) continue;
      const own = layout.row(server, replica);
      if (acknowledgedSeqAt(bytes, own) > quorumSeq) acknowledgers++;
      if (
        acknowledgedSeqAt(bytes, own) > Math.max(seq, excusedSeqAt(bytes, own))
      ) {
        return Property.ACKNOWLEDGED;
      }
    }
    if (!this.#isOwnRight(bytes, server)) return Property.OWN;
    if (areToAll) {
      if (acknowledgers >= writeQuorum) return Property.REACHED;
      const isHeld = holders >= writeQuorum || quorumSeq <= excusedSeq;
      return isHeld ? HOLDS : Property.QUORUM;
    }
    if (excusedSeq > held) held = excusedSeq;
    if (acknowledgedSeqAt(bytes, row) > held) return Property.ACKNOWLEDGED;
    return settledSeqAt(bytes, row) > held ? Property.SETTLED : HOLDS;
  }

  /**
   * Whether likes are acknowledged, and settled, that the first draws brought.
   * A likes server that is started again and reports to all does not know what
   * each replica had acknowledged: then those of the last of these draws.
   */
  #isOwnRight(bytes: Uint8Array, server: number): boolean {
    const layout = this.#layout;
    const sums = this.#sums;
    for (let row = 0; row < layout.rows; row++) {
      const at = layout.row(server, row);
      if (settledAt(bytes, at) !== sums[settledSeqAt(bytes, at)]) return false;
      const seq = acknowledgedSeqAt(bytes, at);
      const unknown = sums[seq]! - acknowledgedAt(bytes, at);
      if (unknown === 0) continue;
      const isSum = this.#mayNotKnow && sums.slice(0, seq).includes(unknown);
      if (!isSum) return false;
    }
    return true;
  }

  #checkUnmarked(bytes: Uint8Array, server: number): number {
    const { lost } = this.#promised;
    const layout = this.#layout;
    const { replicas } = this.#bounds;
    const row = layout.row(server, 0);
    const seq = seqAt(bytes, row);
    if (!this.#isOwnRightUnmarked(bytes, row)) return Property.OWN;
    for (let replica = 0; replica < replicas; replica++) {
      const code = this.#checkCounts(
        this.countsOf(bytes, server, this.valueOf(bytes, server, replica)),
        seq,
        bytes,
      );
      if (code !== HOLDS) return code;
    }
    // Each replica itself knows best what it has counted.
    let merged = 0;
    for (let replica = 0; replica < replicas; replica++) {
      const entry = layout.entry(server, replica, replica);
      const likes = wideAt(bytes, entry + 2);
      const times = this.countsOf(bytes, server, likes);
      if (!this.#areReported(times, bytes[entry]!)) return Property.REPORTED;
      merged += likes;
    }
    const counts = this.countsOf(bytes, server, merged);
    const code = this.#checkCounts(counts, seq, bytes);
    if (code !== HOLDS) return code;
    const acknowledged = acknowledgedSeqAt(bytes, row);
    const afterExcused = excusedSeqOf(bytes, this.#layout, server) + 1;
    // A draw that was given up may lie before one that is acknowledged.
    const first = lost === "always" ? acknowledged : 1;
    for (let s = Math.max(afterExcused, first); s <= acknowledged; s++) {
      if (timesOf(counts, s) === 0) return Property.ACKNOWLEDGED;
    }
    if (lost !== "never") return HOLDS;
    const settled = settledSeqAt(bytes, row);
    for (let s = afterExcused; s <= settled; s++) {
      if (timesOf(counts, s) === 0) return Property.SETTLED;
    }
    return HOLDS;
  }

  /**
   * Whether likes are settled, and acknowledged where none are given up, that
   * the first draws brought.
   */
  #isOwnRightUnmarked(bytes: Uint8Array, row: number): boolean {
    const drawn = seqAt(bytes, row);
    // The last draw can bring one or another number.
    const sumOf = (seq: number) =>
      seq === drawn ? totalAt(bytes, row) : this.#sums[seq];
    if (settledAt(bytes, row) !== sumOf(settledSeqAt(bytes, row))) return false;
    return this.#promised.lost === "always" ||
      acknowledgedAt(bytes, row) === sumOf(acknowledgedSeqAt(bytes, row));
  }

  /** Whether draws are counted as often as so many reports can bring. */
  #areReported(counts: number, reports: number): boolean {
    let most = 0;
    let all = 0;
    for (let seq = 1; seq < this.#sums.length; seq++) {
      const times = timesOf(counts, seq);
      if (times > most) most = times;
      all += times;
    }
    return this.#carriesSum ? most <= reports : all === reports;
  }

  #checkCounts(counts: number, seq: number, bytes: Uint8Array): number {
    if (counts === NO_DRAWS) return Property.GENERATED;
    if (counts >>> 4 * seq !== 0) return Property.GENERATED;
    if (this.#mayCountTwice(bytes)) return HOLDS;
    // Whether any of the counts, of 4 bits each, is more than 1.
    return (counts & 0x0eeeeeee) === 0 ? HOLDS : Property.ONCE;
  }

  /** Whether a draw may be counted twice by now. */
  #mayCountTwice(bytes: Uint8Array): boolean {
    if (this.#isExact) return false;
    const { twice } = this.#promised;
    return twice === "always" ||
      twice !== "never" && (bytes[Header.FLAGS]! & Flag.COPIED) !== 0;
  }

  /** Likes of a likes server that a replica holds. */
  valueOf(bytes: Uint8Array, server: number, replica: number): number {
    const layout = this.#layout;
    if (this.#isMarked) {
      return wideAt(bytes, layout.entry(server, replica, replica) + 2);
    }
    let value = 0;
    for (let counter = 0; counter < this.#bounds.replicas; counter++) {
      value += wideAt(bytes, layout.entry(server, replica, counter) + 2);
    }
    return value;
  }

  /**
   * Tells how often each draw of a likes server was counted, in a mode without
   * a mark.
   *
   * @param bytes The state.
   * @param server The likes server.
   * @param value The likes counted.
   * @returns As `Counted` tells it.
   */
  countsOf(bytes: Uint8Array, server: number, value: number): number {
    const row = this.#layout.row(server, 0);
    const draws = this.#sums.length - 1;
    // What the last draw brought makes a difference when it was made.
    const isSecond = seqAt(bytes, row) === draws &&
      totalAt(bytes, row) !== this.#sums[draws];
    // Rules that are wrong may have generated what no draw brings.
    return this.#counted[isSecond ? 1 : 0]?.of(value) ?? NO_DRAWS;
  }

  /**
   * Checks what must hold in the end.
   *
   * @param bytes A state in which nothing more happens by itself.
   * @returns {@linkcode HOLDS} or what is violated.
   */
  checkEnd(bytes: Uint8Array): number {
    const { servers, replicas } = this.#bounds;
    // Where nothing went wrong all is as it must be, but for sums above 42:
    // draws that had to wait can be too many as well.
    const isExact = this.#isExact || this.#promised.lost !== "above 42" &&
        (bytes[Header.FLAGS]! & Flag.FAULTY) === 0;
    for (let server = 0; server < servers; server++) {
      const row = this.#layout.row(server, 0);
      const generated = totalAt(bytes, row);
      for (let replica = 0; replica < replicas; replica++) {
        const value = this.valueOf(bytes, server, replica);
        const isApart = this.#layout.isGossiping &&
          value !== this.valueOf(bytes, server, 0);
        if (isApart) return Property.AGREEMENT;
        if (value === generated) continue;
        const isAllowed = this.#isMarked
          ? this.#mayForget(bytes, server)
          : !isExact && this.#isAllowed(bytes, server, value);
        if (!isAllowed) return Property.AGREEMENT;
      }
    }
    return HOLDS;
  }

  /**
   * Whether a likes server has said nothing since a primary forgot: the next
   * report with a mark brings all again.
   */
  #mayForget(bytes: Uint8Array, server: number): boolean {
    const drawn = seqAt(bytes, this.#layout.row(server, 0));
    return drawn <= excusedSeqOf(bytes, this.#layout, server);
  }

  /** Whether a mode without a mark may end with likes counted like that. */
  #isAllowed(bytes: Uint8Array, server: number, value: number): boolean {
    const { lost } = this.#promised;
    if (lost === "always") return true;
    const row = this.#layout.row(server, 0);
    const pending = totalAt(bytes, row) - settledAt(bytes, row);
    if (lost === "above 42" && pending > LIKES_MAX) return true;
    const counts = this.countsOf(bytes, server, value);
    const afterExcused = excusedSeqOf(bytes, this.#layout, server) + 1;
    for (let seq = afterExcused; seq <= seqAt(bytes, row); seq++) {
      if (timesOf(counts, seq) === 0) return false;
    }
    return true;
  }
}
