/**
 * Reads of items by a process: of one replica, of some or of all, with repairs
 * of those that lack something.
 *
 * @module
 */

import type { ReplicaChoice } from "../../domain/replicas.ts";
import type { Streams } from "../../domain/random.ts";
import { secondsFromTicks, TICKS_PER_MS } from "../../domain/ticks.ts";
import { sleep } from "../../platform/sleep.ts";
import { messageOf } from "../../platform/start_error.ts";
import { formatRepair } from "../../protocol/repair.ts";
import { ACK, type Entry, parseReply } from "../../protocol/replies.ts";
import { anyReplicas } from "../../rules/choice.ts";
import { QuorumRead, type ReadQuorumOptions } from "../../rules/read_quorum.ts";
import { ask, NoAnswerError, PrimaryClient } from "../run/primary_client.ts";

/** The end of a wait for the answer of one replica. */
export type AnswerKind = "answered" | "silent" | "refused";

/** Options of a process that reads. */
export interface ItemReadsOptions extends ReadQuorumOptions {
  /** The ports of the replicas by their numbers, at 127.0.0.1. */
  readonly ports: readonly number[];
  /** The replicas that are asked. */
  readonly readFrom: ReplicaChoice;
  /** The time for which a read waits for its answer, in ticks of 0.1 ms. */
  readonly ackTimeoutTicks: number;
  /** The random numbers of the run. */
  readonly streams: Streams;
  /** The number under which replicas are drawn. */
  readonly reader: number;
  /** The replica that is asked where reads go home. */
  readonly home: () => number;
  /** Called when it is known of a replica whether it answers a read. */
  readonly onAnswer: (kind: AnswerKind) => void;
  /** Called before a replica is sent a repair: the line, without its LF. */
  readonly onRepair: (read: number, replica: number, line: string) => void;
}

/** A read that is to be made. */
export interface ItemRead {
  /** Number of the read, from 1 on. */
  readonly read: number;
  /** The id of the likes server that is read. */
  readonly server: number;
  /** The question, without its LF. */
  readonly query: string;
  /** The replicas that are asked. */
  readonly replicas: readonly number[];
}

/** The end of a read. */
export type ReadOutcome =
  | {
    readonly kind: "value";
    /** Likes of the item. */
    readonly likes: number;
    /** The newest of each of its sessions. */
    readonly entries: readonly Entry[];
  }
  | { readonly kind: "no answer"; readonly reason: string };

/** Makes the reads of one process. */
export class ItemReads {
  readonly #options: ItemReadsOptions;
  readonly #underWay = new Set<Promise<void>>();

  /** @param options Whom it asks, and how it is answered. */
  constructor(options: ItemReadsOptions) {
    this.#options = options;
  }

  /**
   * The replicas that a read asks.
   *
   * @param read Its number.
   * @returns Their numbers.
   */
  replicasOf(read: number): number[] {
    const { readFrom, ports, streams, reader, readQuorum, home } =
      this.#options;
    if (readFrom === "home") return [home()];
    if (readFrom === "all") return [...ports.keys()];
    const drawn = new Int32Array(readQuorum);
    anyReplicas(streams, reader, read, ports.length, drawn);
    return [...drawn];
  }

  /**
   * Makes a read.
   *
   * @param read Of what, from whom.
   * @returns Its end, as soon as it is known; answers and repairs of others can
   * still be under way.
   */
  async ask(read: ItemRead): Promise<ReadOutcome> {
    const one = new OneRead(this.#options, read);
    const ended = one.run().finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return await one.outcome;
  }

  /**
   * Waits until nothing is under way any more.
   *
   * @returns Fulfils then.
   */
  async settled(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}

/** A read, until its last answer. */
class OneRead {
  readonly #options: ItemReadsOptions;
  readonly #read: ItemRead;
  readonly #quorum: QuorumRead;
  readonly #timeoutMs: number;
  readonly #outcome = Promise.withResolvers<ReadOutcome>();
  readonly #over = new AbortController();
  /** Sessions in the order in which answers told them. */
  readonly #sessions: string[] = [];
  /** Likes without a mark. */
  #unmarked = 0;
  /** Replicas that are asked and have not answered. */
  readonly #waiting: Set<number>;
  /** Replicas that were sent a repair. */
  readonly #told = new Set<number>();
  readonly #repairs: Promise<void>[] = [];
  #failures = 0;
  #isOver = false;

  constructor(options: ItemReadsOptions, read: ItemRead) {
    this.#options = options;
    this.#read = read;
    this.#waiting = new Set(read.replicas);
    this.#quorum = new QuorumRead(options);
    this.#quorum.begin(options.ports.length);
    this.#timeoutMs = options.ackTimeoutTicks / TICKS_PER_MS;
  }

  get outcome(): Promise<ReadOutcome> {
    return this.#outcome.promise;
  }

  /** Fulfils when nobody is waited for any more. */
  async run(): Promise<void> {
    const timer = sleep(this.#timeoutMs, this.#over.signal)
      .then(() => this.#timeOut());
    await Promise.all(this.#read.replicas.map((one) => this.#ask(one)));
    await Promise.all(this.#repairs);
    await timer;
  }

  #timeOut(): void {
    if (this.#over.signal.aborted) return;
    for (const replica of this.#waiting) this.#heardOf(replica, "silent");
    const seconds = secondsFromTicks(this.#options.ackTimeoutTicks);
    this.#giveUp(`none within ${seconds} s`);
  }

  /** Takes the first word of a replica, and refuses a second. */
  #heardOf(replica: number, kind: AnswerKind): boolean {
    const isNews = this.#waiting.delete(replica);
    if (isNews) this.#options.onAnswer(kind);
    return isNews;
  }

  async #ask(replica: number): Promise<void> {
    const port = this.#options.ports[replica] as number;
    try {
      const line = await ask(this.#read.query, {
        port,
        timeoutMs: this.#timeoutMs,
      });
      const reply = parseReply(line);
      if (reply.kind !== "VALUE") {
        return this.#failed(replica, "refused", line.slice(0, 80));
      }
      if (!this.#heardOf(replica, "answered")) return;
      this.#hear(replica, reply.likes, reply.entries);
    } catch (error) {
      // The time is up for all together.
      if (error instanceof NoAnswerError && error.end === "silent") return;
      this.#failed(replica, "refused", messageOf(error));
    }
  }

  #failed(replica: number, kind: AnswerKind, reason: string): void {
    if (!this.#heardOf(replica, kind)) return;
    const spare = this.#read.replicas.length - this.#options.readQuorum;
    if (++this.#failures > spare) this.#giveUp(reason);
  }

  #hear(replica: number, likes: number, entries: readonly Entry[]): void {
    const quorum = this.#quorum;
    let unmarked = likes;
    for (const { session, seq, total } of entries) {
      unmarked -= total;
      quorum.hear(replica, this.#entryOf(session), seq, total);
    }
    if (!quorum.hasQuorum) this.#unmarked = Math.max(this.#unmarked, unmarked);
    quorum.answered(replica);
    if (!quorum.hasQuorum) return;
    this.#finishIfOver();
    this.#repair();
  }

  #entryOf(session: string): number {
    const entry = this.#sessions.indexOf(session);
    return entry < 0 ? this.#sessions.push(session) - 1 : entry;
  }

  #finishIfOver(): void {
    if (this.#isOver || !this.#quorum.isOver) return;
    const entries = this.#entries();
    const likes = entries.reduce((sum, { total }) => sum + total, 0);
    this.#end({ kind: "value", likes: this.#unmarked + likes, entries });
  }

  #giveUp(reason: string): void {
    if (!this.#isOver) this.#end({ kind: "no answer", reason });
  }

  #end(outcome: ReadOutcome): void {
    this.#isOver = true;
    this.#outcome.resolve(outcome);
    this.#over.abort();
  }

  #entries(): Entry[] {
    const quorum = this.#quorum;
    return this.#sessions.flatMap((session, entry) => {
      const seq = quorum.seqOf(entry);
      return seq === 0 ? [] : [{ session, seq, total: quorum.totalOf(entry) }];
    });
  }

  /** Tells replicas that lack something, each once. */
  #repair(): void {
    const { readRepair, ports } = this.#options;
    const quorum = this.#quorum;
    if (readRepair === "off") return;
    const isAwaited = readRepair === "before" && !this.#isOver;
    for (const replica of ports.keys()) {
      const isDue = isAwaited || quorum.hasAnswered(replica);
      if (!isDue || this.#told.has(replica) || !quorum.lacks(replica)) continue;
      this.#told.add(replica);
      this.#repairs.push(this.#tell(replica));
    }
  }

  async #tell(replica: number): Promise<void> {
    const { ports, onRepair } = this.#options;
    const { read, server } = this.#read;
    const lines = this.#entries().map((entry) => formatRepair(server, entry));
    for (const line of lines) onRepair(read, replica, line);
    try {
      using client = await PrimaryClient.connect({
        port: ports[replica] as number,
        timeoutMs: this.#timeoutMs,
      });
      const replies = await client.askAll(lines);
      if (!replies.every((reply) => reply === ACK)) return;
    } catch {
      return; // It is told by the next read that finds it behind.
    }
    this.#quorum.repaired(replica);
    this.#finishIfOver();
  }
}
