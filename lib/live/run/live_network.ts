/**
 * The network of a live run with faults: a fault proxy, and what is learned
 * from what passes through it.
 *
 * @module
 */

import { replicaOf } from "../../domain/nodes.ts";
import { Faults } from "../../faults/force.ts";
import { parseReply } from "../../protocol/replies.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import { WriteQuorum } from "../../rules/write_quorum.ts";
import {
  type AcknowledgementMeasures,
  AcknowledgementMeter,
} from "../../verdict/acknowledgement_meter.ts";
import type { HistoryEvent } from "../../verdict/history.ts";
import type { GossipCost } from "../../verdict/replica_verdict.ts";
import type { RunFacts } from "../../verdict/verdict.ts";
import { FaultProxy, type ProxyEvent } from "../network/fault_proxy.ts";
import type { ReportContent } from "../network/message.ts";
import { LiftableFaults } from "../../faults/force.ts";
import type { HistoryEntry, LiveHistory } from "./live_history.ts";
import { ObservedCounts } from "./observed_counts.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { PrimaryWatcher } from "./own_primary.ts";
import { type Counted, heldOf, heldOfAll } from "./counted_between.ts";
import type { ReadJudge } from "../reader/read_judge.ts";
import { ReadTraffic } from "../reader/read_traffic.ts";
import type { SentReports } from "../network/sent_reports.ts";
import type { ServerRecord } from "./server_record.ts";
import { sleepAwake } from "../../platform/sleep.ts";

/** Settings of a network. */
export interface LiveNetworkOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The port of a primary, at 127.0.0.1. */
  readonly primaryPort: (replica: number) => number;
  /** Listeners that replicas connect to in place of each other, by number. */
  readonly listeners?: readonly Deno.TcpListener[] | undefined;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Announcements of reports by likes servers. */
  readonly sent: SentReports;
  /** The history that events are added to. */
  readonly history: LiveHistory;
  /** Accounts of the likes servers. */
  readonly records: readonly ServerRecord[];
  /**
   * Asks a primary what it has counted since the run began; a text says why it
   * does not tell.
   */
  readonly look: (replica: number) => Promise<Counted | string>;
  /** Judges what readers were told. */
  readonly reads: ReadJudge;
}

/**
 * Stands between likes servers, readers and primaries, and knows what the
 * primaries counted when: all together, where there are several.
 */
export class LiveNetwork {
  readonly #options: LiveNetworkOptions;
  readonly #isMarked: boolean;
  readonly #faults: LiftableFaults;
  readonly #proxy: FaultProxy;
  readonly #counts: ObservedCounts;
  /** Reports and their replies that were sent, and reports that arrived. */
  readonly #cost = { messages: 0, bytes: 0, reports: 0 };
  readonly #gossipCost = { messages: 0, bytes: 0, entries: 0 };
  readonly #readTraffic: ReadTraffic;
  readonly #acknowledgements: AcknowledgementMeter;
  /** Replica and seq of the last report counted, by likes server. */
  readonly #lastCounted = new Map<number, { seq: number; replica: number }>();
  readonly #twice = new Map<number, Set<number>>();
  /** Times that each primary went down. */
  readonly #downs: number[];
  readonly #hasReplicas: boolean;
  /** Acknowledgements that arrived, where likes servers report to all. */
  readonly #quorum: WriteQuorum | null;
  /** The replica of the report that is being counted. */
  #counting = 0;

  /**
   * Opens the network.
   *
   * @param options What it needs.
   */
  constructor(options: LiveNetworkOptions) {
    this.#options = options;
    const { run, primaryPort, now, sent, history, listeners } = options;
    const { replicas, readers } = run;
    this.#downs = Array.from({ length: replicas }, () => 0);
    this.#hasReplicas = replicas > 1;
    this.#acknowledgements = new AcknowledgementMeter(run.ackTimeoutTicks);
    this.#readTraffic = new ReadTraffic({
      ...options,
      add: (entry) => this.#add(entry),
    });
    const { servers, writeTo, writeQuorum: quorum } = run;
    this.#quorum = writeTo === "all"
      ? new WriteQuorum({ servers, replicas, quorum })
      : null;
    this.#isMarked = isMarked(run.delivery);
    this.#faults = new LiftableFaults(new Faults(run));
    this.#counts = new ObservedCounts(
      this.#isMarked,
      (server, seq) => history.totalUpTo(server, seq),
      (server, seq, likes, total, attempt) =>
        this.#add({
          kind: "count",
          server,
          likes,
          ...seq > 0 && { seq },
          ...attempt > 0 && { attempt },
          ...this.#heldBy(server, seq, total),
        }),
    );
    this.#proxy = new FaultProxy({
      faults: this.#faults,
      replicaPort: primaryPort,
      replicas,
      readers,
      listeners,
      now,
      isToAll: run.writeTo === "all",
      readAfterTicks: run.readAfterTicks,
      identify: (node, replica, line) => sent.find(node, replica, line),
      onEvent: (event) => this.#take(event),
    });
  }

  /** The ports that likes servers connect to, by primary. */
  get ports(): readonly number[] {
    return this.#proxy.ports;
  }

  /**
   * The ports that a reader connects to.
   *
   * @param reader Its number.
   * @returns The ports, by primary.
   */
  portsOfReader(reader: number): readonly number[] {
    return this.#proxy.portsOfReader(reader);
  }

  /**
   * Takes an event of the run's history.
   *
   * @param event The event; those of likes servers matter.
   */
  take({ kind, server }: HistoryEvent): void {
    if (server === undefined) return;
    if (kind === "draw") {
      this.#acknowledgements.drawn(this.#options.now(), server);
    } else if (kind === "restart") {
      // It takes no replica to have acknowledged anything.
      this.#quorum?.restart(server);
    }
  }

  /** Waits of draws for their acknowledgement. */
  get acknowledgements(): AcknowledgementMeasures {
    return this.#acknowledgements.measures();
  }

  /** Cost of gossip; null where it does not pass here. */
  get gossip(): GossipCost | null {
    const { listeners, run } = this.#options;
    // Replicas that others have started reach each other directly.
    if (listeners === undefined || run.gossip === null) return null;
    return { ...this.#gossipCost };
  }

  /**
   * Replicas that counted a report of a likes server which was counted before,
   * and those that counted it first: reports without a mark do not tell.
   *
   * @param server The likes server's id.
   * @returns Numbers of replicas, in rising order.
   */
  twiceAt(server: number): readonly number[] {
    return [...this.#twice.get(server) ?? []].sort((a, b) => a - b);
  }

  /** Cost of the run in messages. */
  get facts(): Pick<RunFacts, "messages" | "bytes" | "reports"> {
    return { ...this.#cost };
  }

  /** The faults end now, as at the planned end of the run. */
  lift(): void {
    this.#faults.lift();
  }

  /**
   * A listener to the ends and returns of a primary.
   *
   * @param replica Its number.
   * @returns A listener to it.
   */
  watcherOf(replica: number): PrimaryWatcher {
    return {
      onDown: () => this.#wentDown(replica),
      onUp: () => this.#cameUp(replica),
    };
  }

  #wentDown(replica: number): void {
    this.#downs[replica]!++;
    this.#proxy.down(replica);
    this.#add({ kind: "crash", ...this.#replica(replica) });
  }

  async #cameUp(replica: number): Promise<void> {
    const downs = this.#downs[replica];
    await this.#proxy.exchangesEnded(replica);
    const counted = await this.#options.look(replica);
    if (downs !== this.#downs[replica]) return; // it is down again
    if (typeof counted === "string") {
      this.#add({ kind: "restart", ...this.#replica(replica) });
    } else if (this.#hasReplicas) {
      this.#counting = replica;
      this.#raise(counted);
      const { records } = this.#options;
      const total = heldOfAll(counted, records, this.#isMarked);
      this.#add({ kind: "restart", total, ...this.#replica(replica) });
    } else {
      this.reconcile(counted);
      this.#add({ kind: "restart", total: this.#total });
    }
    this.#proxy.up(replica);
  }

  /**
   * Raises what is counted. Of a replica's answer, only what nobody is known to
   * have counted is news: what it lacks, others hold.
   */
  #raise(counted: Counted): void {
    if (!this.#isMarked) return;
    for (const { id, name, sessionText } of this.#options.records) {
      const held = counted.session(name, sessionText);
      if (held.total > this.#counts.totalOf(id)) {
        this.#counts.reconcile(id, held);
      }
    }
  }

  /**
   * Waits until nothing is on its way any more.
   *
   * @param ms How long at most: a primary that somebody else has stopped would
   * be waited for without end.
   * @returns Fulfils when the network is empty, or the time is over.
   */
  async empty(ms: number): Promise<void> {
    const isEmpty = new AbortController();
    const empty = this.#proxy.empty().then(() => isEmpty.abort());
    await Promise.race([empty, sleepAwake(ms, isEmpty.signal)]);
  }

  /**
   * Takes over what the primary says that it holds, or what replicas hold
   * together. Nothing may be on its way to them.
   *
   * @param counted What it said.
   */
  reconcile(counted: Counted): void {
    for (const record of this.#options.records) {
      const held = heldOf(counted, record, this.#isMarked);
      this.#counts.reconcile(record.id, held);
    }
  }

  /**
   * Whether it is known of each draw of a likes server how often it was
   * counted.
   *
   * @param server The likes server's id.
   * @returns False if the primary holds what no report explains.
   */
  isCertain(server: number): boolean {
    return this.#counts.isCertain(server);
  }

  /**
   * Closes the network.
   *
   * @returns Fulfils when all is closed.
   */
  async close(): Promise<void> {
    this.#options.sent.close();
    await this.#proxy.close();
  }

  get #total(): number {
    return this.#options.records.reduce(
      (sum, { id }) => sum + this.#counts.totalOf(id),
      0,
    );
  }

  #take(event: ProxyEvent): void {
    const { message } = event;
    const { report, entries } = message;
    if (report !== undefined) this.#takeReport(event, report);
    else if (entries !== undefined) this.#takeExchange(event, entries);
    else this.#readTraffic.take(event);
  }

  #takeReport(event: ProxyEvent, report: ReportContent): void {
    const { kind, isReply, message, reply } = event;
    const { replica } = message;
    const { server, attempt, likes, seq, total } = report;
    const isAck = isReply && parseReply(reply?.line ?? "").kind === "ACK";
    switch (kind) {
      case "send":
        // A reply was sent when the primary answered, whether somebody wanted
        // to hear it or not.
        if (!isReply) this.#sent(message.bytes.length);
        break;
      case "copy":
        this.#sent(isReply ? lengthOf(event) : message.bytes.length);
        break;
      case "receive":
        if (!isReply) this.#cost.reports++;
        else if (isAck && event.dueMs !== undefined) {
          this.#ackArrived(report, replica, event.dueMs);
        }
        break;
      case "silence":
        this.#counts.unanswered(report);
        return;
      case "answer":
        this.#sent(lengthOf(event));
        this.#counting = replica;
        if (isAck) this.#acknowledged(report, replica);
        return;
    }
    const isContent = !isReply && (kind === "send" || kind === "receive");
    this.#add({
      kind,
      server,
      ...isContent && { seq, likes, ...total >= 0 && { total } },
      attempt,
      ...isReply && { reply: true },
      ...this.#replica(replica),
    });
  }

  /** A likes server is told that a replica has counted what it reported. */
  #ackArrived(
    { server, seq }: ReportContent,
    replica: number,
    dueMs: number,
  ): void {
    const { reads, now } = this.#options;
    const quorum = this.#quorum;
    if (quorum?.acknowledged(server, replica, seq) === false) return;
    const reached = quorum?.seqOf(server) ?? seq;
    reads.acknowledged(now(), server, reached);
    this.#acknowledgements.acknowledged(now(), server, reached);
    this.#proxy.acknowledged(server, dueMs);
  }

  #acknowledged(report: ReportContent, replica: number): void {
    const { server, seq } = report;
    this.#counts.acknowledged(report);
    if (this.#isMarked) return;
    const last = this.#lastCounted.get(server);
    this.#lastCounted.set(server, { seq, replica });
    if (last?.seq !== seq) return;
    const twice = this.#twice.get(server) ?? new Set();
    this.#twice.set(server, twice.add(last.replica).add(replica));
  }

  /** Takes a message from one replica to another. */
  #takeExchange(event: ProxyEvent, entriesAsked: number): void {
    const { kind, isReply, message, reply } = event;
    const asks = replicaOf(message.from);
    const [from, to] = isReply
      ? [message.replica, asks]
      : [asks, message.replica];
    const entries = isReply ? reply?.entries ?? 0 : entriesAsked;
    const way = { attempt: message.n, ...isReply && { reply: true } };
    if (kind === "send" || kind === "copy") {
      this.#gossipCost.messages++;
      this.#gossipCost.bytes += isReply
        ? lengthOf(event)
        : message.bytes.length;
      this.#gossipCost.entries += entries;
    }
    const along = { ...way, replica: from, peer: to };
    if (kind === "send") this.#add({ kind: "gossip", ...along, entries });
    if (kind === "copy" || kind === "lose") this.#add({ kind, ...along });
    if (kind === "receive") {
      this.#add({ kind: "merge", ...way, replica: to, peer: from });
    }
  }

  #sent(bytes: number): void {
    this.#cost.messages++;
    this.#cost.bytes += bytes;
  }

  /** The likes of a likes server that a primary has acknowledged it holds. */
  #heldBy(
    server: number,
    seq: number,
    total: number,
  ): { replica?: number; total?: number } {
    if (!this.#hasReplicas) return { total };
    const replica = this.#counting;
    if (!this.#isMarked) return { replica };
    return { replica, total: this.#options.history.totalUpTo(server, seq) };
  }

  /** Names a replica in the history, where there are several. */
  #replica(replica: number): { replica?: number } {
    return this.#hasReplicas ? { replica } : {};
  }

  #add(entry: HistoryEntry): void {
    this.#options.history.add(this.#options.now(), entry);
  }
}

function lengthOf({ reply }: ProxyEvent): number {
  return reply?.bytes.length ?? 0;
}
