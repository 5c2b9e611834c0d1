/**
 * Reads of items by a process: of one replica, of some or of all, with repairs
 * of those that lack something.
 *
 * @module
 */

import type { ReplicaChoice } from "../../domain/replicas.ts";
import { readerNode } from "../../domain/nodes.ts";
import { Family, type Streams } from "../../domain/random.ts";
import { secondsFromTicks, TICKS_PER_MS } from "../../domain/ticks.ts";
import { sleep } from "../../platform/sleep.ts";
import { formatRepair } from "../../protocol/repair.ts";
import { ACK, type Entry, parseReply } from "../../protocol/replies.ts";
import { anyReplicas } from "../../rules/choice.ts";
import {
  NOBODY,
  QuorumRead,
  type ReadQuorumOptions,
} from "../../rules/read_quorum.ts";
import { repairNumber, repairWaitTicks } from "../../rules/read_repair.ts";
import {
  ask,
  NoAnswerError,
  PrimaryClient,
  whyNoAnswer,
} from "../run/primary_client.ts";

/** A repair that is about to be sent. */
export interface RepairSending {
  /** The number of the read. */
  readonly read: number;
  /** The replica that is told. */
  readonly replica: number;
  /** Number of the sending among those of its read to this replica, from 1. */
  readonly send: number;
}

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
  /** Called before a replica is sent a repair: the line, without its LF. */
  readonly onRepair: (repair: RepairSending, line: string) => void;
  /** Makes the rule of a read. @default {that of `lib/rules`} */
  readonly makeQuorumRead?: (options: ReadQuorumOptions) => QuorumRead;
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
  /** Aborted when the read has its answer, or has none. */
  readonly #over = new AbortController();
  /** Aborted when nothing is listened to any more. */
  readonly #done = new AbortController();
  /** Sessions in the order in which answers told them. */
  readonly #sessions: string[] = [];
  /** Likes without a mark. */
  #unmarked = 0;
  readonly #repairs = new Set<Promise<void>>();
  #failures = 0;

  constructor(options: ItemReadsOptions, read: ItemRead) {
    const { makeQuorumRead = (how) => new QuorumRead(how) } = options;
    this.#options = options;
    this.#read = read;
    this.#quorum = makeQuorumRead(options);
    this.#quorum.begin(options.ports.length, read.replicas.length);
    this.#timeoutMs = options.ackTimeoutTicks / TICKS_PER_MS;
  }

  get outcome(): Promise<ReadOutcome> {
    return this.#outcome.promise;
  }

  /** Fulfils when nobody is waited for any more. */
  async run(): Promise<void> {
    const timedOut = sleep(this.#timeoutMs, this.#done.signal)
      .then(() => this.#timeOut());
    await Promise.all(this.#read.replicas.map((one) => this.#ask(one)));
    // No answer comes any more.
    if (this.#over.signal.aborted) this.#done.abort();
    while (this.#repairs.size > 0) await Promise.all(this.#repairs);
    await timedOut;
  }

  #timeOut(): void {
    const seconds = secondsFromTicks(this.#options.ackTimeoutTicks);
    this.#giveUp(`none within ${seconds} s`);
    this.#done.abort();
  }

  async #ask(replica: number): Promise<void> {
    const port = this.#options.ports[replica] as number;
    try {
      const line = await ask(this.#read.query, {
        port,
        timeoutMs: this.#timeoutMs,
      });
      if (this.#done.signal.aborted) return;
      const reply = parseReply(line);
      if (reply.kind !== "VALUE") return this.#failed(line.slice(0, 80));
      this.#hear(replica, reply.likes, reply.entries);
    } catch (error) {
      // The time is up for all together.
      if (error instanceof NoAnswerError && error.end === "silent") return;
      this.#failed(whyNoAnswer(error));
    }
  }

  #failed(reason: string): void {
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
    this.#goOn();
  }

  #entryOf(session: string): number {
    const entry = this.#sessions.indexOf(session);
    return entry < 0 ? this.#sessions.push(session) - 1 : entry;
  }

  /** Ends the read if it is over, and tells replicas what they lack. */
  #goOn(): void {
    const quorum = this.#quorum;
    if (quorum.isOver && !this.#over.signal.aborted) {
      const entries = this.#entries();
      const likes = entries.reduce((sum, { total }) => sum + total, 0);
      this.#end({ kind: "value", likes: this.#unmarked + likes, entries });
    }
    for (
      let replica = quorum.nextRepair();
      replica !== NOBODY;
      replica = quorum.nextRepair()
    ) {
      const told = this.#tell(replica).finally(() =>
        this.#repairs.delete(told)
      );
      this.#repairs.add(told);
    }
    if (quorum.isDone) this.#done.abort();
  }

  #giveUp(reason: string): void {
    if (this.#over.signal.aborted) return;
    this.#end({ kind: "no answer", reason });
    this.#done.abort();
  }

  #end(outcome: ReadOutcome): void {
    this.#over.abort();
    this.#outcome.resolve(outcome);
  }

  #entries(): Entry[] {
    const quorum = this.#quorum;
    return this.#sessions.flatMap((session, entry) => {
      const seq = quorum.seqOf(entry);
      return seq === 0 ? [] : [{ session, seq, total: quorum.totalOf(entry) }];
    });
  }

  /** Sends a replica what it lacks; again, if that is waited for in vain. */
  async #tell(replica: number): Promise<void> {
    const quorum = this.#quorum;
    const { read, server } = this.#read;
    const send = quorum.sendsOf(replica);
    const lines = this.#sessions.flatMap((session, entry) => {
      if (!quorum.lacksEntry(replica, entry)) return [];
      const seq = quorum.repairSeqOf(entry);
      const total = quorum.repairTotalOf(entry);
      return [formatRepair(server, { session, seq, total })];
    });
    for (const line of lines) {
      this.#options.onRepair({ read, replica, send }, line);
    }
    const isAwaited = quorum.isRepairAwaited;
    if (isAwaited) this.#tellAgain(replica, send, false);
    if (await this.#isAcknowledged(replica, lines)) {
      if (this.#done.signal.aborted) return;
      quorum.repaired(replica);
      this.#goOn();
    } else if (isAwaited) this.#tellAgain(replica, send, true);
  }

  async #isAcknowledged(
    replica: number,
    lines: readonly string[],
  ): Promise<boolean> {
    try {
      using client = await PrimaryClient.connect({
        port: this.#options.ports[replica] as number,
        timeoutMs: this.#timeoutMs,
      });
      const replies = await client.askAll(lines);
      return replies.every((reply) => reply === ACK);
    } catch {
      return false;
    }
  }

  /** Tells a replica again after a wait, unless the read is over by then. */
  #tellAgain(replica: number, send: number, isRefused: boolean): void {
    const { ackTimeoutTicks, streams, reader, ports } = this.#options;
    const node = reader < 0 ? ~reader : readerNode(reader);
    const n = repairNumber(this.#read.read, send, replica, ports.length);
    const waitTicks = repairWaitTicks(
      { send, ackTimeoutTicks, isRefused },
      streams.bits(Family.REPAIR_WAIT, node, n),
    );
    const over = this.#over.signal;
    sleep(waitTicks / TICKS_PER_MS, over).then(() => {
      if (over.aborted) return;
      this.#quorum.repairLost(replica, send);
      this.#goOn();
    });
  }
}
