/**
 * Reads by a likes server of its own likes, some time after each
 * acknowledgement.
 *
 * @module
 */

import type { Streams } from "../../domain/random.ts";
import { NEVER } from "../../domain/ticks.ts";
import { formatEntry } from "../../protocol/replies.ts";
import { formatSession, serverName } from "../../protocol/report.ts";
import { HomeChoice, READ_PATIENCE } from "../../rules/choice.ts";
import { ItemReads } from "../reader/item_reads.ts";
import type { WorkerLine } from "./lines.ts";
import type { WorkerOptions } from "./options.ts";

/** The surroundings of own reads. */
export interface OwnReadsOptions {
  /** The likes server's arguments. */
  readonly options: WorkerOptions;
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** The replica that it currently reports to, where to one at a time. */
  readonly replica: () => number;
  /** The end of its lifetime: no read begins then or later. */
  readonly endTicks: () => number;
  /** Prints a line. */
  readonly print: (line: WorkerLine) => void;
  /** Called when a read is over. */
  readonly onChange: () => void;
}

/** The reads of one likes server. */
export class OwnReads {
  readonly #options: OwnReadsOptions;
  readonly #reads: ItemReads;
  /** Null where it asks the replica that it reports to. */
  readonly #home: HomeChoice | null;
  /** Ticks at which reads begin, in order. */
  readonly #dueTicks: number[] = [];
  #read: number;
  #open = 0;

  /** @param options The likes server. */
  constructor(options: OwnReadsOptions) {
    this.#options = options;
    this.#read = options.options.resume?.read ?? 0;
    const { id, ports, writeTo } = options.options;
    const home = this.#home = writeTo !== "all" ? null : new HomeChoice({
      clients: id + 1,
      replicas: ports.length,
      patience: READ_PATIENCE,
    });
    this.#reads = new ItemReads({
      ...options.options,
      streams: options.streams,
      // Likes servers draw apart from readers.
      reader: ~id,
      home: () => home?.replicaOf(id) ?? options.replica(),
      onRepair: ({ read, replica, send }, text) =>
        this.#print({ kind: "repair", read, send, replicas: [replica], text }),
    });
  }

  /** The tick at which the next one begins, NEVER if none is due. */
  get dueAt(): number {
    return this.#dueTicks[0] ?? NEVER;
  }

  /** Whether none is due or under way. */
  get areOver(): boolean {
    return this.#open === 0 && this.#dueTicks.length === 0;
  }

  /** Draws were acknowledged: they are read in some time. */
  acknowledged(): void {
    const { options: { readAfterTicks }, now, endTicks } = this.#options;
    if (readAfterTicks === null) return;
    const tick = now() + readAfterTicks;
    if (tick < endTicks()) this.#dueTicks.push(tick);
  }

  /** Begins those that are due. */
  due(): void {
    while (this.dueAt <= this.#options.now()) {
      this.#dueTicks.shift();
      this.#ask(++this.#read);
    }
  }

  async #ask(read: number): Promise<void> {
    const { options: { id, session }, onChange } = this.#options;
    const replicas = this.#reads.replicasOf(read);
    const own = formatSession(...session);
    const query = `READ ${serverName(id)} ${own}`;
    this.#print({ kind: "read", read, replicas, text: query });
    this.#open++;
    const outcome = await this.#reads.ask({
      ...{ read, server: id, query, replicas },
    });
    this.#open--;
    if (outcome.kind === "no answer") {
      this.#home?.unanswered(id);
      this.#print({ kind: "no value", read, text: outcome.reason });
    } else {
      this.#home?.answered(id);
      const text = outcome.entries.map(formatEntry).join(" ");
      this.#print({ kind: "value", read, text });
    }
    onChange();
  }

  #print(
    line:
      & { read: number; text: string }
      & (
        | {
          kind: "read" | "repair";
          send?: number;
          replicas: readonly number[];
        }
        | { kind: "value" | "no value" }
      ),
  ): void {
    this.#options.print({ ...line, tick: this.#options.now() });
  }
}
