/**
 * The network of a live run with faults: a fault proxy, and what is learned
 * from what passes through it.
 *
 * @module
 */

import { MessageKind } from "../../domain/messages.ts";
import { Faults } from "../../faults/force.ts";

import { parseReply } from "../../protocol/replies.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import type { RunFacts } from "../../verdict/verdict.ts";
import { FaultProxy, type ProxyEvent } from "../network/fault_proxy.ts";
import { LiftableFaults } from "../network/liftable_faults.ts";
import type { HistoryEntry, LiveHistory } from "./live_history.ts";
import { ObservedCounts } from "./observed_counts.ts";
import type { RunOptions } from "../../options/run_options.ts";
import type { PrimaryWatcher } from "./own_primary.ts";
import type { CountedBetween } from "./counted_between.ts";
import type { SentReports } from "../network/sent_reports.ts";
import type { ServerRecord } from "./server_record.ts";
import { sleepAwake } from "../../platform/sleep.ts";

/** Settings of a network. */
export interface LiveNetworkOptions {
  /** The run. */
  readonly run: RunOptions;
  /** The port of the primary, at 127.0.0.1. */
  readonly primaryPort: () => number;
  /** Ticks of 0.1 ms since the start of the run. */
  readonly now: () => number;
  /** Announcements of reports by likes servers. */
  readonly sent: SentReports;
  /** The history that events are added to. */
  readonly history: LiveHistory;
  /** Accounts of the likes servers. */
  readonly records: readonly ServerRecord[];
  /**
   * Asks the primary what it has counted since the run began; a text says why
   * it does not tell.
   */
  readonly look: () => Promise<CountedBetween | string>;
}

/**
 * Stands between likes servers and their primary, and knows what the primary
 * counted when.
 */
export class LiveNetwork implements PrimaryWatcher {
  readonly #options: LiveNetworkOptions;
  readonly #isMarked: boolean;
  readonly #faults: LiftableFaults;
  readonly #proxy: FaultProxy;
  readonly #counts: ObservedCounts;
  #messages = 0;
  #bytes = 0;
  #received = 0;
  /** Times that the primary went down. */
  #downs = 0;

  /**
   * Opens the network.
   *
   * @param options What it needs.
   */
  constructor(options: LiveNetworkOptions) {
    this.#options = options;
    const { run, primaryPort, now, sent, history } = options;
    this.#isMarked = isMarked(run.delivery);
    this.#faults = new LiftableFaults(new Faults(run));
    this.#counts = new ObservedCounts(
      this.#isMarked,
      (server, seq) => history.totalUpTo(server, seq),
      {
        counted: (server, seq, likes, total, attempt) =>
          this.#add({
            kind: "count",
            server,
            likes,
            total,
            ...seq > 0 && { seq },
            ...attempt > 0 && { attempt },
          }),
        forgot: (server, seq, total) =>
          this.#add({
            kind: "count",
            server,
            likes: 0,
            total,
            ...seq > 0 && { seq },
          }),
      },
    );
    this.#proxy = new FaultProxy({
      faults: this.#faults,
      primaryPort,
      now,
      identify: (server, line) => sent.find(server, line),
      onEvent: (event) => this.#take(event),
    });
  }

  /** The port that likes servers connect to. */
  get port(): number {
    return this.#proxy.port;
  }

  /** Cost of the run in messages. */
  get facts(): Pick<RunFacts, "messages" | "bytes" | "reports"> {
    return {
      messages: this.#messages,
      bytes: this.#bytes,
      reports: this.#received,
    };
  }

  /** The faults end now, as at the planned end of the run. */
  lift(): void {
    this.#faults.lift();
  }

  /** @inheritdoc */
  onDown(): void {
    this.#downs++;
    this.#proxy.isPrimaryDown = true;
    this.#add({ kind: "crash" });
  }

  /** @inheritdoc */
  async onUp(): Promise<void> {
    const downs = this.#downs;
    await this.#proxy.exchangesEnded();
    const counted = await this.#options.look();
    if (downs !== this.#downs) return; // it is down again
    if (typeof counted !== "string") this.reconcile(counted);
    this.#add({ kind: "restart", total: this.#total });
    this.#proxy.isPrimaryDown = false;
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
   * Takes over what the primary says that it holds. Nothing may be on its way
   * to it.
   *
   * @param counted What it said.
   */
  reconcile(counted: CountedBetween): void {
    for (const { id, name, sessionText } of this.#options.records) {
      this.#counts.reconcile(
        id,
        this.#isMarked
          ? counted.session(name, sessionText)
          : { seq: 0, total: counted.unmarked(name) },
      );
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

  #take({ kind, direction, message, reply }: ProxyEvent): void {
    const { server, attempt } = message;
    const isReport = direction === MessageKind.REPORT;
    const way = isReport ? {} : { reply: true };
    switch (kind) {
      case "send":
        // A reply was sent when the primary answered, whether somebody wanted
        // to hear it or not.
        if (isReport) this.#sent(message.bytes.length);
        break;
      case "copy":
        this.#sent(isReport ? message.bytes.length : lengthOf(reply));
        break;
      case "receive":
        if (isReport) this.#received++;
        break;
      case "silence":
        this.#counts.unanswered(message);
        return;
      case "answer":
        this.#sent(lengthOf(reply));
        if (parseReply(reply ?? "").kind === "ACK") {
          this.#counts.acknowledged(message);
        }
        return;
    }
    const { likes, seq, total } = message;
    const isContent = isReport && (kind === "send" || kind === "receive");
    this.#add({
      kind,
      server,
      ...isContent && { seq, likes, ...total >= 0 && { total } },
      attempt,
      ...way,
    });
  }

  #sent(bytes: number): void {
    this.#messages++;
    this.#bytes += bytes;
  }

  #add(entry: HistoryEntry): void {
    this.#options.history.add(this.#options.now(), entry);
  }
}

function lengthOf(reply = ""): number {
  return reply.length + 1;
}
