/**
 * Identification of reports: which attempt of a likes server is it that came
 * over the network? A report without a mark does not say.
 *
 * @module
 */

import { sleepAwake } from "../../platform/sleep.ts";

/**
 * Time for which a likes server's announcement of a line is awaited before the
 * line is taken for a stranger's.
 */
const STRANGER_MS = 2_000;

/** The announcement of a report by its likes server, before it is sent. */
export interface SentReport {
  /**
   * The number of the attempt, 1, 2, 3 …, over all processes that the likes
   * server lives in.
   */
  readonly attempt: number;
  /** The newest draw that it carries. */
  readonly seq: number;
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
 * A likes server prints each report before it sends it, so every report is
 * announced; but the announcement comes through a pipe and the report through a
 * socket, and either can be read first. Each announcement is used once. Where
 * several fit, the latest is meant: of a likes server's reports one at a time
 * is on its way, and an announcement that nothing followed is that of a process
 * that was killed in between. Taking one for another would do little harm: both
 * have the same likes.
 */
export class SentReports {
  readonly #announced = new Map<number, Announced[]>();
  readonly #waiting = new Map<number, Set<Waiting>>();

  /**
   * A likes server is about to send a report.
   *
   * @param server Its id.
   * @param line The report, without its LF.
   * @param sent Which one it is.
   */
  announce(server: number, line: string, sent: SentReport): void {
    const waiting = this.#waiting.get(server) ?? new Set();
    for (const one of waiting) {
      if (one.line !== line) continue;
      waiting.delete(one);
      one.resolve(sent);
      return;
    }
    const announced = this.#announced.get(server);
    if (announced === undefined) {
      this.#announced.set(server, [{ ...sent, line }]);
    } else {
      announced.push({ ...sent, line });
    }
  }

  /**
   * Identifies a report that came, and waits a while for its announcement.
   *
   * @param server The id of the likes server.
   * @param line The report, without its LF.
   * @returns Which one it is; null if no likes server has sent it.
   */
  async find(server: number, line: string): Promise<SentReport | null> {
    const announced = this.#announced.get(server) ?? [];
    const index = announced.findLastIndex((one) => one.line === line);
    const [found] = index < 0 ? [] : announced.splice(index, 1);
    if (found !== undefined) return found;
    const waiting = this.#waiting.get(server) ?? new Set();
    this.#waiting.set(server, waiting);
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

  /** Ends all waits. */
  close(): void {
    for (const waiting of this.#waiting.values()) {
      for (const { resolve } of waiting) resolve(null);
    }
  }
}
