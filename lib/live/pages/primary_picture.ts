/**
 * The picture of a primary alone: the likes that it has counted, by likes
 * server.
 *
 * @module
 */

import { serverId } from "../../protocol/report.ts";
import { grouped } from "../../verdict/explain.ts";
import { quantity } from "../../view/numbers.ts";
import type { RunPicture } from "../../view/picture/picture.ts";
import { PictureRecorder } from "../../view/picture/recorder.ts";
import { ask } from "../run/primary_client.ts";
import { poll } from "../run/poll_pause.ts";
import { messageOf } from "../../platform/start_error.ts";
import { parseStats, type ServerStats, type Stats } from "../primary/stats.ts";

/**
 * A likes server that nothing was counted of for longer is silent, in seconds.
 */
const SILENT_SECONDS = 10;

/** Likes counted of one likes server, and the time of the last of them. */
interface Seen {
  likes: number;
  reportSeq: number;
  changedSeconds: number;
}

/** Asks a primary for its numbers again and again, as any client could. */
export class PrimaryPicture {
  readonly #recorder = new PictureRecorder({ world: "primary" });
  readonly #began = performance.now();
  readonly #seen = new Map<number, Seen>();
  readonly #stop = new AbortController();
  readonly #polling: Promise<void>;
  #refused = new Map<string, number>();

  /**
   * Begins to ask.
   *
   * @param port The primary's port, at 127.0.0.1.
   */
  constructor(port: number) {
    this.#polling = poll(() => this.#look(port), this.#stop.signal);
  }

  get #seconds(): number {
    return (performance.now() - this.#began) / 1000;
  }

  async #look(port: number): Promise<void> {
    try {
      this.#take(parseStats(await ask("STATS", { port })));
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#event(`does not answer: ${messageOf(error)}`, "bad");
    }
  }

  #take(stats: Stats): void {
    const seconds = this.#seconds;
    for (const server of stats.servers) this.#takeServer(server, seconds);
    const refusals = Object.entries(stats.rejected);
    for (const [reason, count] of refusals) {
      const more = count - (this.#refused.get(reason) ?? 0);
      if (more > 0) {
        this.#event(`refused ${grouped(more)}: ${reason}`, "bad");
      }
    }
    this.#refused = new Map(refusals);
    const refused = refusals.reduce((sum, [, count]) => sum + count, 0);
    this.#recorder.sample(seconds, {
      counted: stats.total,
      note: `${quantity(stats.reports, "report")}, of them ${
        quantity(stats.duplicates, "repeat")
      } and ${grouped(refused)} refused for good; ${
        // The one that asks is open, too.
        quantity(Math.max(0, stats.connectionsOpen - 1), "connection")} open.`,
    });
  }

  #takeServer(server: ServerStats, seconds: number): void {
    const id = serverId(server.name);
    const { sessions, unmarked } = server;
    const likes = sessions.reduce((sum, { total }) => sum + total, unmarked);
    const reportSeq = sessions.reduce((sum, { seq }) => sum + seq, 0);
    const seen = this.#seen.get(id);
    if (seen === undefined) {
      this.#seen.set(id, { likes, reportSeq, changedSeconds: seconds });
      this.#event(`hears from ${server.name}`, "plain");
    } else if (seen.likes !== likes || seen.reportSeq !== reportSeq) {
      seen.likes = likes;
      seen.reportSeq = reportSeq;
      seen.changedSeconds = seconds;
    }
    const changedSeconds = seen?.changedSeconds ?? seconds;
    this.#recorder.sampleServer(id, seconds, {
      state: seconds - changedSeconds > SILENT_SECONDS ? "silent" : "reporting",
      counted: likes,
    });
  }

  #event(text: string, tone: "plain" | "bad"): void {
    this.#recorder.event({
      seconds: this.#seconds,
      who: "primary",
      text,
      tone,
    });
  }

  /**
   * The picture as it is now.
   *
   * @returns Plain data.
   */
  picture(): RunPicture {
    return this.#recorder.picture();
  }

  /** Ends the questions, from the next one on. */
  stop(): void {
    this.#stop.abort();
  }

  /** Ends the questions. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.stop();
    await this.#polling;
  }
}
