/**
 * The reads of a run, each with its answer and what that lacked.
 *
 * @module
 */

import { readerNode } from "../../../domain/nodes.ts";
import type { ReadChecks, Readers } from "../../../sim/replicas/readers.ts";
import type { HistoryEvent } from "../../../verdict/history.ts";
import { tickOf } from "../../../verdict/history.ts";
import type { Staleness } from "./flight.ts";

/**
 * The outcome of a read. `fresh`: it had all that was acknowledged before it
 * began; `stale`: it had not; `unjudged`: nothing was acknowledged by then, or
 * reports carry no mark; `unanswered`: no answer came.
 */
export type ReadOutcome = "fresh" | "stale" | "unjudged" | "unanswered";

/** A read that is over. */
export interface ToldRead {
  /** The node that read: a reader, or a likes server that read its own item. */
  readonly client: number;
  /** The likes server whose count was read. */
  readonly item: number;
  /** The tick at which the read began. */
  readonly startTick: number;
  /** The tick at which it was answered, or given up. */
  readonly endTick: number;
  /** The outcome. */
  readonly outcome: ReadOutcome;
  /** Likes that it was told; 0 where it was told nothing. */
  readonly likes: number;
  /** Lag of a stale answer. */
  readonly stale?: Staleness;
  /** Whether its reader had been told of a newer version before. */
  readonly wentBack: boolean;
}

/** The reads of a run. */
export interface LabReads {
  /** Reads in order of their ends. */
  readonly reads: readonly ToldRead[];
  /** The number of reads in place of which each stands, from 1 on. */
  readonly every: number;
}

/** The most reads that are kept. */
export const READS_MAX = 6000;

/**
 * Reads in bounded memory: when there are too many, every second one is left
 * out, and from then on only as many are taken.
 */
export class ReadSample {
  /** The reads that are kept, in order of their ends. */
  reads: ToldRead[] = [];
  /** The number of reads of which one is kept, from 1 on. */
  every = 1;
  #count = 0;

  /**
   * Takes a read.
   *
   * @param read The read.
   */
  add(read: ToldRead): void {
    if (this.#count++ % this.every !== 0) return;
    this.reads.push(read);
    if (this.reads.length <= READS_MAX) return;
    this.reads = this.reads.filter((_, index) => index % 2 === 0);
    this.every *= 2;
  }
}

/**
 * Follows the reads of a run: events tell when they end, the run itself what
 * their answers lacked.
 *
 * @param readers The readers of a run, before anything has happened in it.
 * @param onRead Called with each read that is over.
 * @returns Called with each event of the history, in order.
 */
export function followReads(
  readers: Readers,
  onRead: (read: ToldRead) => void,
): (event: HistoryEvent) => void {
  const { meter } = readers;
  const begun = new Map<string, number>();
  let wentBackBefore = 0;
  let unanswered = 0;
  /** The answer that the last event told. */
  let told = { tick: 0, likes: 0 };
  const checks: ReadChecks = {
    started: () => 0,
    answered: (read, seq) => {
      const { owner, reader, item, startTick, steps } = read;
      const { wentBack = 0, judged } = meter.soFar;
      const stale = judged === undefined
        ? null
        : meter.behind({ item, steps, seq, startTick });
      onRead({
        client: owner >= 0 ? owner : readerNode(reader),
        ...{ item, startTick, endTick: told.tick, likes: told.likes },
        outcome: judged === undefined || steps === 0
          ? "unjudged"
          : stale === null
          ? "fresh"
          : "stale",
        ...stale !== null && { stale },
        wentBack: wentBack > wentBackBefore,
      });
      wentBackBefore = wentBack;
    },
  };
  readers.checks = checks;
  return (event) => {
    const { kind, reader, server = -1, attempt, total = 0 } = event;
    const client = reader === undefined ? server : readerNode(reader);
    const key = `${client} ${attempt}`;
    const tick = tickOf(event);
    if (kind === "read") {
      if (!begun.has(key)) begun.set(key, tick);
    } else if (kind === "value") {
      told = { tick, likes: total };
      begun.delete(key);
    } else if (kind === "lose" && meter.soFar.unanswered > unanswered) {
      unanswered = meter.soFar.unanswered;
      const startTick = begun.get(key) ?? tick;
      begun.delete(key);
      onRead({
        ...{ client, item: server, startTick, endTick: tick },
        ...{ outcome: "unanswered", likes: 0, wentBack: false },
      });
    }
  };
}
