/**
 * Judges the answers that reads of a live run got, by the clock of the network that
 * everything passes.
 *
 * @module
 */

import { isReader, readerOf } from "../../domain/nodes.ts";
import type { ReadRepair } from "../../domain/replicas.ts";
import { parseEntryWord, parseReply } from "../../protocol/replies.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
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
  /** Values that were handed to whoever reads. */
  values: number;
  /** The tick of the last of as many as must answer. */
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
  /** Read quorum R: replicas that must answer a read. */
  readonly readQuorum: number;
  /** Time of read repair: `off`, `after` the answer, or `before` it. */
  readonly readRepair: ReadRepair;
}

/** The answer to a read, as far as it is about this run. */
export interface ToldValue {
  /** Likes of the item, of this run's session where reports carry marks. */
  readonly total: number;
  /** The newest draw of this run's session among them. */
  readonly seq?: number;
}

/**
 * Takes acknowledgements, starts of reads and answers where they pass the
 * network, in one order. Which answers made up the result of a read, and
 * whether they came in time, whoever read says: a reader, or a likes server
 * that reads its own item.
 */
export class ReadJudge {
  readonly #options: ReadJudgeOptions;
  readonly #meter: ReadMeter;
  readonly #isMarked: boolean;
  /** Reads that are not over, by who reads and their numbers. */
  readonly #reads = new Map<string, OpenRead>();
  /** The tick of the last repair acknowledged, by who reads. */
  readonly #repairedTicks = new Map<number, number>();

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
    if (this.#isMarked) this.#meter.acknowledged(tick, server, seq);
  }

  /**
   * A replica is asked: the read begins with the first.
   *
   * @param tick When.
   * @param node Who reads.
   * @param read The number of the read.
   * @param item The likes server that is read.
   */
  started(tick: number, node: number, read: number, item: number): void {
    const key = keyOf(node, read);
    if (this.#reads.has(key)) return;
    const steps = this.#meter.started(item);
    const seenBefore = this.#meter.seenBy(this.#readerOf(node), item);
    this.#reads.set(key, {
      seenBefore,
      ...{ item, startTick: tick, steps, values: 0, answeredTick: tick },
    });
  }

  /**
   * A replica's answer is handed over.
   *
   * @param tick When.
   * @param node Who reads.
   * @param read The number of the read.
   * @param item The likes server that is read.
   * @param line The answer, without its LF.
   * @returns Its content; null if it is no value.
   */
  told(
    tick: number,
    node: number,
    read: number,
    item: number,
    line: string,
  ): ToldValue | null {
    const reply = parseReply(line);
    if (reply.kind !== "VALUE") return null;
    const session = this.#options.sessions[item];
    const entry = reply.entries.find((one) => one.session === session);
    const seq = entry?.seq ?? 0;
    const open = this.#reads.get(keyOf(node, read));
    if (open !== undefined && open.values++ < this.#options.readQuorum) {
      open.answeredTick = tick;
    }
    if (!this.#isMarked) return { total: reply.likes };
    return { total: entry?.total ?? 0, ...seq > 0 && { seq } };
  }

  /**
   * A replica's acknowledgement of a repair is handed over.
   *
   * @param tick When.
   * @param node Who repairs.
   */
  repaired(tick: number, node: number): void {
    if (this.#options.readRepair === "before") {
      this.#repairedTicks.set(node, tick);
    }
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
    const { item, startTick, steps, seenBefore, answeredTick } = open;
    const session = this.#options.sessions[item];
    const entry = entries.split(" ").map(parseEntryWord).find((one) =>
      one?.session === session
    );
    const repairedTick = this.#repairedTicks.get(node) ?? 0;
    this.#meter.answered(Math.max(answeredTick, repairedTick), {
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

function keyOf(node: number, read: number): string {
  return `${node} ${read}`;
}
