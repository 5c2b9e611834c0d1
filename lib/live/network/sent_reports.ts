/**
 * Identification of what comes over the network: the attempt of a likes server,
 * the read of a reader. A report without a mark does not tell, and a read never
 * does.
 *
 * @module
 */

import { sleepAwake } from "../../platform/sleep.ts";
import { repairNumber } from "../../rules/read_repair.ts";
import { SenderClock } from "./sender_clock.ts";

/**
 * Time for which a likes server's announcement of a line is awaited before the
 * line is taken for a stranger's.
 */
const STRANGER_MS = 2_000;

/** The announcement of a report by its likes server, before it is sent. */
export interface SentReport {
  /**
   * The number of the attempt, 1, 2, 3 …, over all processes that the likes
   * server lives in; of a read or a repair the number of the read.
   */
  readonly attempt: number;
  /** The newest draw that it carries; 0 of a read or a repair. */
  readonly seq: number;
  /** Number of a read or a repair among those of its sender, from 1 on. */
  readonly n?: number;
  /**
   * The moment of the sending, in ticks of the run: as announced by the clock
   * of its sender, as found by that of the network.
   */
  readonly tick?: number;
}

/** The requests of a read that are about to be sent. */
export interface SentRead {
  /** The moment of the sending by its sender's clock, in ticks of the run. */
  readonly tick: number;
  /** The number of the read. */
  readonly read: number;
  /** Number of a repair among those of its read to this replica. */
  readonly send?: number;
  /** The replicas. */
  readonly replicas: readonly number[];
  /** The line that each is sent, without its LF. */
  readonly text: string;
}

interface Announced extends SentReport {
  readonly line: string;
}

interface Waiting {
  readonly line: string;
  readonly resolve: (sent: SentReport | null) => void;
}

/**
 * Matches reports that arrive with what likes servers announced.
 *
 * A likes server prints each report before it sends it, and whoever reads each
 * read and repair, so every line is announced; but the announcement comes
 * through a pipe and the report through a socket, and either can be read first.
 * Each announcement is used once. Where several fit, the latest is meant: of a
 * likes server's reports one at a time is on its way, and an announcement that
 * nothing followed is that of a process that was killed in between. Taking one
 * for another would do little harm: both have the same likes.
 */
export class SentReports {
  /** By link: the node that sends and the replica that it sends to. */
  readonly #announced = new Map<string, Announced[]>();
  readonly #waiting = new Map<string, Set<Waiting>>();
  readonly #clocks = new Map<number, SenderClock>();
  readonly #now: () => number;
  #isClosed = false;

  /** @param now Ticks of 0.1 ms since the start of the run. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * A likes server or a reader is about to send a line.
   *
   * @param node Who.
   * @param replica The replica that it sends to.
   * @param line The line, without its LF.
   * @param sent Which one it is.
   */
  announce(
    node: number,
    replica: number,
    line: string,
    sent: SentReport,
  ): void {
    const link = `${node} ${replica}`;
    const time = this.#timeOf(node, sent);
    const announcement = { ...sent, ...time, line };
    const waiting = this.#waiting.get(link) ?? new Set();
    for (const one of waiting) {
      if (one.line !== line) continue;
      waiting.delete(one);
      one.resolve({ ...sent, ...time });
      return;
    }
    const announced = this.#announced.get(link);
    if (announced === undefined) this.#announced.set(link, [announcement]);
    else announced.push(announcement);
  }

  /** The moment of a sending by the clock of the network. */
  #timeOf(node: number, { tick }: SentReport): { tick?: number } {
    if (tick === undefined) return {};
    const clock = this.#clocks.get(node) ?? new SenderClock();
    this.#clocks.set(node, clock);
    return { tick: clock.ticksOf(tick, this.#now()) };
  }

  /**
   * Somebody is about to send the requests of a read. Each has a number that
   * follows from the read's, as in a virtual run.
   *
   * @param node Who.
   * @param line What.
   * @param replicas Number of all replicas.
   */
  announceRead(node: number, line: SentRead, replicas: number): void {
    const { tick, read, send, text } = line;
    line.replicas.forEach((replica, i) => {
      const n = send === undefined
        ? (read - 1) * line.replicas.length + i + 1
        : repairNumber(read, send, replica, replicas);
      this.announce(node, replica, text, { attempt: read, seq: 0, n, tick });
    });
  }

  /**
   * Identifies a line that came, and waits a while for its announcement.
   *
   * @param node Who sent it, as it says.
   * @param replica The replica that it is for.
   * @param line The line, without its LF.
   * @returns Which one it is; null if it was not sent from there.
   */
  async find(
    node: number,
    replica: number,
    line: string,
  ): Promise<SentReport | null> {
    const link = `${node} ${replica}`;
    const announced = this.#announced.get(link) ?? [];
    const index = announced.findLastIndex((one) => one.line === line);
    const [found] = index < 0 ? [] : announced.splice(index, 1);
    if (found !== undefined || this.#isClosed) return found ?? null;
    const waiting = this.#waiting.get(link) ?? new Set();
    this.#waiting.set(link, waiting);
    const announcement = Promise.withResolvers<SentReport | null>();
    const own = { line, resolve: announcement.resolve };
    waiting.add(own);
    const over = new AbortController();
    sleepAwake(STRANGER_MS, over.signal).then(() => own.resolve(null));
    try {
      return await announcement.promise;
    } finally {
      over.abort();
      waiting.delete(own);
    }
  }

  /** Ends all waits; none begins any more. */
  close(): void {
    this.#isClosed = true;
    for (const waiting of this.#waiting.values()) {
      for (const { resolve } of waiting) resolve(null);
    }
  }
}
