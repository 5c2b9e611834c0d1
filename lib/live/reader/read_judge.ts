/**
 * Judges what readers of a live run were told, by the clock of the network that
 * everything passes.
 *
 * @module
 */

import { parseReply } from "../../protocol/replies.ts";
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
  /** The answer that the reader was handed; undefined: none yet. */
  answer?: { readonly tick: number; readonly seq: number };
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
 * network, in one order. Whether a reader took an answer for one, or had given
 * up, the reader itself says.
 */
export class ReadJudge {
  readonly #meter: ReadMeter;
  readonly #isMarked: boolean;
  /** This run's session of each likes server. */
  readonly #sessions: readonly string[];
  /** The last read of each reader. */
  readonly #reads = new Map<number, OpenRead>();

  /**
   * @param delivery The delivery mode.
   * @param sessions The session of each likes server, 16 hex digits.
   */
  constructor(delivery: Delivery, sessions: readonly string[]) {
    this.#isMarked = isMarked(delivery);
    this.#meter = new ReadMeter({ isMarked: this.#isMarked });
    this.#sessions = sessions;
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
   * A likes server was told that its draws are counted.
   *
   * @param tick When.
   * @param server Its id.
   * @param seq Up to which draw.
   */
  acknowledged(tick: number, server: number, seq: number): void {
    if (this.#isMarked) this.#meter.acknowledged(tick, server, seq);
  }

  /**
   * A reader has asked.
   *
   * @param tick When.
   * @param reader Its number.
   * @param item The likes server that it asked for.
   */
  started(tick: number, reader: number, item: number): void {
    const steps = this.#meter.started(item);
    this.#reads.set(reader, { item, startTick: tick, steps });
  }

  /**
   * An answer is handed to a reader.
   *
   * @param tick When.
   * @param reader Its number.
   * @param item The likes server that it asked for.
   * @param line The answer, without its LF.
   * @returns What it says; null if it is no value.
   */
  told(
    tick: number,
    reader: number,
    item: number,
    line: string,
  ): ToldValue | null {
    const reply = parseReply(line);
    if (reply.kind !== "VALUE") return null;
    const session = this.#sessions[item];
    const entry = reply.entries.find((one) => one.session === session);
    const seq = entry?.seq ?? 0;
    const read = this.#reads.get(reader);
    if (read !== undefined && read.item === item) read.answer = { tick, seq };
    if (!this.#isMarked) return { total: reply.likes };
    return { total: entry?.total ?? 0, ...seq > 0 && { seq } };
  }

  /**
   * A reader says that it was answered.
   *
   * @param reader Its number.
   */
  answered(reader: number): void {
    const read = this.#reads.get(reader);
    if (read?.answer === undefined) return;
    const { item, startTick, steps, answer } = read;
    this.#meter.answered(answer.tick, {
      reader,
      item,
      startTick,
      steps,
      seq: answer.seq,
      isOwn: false,
    });
    this.#reads.delete(reader);
  }

  /** A reader says that it was not answered. */
  unanswered(): void {
    this.#meter.unanswered();
  }
}
