/**
 * Judges the answers that reads of a live run got, by the clock of the network
 * that everything passes.
 *
 * @module
 */

import { isReader, readerOf } from "../../domain/nodes.ts";
import type { ReadRepair } from "../../domain/replicas.ts";
import { parseEntryWord, parseReply } from "../../protocol/replies.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import { QuorumRead } from "../../rules/read_quorum.ts";
import type { Delivery } from "../../domain/delivery.ts";
import {
  type ReadMeasures,
  ReadMeter,
  type ReadsSoFar,
} from "../../verdict/read_meter.ts";

/** A read that has started. */
interface OpenRead {
  readonly item: number;
  readonly startTick: number;
  readonly steps: number;
  /** The highest draw that whoever reads had seen of the item. */
  readonly seenBefore: number;
  /** The rule by which whoever reads puts answers together. */
  readonly quorum: QuorumRead;
  /** Sessions in the order in which answers told them. */
  readonly sessions: string[];
  /** The most likes that an answer had, where reports carry no mark. */
  likes: number;
  /** The tick at which it had its answer; infinite before. */
  answeredTick: number;
}

/** Options of reads: quorum and repair. */
export interface ReadJudgeOptions {
  /** The delivery mode. */
  readonly delivery: Delivery;
  /** The session of each likes server, 16 hex digits. */
  readonly sessions: readonly string[];
  /** Number of readers. */
  readonly readers: number;
  /** Number of replicas. */
  readonly replicas: number;
  /** Read quorum R: replicas that must answer a read. */
  readonly readQuorum: number;
  /** Write quorum W: replicas that must have a result, with repair `before`. */
  readonly writeQuorum: number;
  /** Time of read repair: `off`, `after` the answer, or `before` it. */
  readonly readRepair: ReadRepair;
}

/** The result of a read, as far as it is about this run. */
export interface ReadResult {
  /** Likes of the item, of this run's session where reports carry marks. */
  readonly total: number;
  /** The newest draw of this run's session among them. */
  readonly seq?: number;
}

/** An answer to a read, or to a repair, as it is handed over. */
export interface ReadAnswer {
  /** Node that reads. */
  readonly node: number;
  /** The number of the read. */
  readonly read: number;
  /** The replica that answers. */
  readonly replica: number;
}

/**
 * Takes acknowledgements, starts of reads and answers where they pass the
 * network, in one order. When a read had its answer is known here by the same
 * rule by which whoever reads puts answers together; what it was, and whether
 * it came in time, whoever reads says: a reader, or a likes server that reads
 * its own item.
 */
export class ReadJudge {
  readonly #options: ReadJudgeOptions;
  readonly #meter: ReadMeter;
  readonly #isMarked: boolean;
  /** By item: the tick of its newest acknowledgement. */
  readonly #acknowledgedTicks: number[] = [];
  /** Reads that are not over, by who reads and their numbers. */
  readonly #reads = new Map<string, OpenRead>();

  /** @param options How reads are answered. */
  constructor(options: ReadJudgeOptions) {
    this.#options = options;
    this.#isMarked = isMarked(options.delivery);
    this.#meter = new ReadMeter({ isMarked: this.#isMarked });
  }

  /** Everything measured so far. */
  get measures(): ReadMeasures {
    return this.#meter.measures();
  }

  /** The part of it that needs no computing. */
  get soFar(): ReadsSoFar {
    return this.#meter.soFar;
  }

  /**
   * Draws of a likes server are acknowledged, by as many replicas as must.
   *
   * @param tick When.
   * @param server Its id.
   * @param seq Up to which draw.
   */
  acknowledged(tick: number, server: number, seq: number): void {
    if (!this.#isMarked) return;
    this.#acknowledgedTicks[server] = tick;
    this.#meter.acknowledged(tick, server, seq);
  }

  /**
   * A replica is asked: the read begins with the first. What was acknowledged
   * by now was so before it.
   *
   * @param tick The moment at which the question was sent.
   * @param node Who reads.
   * @param read The number of the read.
   * @param item The likes server that is read.
   */
  started(tick: number, node: number, read: number, item: number): void {
    const key = keyOf(node, read);
    if (this.#reads.has(key)) return;
    const { replicas } = this.#options;
    // Clocks of two processes differ by parts of a millisecond.
    const startTick = Math.max(tick, this.#acknowledgedTicks[item] ?? 0);
    const quorum = new QuorumRead(this.#options);
    quorum.begin(replicas, replicas);
    const steps = this.#meter.started(item);
    const seenBefore = node === item
      ? this.#meter.seenByOwner(item)
      : this.#meter.seenBy(this.#readerOf(node), item);
    this.#reads.set(key, {
      seenBefore,
      ...{ item, startTick, steps, quorum, sessions: [], likes: 0 },
      answeredTick: Infinity,
    });
  }

  /**
   * A replica's answer is handed over.
   *
   * @param tick When.
   * @param answer Whose.
   * @param line The answer, without its LF.
   * @returns The result of the read, if it has its answer now; else null.
   */
  told(tick: number, answer: ReadAnswer, line: string): ReadResult | null {
    const open = this.#reads.get(keyOf(answer.node, answer.read));
    const reply = parseReply(line);
    if (open === undefined || reply.kind !== "VALUE") return null;
    const { quorum } = open;
    for (const { session, seq, total } of reply.entries) {
      quorum.hear(answer.replica, entryOf(open, session), seq, total);
    }
    if (!quorum.hasQuorum) open.likes = Math.max(open.likes, reply.likes);
    quorum.answered(answer.replica);
    return this.#resultOf(tick, open);
  }

  /**
   * A replica's acknowledgement of a repair is handed over.
   *
   * @param tick When.
   * @param answer Whose.
   * @returns The result of the read, if it has its answer now; else null.
   */
  repaired(tick: number, answer: ReadAnswer): ReadResult | null {
    const open = this.#reads.get(keyOf(answer.node, answer.read));
    if (open === undefined) return null;
    open.quorum.repaired(answer.replica);
    return this.#resultOf(tick, open);
  }

  #resultOf(tick: number, open: OpenRead): ReadResult | null {
    const { quorum, item, sessions, likes, answeredTick } = open;
    if (!quorum.isOver || answeredTick < Infinity) return null;
    open.answeredTick = tick;
    if (!this.#isMarked) return { total: likes };
    const entry = sessions.indexOf(this.#options.sessions[item] ?? "");
    const seq = quorum.seqOf(entry);
    return { total: quorum.totalOf(entry), ...seq > 0 && { seq } };
  }

  /**
   * A read has its answer.
   *
   * @param node Who reads.
   * @param read The number of the read.
   * @param entries The newest entry of each session of the item, with spaces
   * between them.
   */
  answered(node: number, read: number, entries: string): void {
    const key = keyOf(node, read);
    const open = this.#reads.get(key);
    if (open === undefined) return;
    this.#reads.delete(key);
    const { item, startTick, steps, seenBefore } = open;
    // A read that is over for whoever reads is over here, unless its first
    // question passed after the start of this network.
    const answeredTick = Number.isFinite(open.answeredTick)
      ? open.answeredTick
      : startTick;
    const session = this.#options.sessions[item];
    const entry = entries.split(" ").map(parseEntryWord).find((one) =>
      one?.session === session
    );
    this.#meter.answered(answeredTick, {
      reader: this.#readerOf(node),
      seenBefore,
      item,
      startTick,
      steps,
      seq: entry?.seq ?? 0,
      isOwn: node === item,
    });
  }

  /** A likes server counts as a reader of its own. */
  #readerOf(node: number): number {
    return isReader(node) ? readerOf(node) : this.#options.readers + node;
  }

  /**
   * A read has no answer.
   *
   * @param node Who reads.
   * @param read The number of the read.
   */
  unanswered(node: number, read: number): void {
    this.#reads.delete(keyOf(node, read));
    this.#meter.unanswered();
  }
}

function entryOf({ sessions }: OpenRead, session: string): number {
  const entry = sessions.indexOf(session);
  return entry < 0 ? sessions.push(session) - 1 : entry;
}

function keyOf(node: number, read: number): string {
  return `${node} ${read}`;
}
