/**
 * The account that a parent keeps of a likes server, gathered from the lines
 * that the likes server prints.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";
import { formatSession, serverName } from "../../protocol/report.ts";
import type { Delivery } from "../../domain/delivery.ts";
import { DELIVERY_TRAITS } from "../../rules/delivery_traits.ts";
import type { AnswerLine, EndedLine, WorkerLine } from "../worker/lines.ts";
import type { SeenOfSession } from "../worker/options.ts";
import type { LiveHistory } from "./live_history.ts";

/**
 * The account of one likes server, over all processes that it lives in, one
 * after another.
 */
export class ServerRecord {
  /** The likes server's id. */
  readonly id: number;
  /** The likes server's name. */
  readonly name: string;
  /** The session, two halves of 32 bits. */
  readonly session: readonly [high: number, low: number];
  /** Draws in its log, as far as they were seen. */
  seq = 0;
  /** Likes of those draws. */
  generated = 0;
  /** The highest draw known to be acknowledged. */
  acknowledgedSeq = 0;
  /** Likes known to be acknowledged. */
  acknowledged = 0;
  /**
   * Likes still to be delivered when it ended; until then all that are not
   * acknowledged.
   */
  pending = 0;
  /** Reports sent, repeats included. */
  reports = 0;
  /** Answers received. */
  answers = 0;
  /** Bytes of reports and answers. */
  bytes = 0;
  /** Reports given up because they were refused for good. */
  rejected = 0;
  /** Draws that it discarded because they could not be logged. */
  discarded = 0;
  /** The system's error on the last of those, empty if there is none. */
  discardReason = "";
  /**
   * The outcome of its last attempt, in words; empty if it was acknowledged or
   * there was none.
   */
  lastAnswer = "";
  /** The reason of the last refusal for good; empty if there was none. */
  refusal = "";
  /**
   * The reason for which the likes server, or a process that was to take over
   * from a dead one, could not be run to its end; undefined while it could. A
   * kill that is accounted for is none.
   */
  notRun: string | undefined;
  /** Processes of the likes server that have said that they began. */
  starts = 0;
  /** True when it gave its account at its end. */
  hasEnded = false;
  /** True while its own validator refuses what it has to send. */
  isStuck = false;
  /** True if it was killed and left dead. */
  isCrashed = false;
  /** Replicas that acknowledged something to it, where there are several. */
  readonly acknowledgedBy: Set<number> = new Set();
  /** The exit code of its last process, once that has ended. */
  exit: number | undefined;
  readonly #delivery: Delivery;
  readonly #history: LiveHistory;
  #attempt = 0;
  #read = 0;
  /** By replica, or at 0: the newest draw of the last report. */
  readonly #reportSeqs: number[] = [];
  #retries = 0;
  #retriesBefore = 0;

  /**
   * @param id Its id.
   * @param session Its session, two halves of 32 bits.
   * @param delivery The delivery mode of the run.
   * @param history Is told what it prints.
   */
  constructor(
    id: number,
    session: readonly [high: number, low: number],
    delivery: Delivery,
    history: LiveHistory,
  ) {
    this.id = id;
    this.name = serverName(id);
    this.session = session;
    this.#delivery = delivery;
    this.#history = history;
  }

  /** The session as text. */
  get sessionText(): string {
    return formatSession(...this.session);
  }

  /** True once it has said that it began: then its log is its own. */
  get hasStarted(): boolean {
    return this.starts > 0;
  }

  /** Reports sent after a failure. */
  get retries(): number {
    return this.#retriesBefore + this.#retries;
  }

  /** The arguments of a process that takes over from a dead one. */
  get seen(): SeenOfSession {
    return {
      seq: this.seq,
      total: this.generated,
      acknowledgedSeq: this.acknowledgedSeq,
      acknowledged: this.acknowledged,
      attempt: this.#attempt,
      read: this.#read,
    };
  }

  /**
   * Takes a line into the account.
   *
   * @param line What the likes server printed.
   */
  take(line: WorkerLine): void {
    switch (line.kind) {
      case "started":
        this.starts++;
        this.isCrashed = false;
        this.#retriesBefore += this.#retries;
        this.#retries = 0;
        this.#drawn(line.tick, line.seq, line.total);
        if (DELIVERY_TRAITS[this.#delivery].restart === "nothing") {
          this.#history.givenUp(line.tick, this.id, line.seq);
        }
        break;
      case "draw":
        this.#drawn(line.tick, line.seq, line.total);
        break;
      case "discarded":
        this.discarded++;
        this.discardReason = line.reason;
        break;
      case "report": {
        const { tick, attempt, seq, replica = 0, text } = line;
        // The rows of one that reports to all count for themselves.
        this.#attempt = Math.max(this.#attempt, attempt);
        this.#reportSeqs[replica] = seq;
        this.#retries = line.retries;
        this.isStuck = false;
        this.lastAnswer = "no answer";
        this.reports++;
        this.bytes += text.length + 1;
        this.#history.sending(this.id, replica, text, {
          ...{ attempt, seq, tick },
        });
        break;
      }
      case "read":
      case "repair":
        this.#read = line.read;
        this.#history.reading(this.id, line);
        break;
      case "value":
      case "no value":
        break;
      case "ack":
        this.#answered(3);
        this.lastAnswer = "";
        this.#acknowledged(line);
        break;
      case "nak": {
        const text = `NAK ${line.reason}`;
        const reply = parseReply(text);
        this.#answered(text.length);
        const isFinal = reply.kind === "NAK" && !reply.temporary;
        this.lastAnswer = text;
        if (isFinal) {
          this.rejected++;
          this.refusal = line.reason;
        }
        this.#history.refused(
          line.tick,
          this.id,
          line.attempt,
          line.reason,
          isFinal ? this.#reportSeqs[line.replica ?? 0] ?? 0 : 0,
        );
        break;
      }
      case "failed":
        this.lastAnswer = `no answer (${line.reason})`;
        if (DELIVERY_TRAITS[this.#delivery].silence === "forget") {
          this.#history.givenUp(line.tick, this.id, line.settledSeq);
        }
        break;
      case "refused":
        this.isStuck = true;
        this.rejected++;
        break;
      case "ended":
        this.#ended(line);
        break;
    }
  }

  #drawn(tick: number, seq: number, total: number): void {
    if (seq <= this.seq) return;
    const likes = total - this.generated;
    this.#history.drawn(tick, this.id, seq, likes, total);
    this.seq = seq;
    this.generated = total;
    this.pending = this.generated - this.acknowledged;
  }

  #answered(length: number): void {
    this.answers++;
    this.bytes += length + 1;
  }

  #acknowledged(line: AnswerLine): void {
    const { tick, attempt, seq, acknowledged, replica } = line;
    if (replica !== undefined) this.acknowledgedBy.add(replica);
    this.acknowledgedSeq = seq;
    this.acknowledged = acknowledged;
    this.pending = this.generated - acknowledged;
    this.#history.acknowledged(tick, this.id, attempt, seq, acknowledged);
  }

  #ended(line: EndedLine): void {
    this.#drawn(line.tick, line.seq, line.generated);
    this.pending = line.pending;
    this.hasEnded = true;
    if (DELIVERY_TRAITS[this.#delivery].silence === "forget") {
      this.#history.givenUp(line.tick, this.id, line.seq);
    }
  }
}
