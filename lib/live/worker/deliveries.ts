/**
 * The delivery of a likes server's draws: to one replica at a time, or to all
 * at once.
 *
 * @module
 */

import { Family, type Streams } from "../../domain/random.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import { parseReply } from "../../protocol/replies.ts";
import { encodeFields } from "../../protocol/report.ts";
import {
  LINE_BYTES_MAX,
  reasonOf,
  ReportFields,
  VALID,
  validateFields,
} from "../../protocol/validator.ts";
import { DEFAULT_TIMING } from "../../rules/backoff.ts";
import { anyReplica, HomeChoice, WRITE_PATIENCE } from "../../rules/choice.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import { LikesServer } from "../../rules/likes_server.ts";
import {
  type Action,
  NOTHING,
  REFUSED,
  SEND,
} from "../../rules/report_sender.ts";
import { makeRows } from "../../rules/rows.ts";
import { WriteQuorum } from "../../rules/write_quorum.ts";
import type { WorkerLine } from "./lines.ts";
import type { SeenOfSession, WorkerOptions } from "./options.ts";
import type { DrawnLikes } from "./own_log.ts";
import { type Answer, ReportConnection } from "./report_connection.ts";

const LF = 0x0a;

const decoder = new TextDecoder();

/** The surroundings of the deliveries of a likes server. */
export interface DeliverySurroundings {
  /** The likes server's arguments. */
  readonly options: WorkerOptions;
  /** Its draws. */
  readonly drawn: DrawnLikes;
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Prints a line. */
  readonly print: (line: WorkerLine) => void;
  /** Called when more draws than before are acknowledged. */
  readonly onAcknowledged: () => void;
  /** Called after an answer, when there is something new to wait for. */
  readonly onChange: () => void;
}

/**
 * All deliveries of a likes server: one, or, where it reports to all replicas,
 * one to each, by the same rules as to a single primary. Each makes the same
 * draws.
 */
export class Deliveries {
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

  /** What has waited long enough goes on. */
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

/** The replica that each attempt goes to, where it is one at a time. */
class Target {
  readonly #surroundings: DeliverySurroundings;
  /** Null where each attempt goes to any replica. */
  readonly #home: HomeChoice | null;

  constructor(surroundings: DeliverySurroundings) {
    this.#surroundings = surroundings;
    const { id, ports, writeTo, failover } = surroundings.options;
    this.#home = writeTo === "any" ? null : new HomeChoice({
      clients: id + 1,
      replicas: ports.length,
      patience: failover && ports.length > 1 ? WRITE_PATIENCE : Infinity,
    });
  }

  /** The replica of the next attempt; undefined where each is drawn. */
  get home(): number | undefined {
    return this.#home?.replicaOf(this.#surroundings.options.id);
  }

  of(attempt: number): number {
    const { streams, options: { id, ports } } = this.#surroundings;
    return this.home ??
      anyReplica(streams, id, attempt, ports.length);
  }

  unanswered(): void {
    this.#home?.unanswered(this.#surroundings.options.id);
  }

  refused(): void {
    this.#home?.refused(this.#surroundings.options.id);
  }

  answered(): void {
    this.#home?.answered(this.#surroundings.options.id);
  }
}

/** The account that a delivery prints from, and who hears of its success. */
interface DeliveryAccount {
  readonly account: Deliveries;
  readonly onAck: (seq: number) => void;
}

/** One report at a time, with its retries. */
class Delivery {
  /** The rules, which say what to do when. */
  readonly server: LikesServer;
  /** The replica of the attempt that is in flight, or of the last one. */
  replica: number;
  readonly #surroundings: DeliverySurroundings;
  readonly #target: Target | null;
  readonly #account: DeliveryAccount;
  readonly #connections = new Map<number, ReportConnection>();
  readonly #fields = new ReportFields();
  readonly #report = new Uint8Array(LINE_BYTES_MAX + 1);
  /** The number of this row in random numbers. */
  readonly #node: number;

  constructor(
    surroundings: DeliverySurroundings,
    server: LikesServer,
    target: Target | number,
    account: DeliveryAccount,
  ) {
    this.server = server;
    this.#surroundings = surroundings;
    this.#account = account;
    const { id, ports, delivery, session } = surroundings.options;
    this.#target = typeof target === "number" ? null : target;
    this.replica = typeof target === "number" ? target : target.of(1);
    this.#node = typeof target === "number" ? id * ports.length + target : id;
    this.#fields.server = id;
    if (isMarked(delivery)) {
      [this.#fields.sessionHigh, this.#fields.sessionLow] = session;
    }
  }

  /** The replica of the next attempt; of the last one, where each is drawn. */
  get nextReplica(): number {
    return this.#target?.home ?? this.replica;
  }

  /** Does what the rules say. */
  act(action: Action): void {
    if (action === SEND) this.#send();
    else if (action === REFUSED) {
      const { print, now } = this.#surroundings;
      const { pending } = this.server;
      print({ kind: "refused", tick: now(), pending });
    }
  }

  /** Goes on, if it has waited long enough. */
  due(): void {
    const { options, now } = this.#surroundings;
    const { inFlight, attempt, actAt } = this.server;
    if (actAt > now()) return;
    const action = this.server.due(now(), this.#jitter());
    if (inFlight) {
      // A reply that comes now must find no connection on which it could be
      // taken for the next one's.
      this.abandon();
      this.#target?.unanswered();
      const seconds = secondsFromTicks(options.ackTimeoutTicks);
      this.#print("failed", attempt, `none within ${seconds} s`);
    }
    this.act(action);
  }

  /** Closes its connection. */
  abandon(): void {
    this.#connection.abandon();
  }

  /** The jitter after the attempt that is in flight. */
  #jitter(): number {
    const { streams } = this.#surroundings;
    return streams.bits(Family.BACKOFF, this.#node, this.server.attempt);
  }

  get #connection(): ReportConnection {
    const { ports, keepAlive } = this.#surroundings.options;
    const { replica } = this;
    let connection = this.#connections.get(replica);
    if (connection === undefined) {
      connection = new ReportConnection(ports[replica] as number, keepAlive);
      this.#connections.set(replica, connection);
    }
    return connection;
  }

  #send(): void {
    const { options, now, print } = this.#surroundings;
    const { attempt, reportSeq, reportLikes, reportTotal } = this.server;
    const fields = this.#fields;
    fields.likes = reportLikes;
    fields.seq = isMarked(options.delivery) ? reportSeq : 0;
    fields.total = reportTotal;
    const code = validateFields(fields);
    if (code !== VALID) {
      const action = this.server.refuse(now(), attempt, false, 0);
      this.#print("nak", attempt, `not sent: ${reasonOf(code)}`);
      return this.act(action);
    }
    const length = encodeFields(fields, this.#report, 0);
    const text = decoder.decode(this.#report.subarray(0, length));
    this.#report[length] = LF;
    const replica = this.#target?.of(attempt) ?? this.replica;
    if (replica !== this.replica) {
      this.abandon();
      this.replica = replica;
    }
    print({
      kind: "report",
      tick: now(),
      attempt,
      seq: reportSeq,
      retries: this.#account.account.retries,
      text,
      ...this.#named,
    });
    this.#connection.exchange(this.#report.slice(0, length + 1)).then(
      (answer) => this.#answered(attempt, answer),
    );
  }

  /** The replica, where there are several. */
  get #named(): { replica?: number } {
    const { ports } = this.#surroundings.options;
    return ports.length > 1 ? { replica: this.replica } : {};
  }

  #answered(attempt: number, answer: Answer): void {
    const { server } = this;
    if (!server.inFlight || server.attempt !== attempt) return;
    const { now, onChange } = this.#surroundings;
    // The timer is late: so is the answer.
    if (now() >= server.actAt) return onChange();
    this.act(this.#judge(now(), attempt, answer));
    onChange();
  }

  #judge(now: number, attempt: number, answer: Answer): Action {
    const { server } = this;
    const jitter = this.#jitter();
    if (answer.kind !== "answer") {
      this.#target?.refused();
      const isSent = answer.kind === "lost";
      const action = server.fail(now, attempt, isSent, jitter);
      this.#print("failed", attempt, answer.reason);
      return action;
    }
    const reply = parseReply(answer.text);
    this.#target?.answered();
    if (reply.kind === "ACK") {
      const before = server.acknowledgedSeq;
      const action = server.acknowledge(now, attempt);
      const { acknowledgedSeq } = server;
      if (acknowledgedSeq > before) this.#account.onAck(acknowledgedSeq);
      this.#print("ack", attempt, "");
      return action;
    }
    if (reply.kind === "NAK") {
      const action = reply.gap === undefined
        ? server.refuse(now, attempt, reply.temporary, jitter)
        : server.gap(now, attempt, reply.gap, jitter);
      this.#print("nak", attempt, reply.reason);
      return action;
    }
    // Whoever answers nonsense may do so once more on this connection.
    this.abandon();
    const action = server.fail(now, attempt, true, jitter);
    this.#print("failed", attempt, `nonsense: ${answer.text}`);
    return action;
  }

  #print(
    kind: "ack" | "nak" | "failed",
    attempt: number,
    reason: string,
  ): void {
    const { print, now } = this.#surroundings;
    const { acknowledgedSeq: seq, acknowledged, settledSeq } =
      this.#account.account;
    const answer = {
      tick: now(),
      attempt,
      ...this.#named,
      seq,
      acknowledged,
      reason,
    };
    print(
      kind === "failed" ? { kind, ...answer, settledSeq } : { kind, ...answer },
    );
  }
}
