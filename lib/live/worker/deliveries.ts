/**
 * All deliveries of a likes server's draws: one, or, where it reports to all
 * replicas, one to each.
 *
 * @module
 */

import { DEFAULT_TIMING } from "../../rules/backoff.ts";
import { LikesServer } from "../../rules/likes_server.ts";
import { NOTHING } from "../../rules/report_sender.ts";
import { makeRows } from "../../rules/rows.ts";
import { WriteQuorum } from "../../rules/write_quorum.ts";
import {
  Delivery,
  type DeliveryAccount,
  type DeliverySurroundings,
  Target,
} from "./delivery.ts";
import type { SeenOfSession } from "./options.ts";

/**
 * All deliveries of a likes server: one, or, where it reports to all replicas,
 * one to each, by the same rules as to a single primary. Each makes the same
 * draws.
 */
export class Deliveries implements DeliveryAccount {
  readonly #surroundings: DeliverySurroundings;
  readonly #rows: readonly Delivery[];
  readonly #first: Delivery;
  /** Null where an acknowledgement of one replica is enough. */
  readonly #quorum: WriteQuorum | null;
  /** Likes acknowledged by a quorum. */
  #acknowledged = 0;

  /** @param surroundings The likes server. */
  constructor(surroundings: DeliverySurroundings) {
    this.#surroundings = surroundings;
    const { options, drawn } = surroundings;
    const isToAll = options.writeTo === "all";
    const size = isToAll ? options.ports.length : 1;
    this.#quorum = isToAll
      ? new WriteQuorum({
        servers: 1,
        replicas: size,
        quorum: options.writeQuorum,
      })
      : null;
    const rows = makeRows(size);
    const settings = {
      ...DEFAULT_TIMING,
      delivery: options.delivery,
      ackTimeoutTicks: options.ackTimeoutTicks,
    };
    const target = isToAll ? null : new Target(surroundings);
    this.#rows = Array.from({ length: size }, (_, row) =>
      new Delivery(
        surroundings,
        new LikesServer(rows, drawn, settings).at(row),
        target ?? row,
        { account: this, onAck: (seq) => this.#acknowledgedBy(row, seq) },
      ));
    this.#first = this.#rows[0] as Delivery;
  }

  /** The rules of the first, which tell of all what is the same for all. */
  get #server(): LikesServer {
    return this.#first.server;
  }

  /** The replica that it currently reports to, where to one at a time. */
  get replica(): number {
    return this.#first.nextReplica;
  }

  /** The number of the next draw. */
  get k(): number {
    return this.#server.k;
  }

  /** The planned tick of the next draw, NEVER when no more come. */
  get drawAt(): number {
    return this.#server.drawAt;
  }

  /** The tick at which the first of them stops waiting. */
  get actAt(): number {
    return Math.min(...this.#rows.map(({ server }) => server.actAt));
  }

  /** Draws made. */
  get seq(): number {
    return this.#server.seq;
  }

  /** Likes of these. */
  get total(): number {
    return this.#server.total;
  }

  /** The newest draw that is acknowledged, as all before it. */
  get acknowledgedSeq(): number {
    return this.#quorum?.seqOf(0) ?? this.#server.acknowledgedSeq;
  }

  /** Likes acknowledged. */
  get acknowledged(): number {
    return this.#quorum === null
      ? this.#server.acknowledged
      : this.#acknowledged;
  }

  /** The newest draw that needs no delivery any more, as all before it. */
  get settledSeq(): number {
    return this.#quorum?.seqOf(0) ?? this.#server.settledSeq;
  }

  /** Likes neither acknowledged nor given up. */
  get pending(): number {
    return this.#quorum === null
      ? this.#server.pending
      : this.total - this.#acknowledged;
  }

  /** Reports refused for good. */
  get rejected(): number {
    return this.#rows.reduce((sum, { server }) => sum + server.rejected, 0);
  }

  /** Reports sent after a failure. */
  get retries(): number {
    return this.#rows.reduce((sum, { server }) => sum + server.retries, 0);
  }

  /**
   * Whether nothing is left to be done.
   *
   * @param now The tick.
   * @param endTicks The end of the lifetime.
   * @returns True if all have delivered all.
   */
  hasEnded(now: number, endTicks: number): boolean {
    return this.#rows.every(({ server }) => server.hasEnded(now, endTicks));
  }

  /**
   * A fresh session begins.
   *
   * @param firstDrawAt The planned tick of the first draw, or NEVER.
   */
  start(firstDrawAt: number): void {
    for (const { server } of this.#rows) server.start(firstDrawAt);
  }

  /**
   * A session goes on whose process died. One that reports to all takes no
   * replica to have acknowledged anything.
   *
   * @param seen What is known to be acknowledged.
   * @param k The number of the next draw.
   * @param nextDrawAt Its planned tick, or NEVER.
   */
  resume(seen: SeenOfSession, k: number, nextDrawAt: number): void {
    const { drawn, now } = this.#surroundings;
    const { acknowledgedSeq, acknowledged, attempt } = seen;
    this.#quorum?.restore(0, acknowledgedSeq);
    this.#acknowledged = acknowledged;
    for (const row of this.#rows) {
      const { server } = row;
      server.restore(
        drawn.count,
        drawn.total,
        acknowledgedSeq,
        acknowledged,
        attempt,
      );
      row.act(
        this.#quorum === null
          ? server.resume(now(), k, nextDrawAt)
          : server.resumeUnknown(now(), k, nextDrawAt),
      );
    }
  }

  /**
   * The next draw has happened and is in the log.
   *
   * @param likes Its likes.
   * @param nextDrawAt The planned tick of the draw after it, or NEVER.
   * @param onDrawn Called before anything is sent.
   */
  draw(likes: number, nextDrawAt: number, onDrawn: () => void): void {
    const now = this.#surroundings.now();
    const actions = this.#rows.map(({ server }) =>
      server.draw(now, likes, nextDrawAt)
    );
    onDrawn();
    this.#rows.forEach((row, i) => row.act(actions[i] ?? NOTHING));
  }

  /**
   * The next draw could not be logged.
   *
   * @param nextDrawAt The planned tick of the draw after it, or NEVER.
   */
  skip(nextDrawAt: number): void {
    const now = this.#surroundings.now();
    for (const row of this.#rows) row.act(row.server.skip(now, nextDrawAt));
  }

  /** No more draws. */
  endLifetime(): void {
    const now = this.#surroundings.now();
    for (const row of this.#rows) row.act(row.server.endLifetime(now));
  }

  /** Goes on with every delivery that has waited long enough. */
  due(): void {
    for (const row of this.#rows) row.due();
  }

  /** Closes all connections. */
  abandon(): void {
    for (const row of this.#rows) row.abandon();
  }

  #acknowledgedBy(replica: number, seq: number): void {
    const quorum = this.#quorum;
    const { drawn, onAcknowledged } = this.#surroundings;
    const before = quorum?.seqOf(0) ?? 0;
    if (quorum === null) return onAcknowledged();
    if (!quorum.acknowledged(0, replica, seq)) return;
    for (let s = before + 1; s <= quorum.seqOf(0); s++) {
      this.#acknowledged += drawn.likes(0, s);
    }
    onAcknowledged();
  }
}
