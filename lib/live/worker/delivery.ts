/**
 * The delivery of a likes server's draws to one replica at a time.
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
import { anyReplica, HomeChoice, WRITE_PATIENCE } from "../../rules/choice.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import type { LikesServer } from "../../rules/likes_server.ts";
import { type Action, REFUSED, SEND } from "../../rules/report_sender.ts";
import type { WorkerLine } from "./lines.ts";
import type { WorkerOptions } from "./options.ts";
import type { DrawnLikes } from "./own_log.ts";
import { type Answer, ReportConnection } from "./report_connection.ts";

const LF = 0x0a;

const decoder = new TextDecoder();

/** The surroundings of the deliveries of a likes server. */
export interface DeliverySurroundings {
  /** The likes server's arguments. */
  readonly options: WorkerOptions;
  /** Draws of the likes server. */
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

/** The replica that each attempt goes to, where it is one at a time. */
export class Target {
  readonly #surroundings: DeliverySurroundings;
  /** Null where each attempt goes to any replica. */
  readonly #home: HomeChoice | null;

  /** @param surroundings The likes server. */
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

  /**
   * The replica of an attempt.
   *
   * @param attempt Its number.
   * @returns The replica's number.
   */
  of(attempt: number): number {
    const { streams, options: { id, ports } } = this.#surroundings;
    return this.home ??
      anyReplica(streams, id, attempt, ports.length);
  }

  /** An attempt got no answer in time. */
  unanswered(): void {
    this.#home?.unanswered(this.#surroundings.options.id);
  }

  /** A connection was refused or reset. */
  refused(): void {
    this.#home?.refused(this.#surroundings.options.id);
  }

  /** A replica answered. */
  answered(): void {
    this.#home?.answered(this.#surroundings.options.id);
  }
}

/** The account of a likes server, of which a delivery is a part. */
export interface DeliveryAccount {
  /** The newest draw that is acknowledged. */
  readonly acknowledgedSeq: number;
  /** Likes acknowledged. */
  readonly acknowledged: number;
  /** The newest draw that needs no delivery any more. */
  readonly settledSeq: number;
  /** Reports sent after a failure. */
  readonly retries: number;
}

/** The numbers of a delivery among others, and who hears of its success. */
export interface DeliveryOptions {
  /** The account that its lines tell of. */
  readonly account: DeliveryAccount;
  /** Called when more draws are acknowledged to it: up to which. */
  readonly onAck: (seq: number) => void;
}

/** The delivery of draws to one replica at a time: one report, its retries. */
export class Delivery {
  /** The rules, which say what to do when. */
  readonly server: LikesServer;
  /** The replica of the attempt that is in flight, or of the last one. */
  replica: number;
  readonly #surroundings: DeliverySurroundings;
  readonly #target: Target | null;
  readonly #options: DeliveryOptions;
  readonly #connections = new Map<number, ReportConnection>();
  readonly #fields = new ReportFields();
  readonly #report = new Uint8Array(LINE_BYTES_MAX + 1);
  /** The number of this row in random numbers. */
  readonly #node: number;

  /**
   * @param surroundings The likes server.
   * @param server The rules, at the row of this delivery.
   * @param target The replica that it is to; or who chooses one.
   * @param options Its account.
   */
  constructor(
    surroundings: DeliverySurroundings,
    server: LikesServer,
    target: Target | number,
    options: DeliveryOptions,
  ) {
    this.server = server;
    this.#surroundings = surroundings;
    this.#options = options;
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

  /**
   * Does what the rules say.
   *
   * @param action What.
   */
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
      retries: this.#options.account.retries,
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
      if (acknowledgedSeq > before) this.#options.onAck(acknowledgedSeq);
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
      this.#options.account;
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
