/**
 * The replicas of a virtual run: what each holds, and what those hold together
 * that are not dead for good.
 *
 * @module
 */

import type { Durability } from "../../domain/durability.ts";
import { SYNC_ENTRIES_MAX, SYNC_STYLES } from "../../protocol/sync.ts";
import { DUPLICATE } from "../../protocol/validator.ts";
import {
  type EntryBatch,
  mergeBatch,
  type RaisedEntries,
} from "../../rules/exchange/entry_batch.ts";
import type {
  Exchanges,
  ExchangesOptions,
} from "../../rules/exchange/exchange.ts";
import { Feeds, NO_SOURCE } from "../../rules/exchange/feed.ts";
import {
  type Ledger,
  type LedgerStorage,
  makeLedgerStorage,
} from "../../rules/ledger.ts";
import type { Draws } from "../../rules/report_sender.ts";
import type { Meter } from "../../verdict/meter.ts";
import { ReplicaMeter } from "../../verdict/replica_meter.ts";
import { Unwritten } from "../unwritten.ts";
import type { CountedLikes, ReportReceiver } from "../virtual_primary.ts";
import { Components } from "./components.ts";
import { EntryBlock } from "./entry_block.ts";
import { MergedState } from "./merged_state.ts";

/** Rows of components that there is place for at first. */
const FIRST_ROWS = 64;

/** Options of a set of replicas. */
export interface ReplicaSetOptions {
  /** Number of replicas. */
  readonly replicas: number;
  /** Number of likes servers. */
  readonly servers: number;
  /** Whether reports carry marks. */
  readonly isMarked: boolean;
  /** Durability, which tells what a kill makes a replica forget. */
  readonly durability: Durability;
  /** Gossip style: the messages of an exchange that carry entries. */
  readonly gossipStyle: "push" | "pull" | "push-pull";
  /** Storage of the merged state, in modes with a mark. */
  readonly storage: LedgerStorage;
  /** The likes of past draws. */
  readonly draws: Draws;
  /** The rules of each replica. */
  readonly rules: {
    readonly makeLedger: (storage: LedgerStorage) => Ledger;
    readonly makeExchanges: (
      feeds: Feeds,
      options: ExchangesOptions,
    ) => Exchanges;
  };
}

/**
 * Counts reports and merges entries at each replica.
 *
 * In modes with a mark row i is the session of likes server i. In modes without
 * one a row is a component, given out on first use.
 *
 * *Merged* is the state of all replicas that are not dead for good, those that
 * are down for a while with what they will resume with: every report received
 * goes into it at once, and it is made anew where something was forgotten. It
 * is what a run counts, and what its divergence and staleness are about.
 */
export class ReplicaSet implements CountedLikes, ReportReceiver {
  /** Reports that arrived. */
  reports = 0;
  /** Reports among these that the replica recognised as counted before. */
  duplicates = 0;
  /** Likes that the last report counted added to what is counted in all. */
  growth = 0;
  /**
   * Means nothing, but keeps the engine from leaving out reads whose only
   * purpose is to fetch a row early.
   */
  fetchedChecksum = 0;
  /** Number of replicas. */
  readonly size: number;
  /** Feeds of changes, by replica. */
  readonly feeds: Feeds;
  /** Exchanges: what each replica knows of the others. */
  readonly exchanges: Exchanges;
  /** Spread, agreement and propagation. */
  readonly meter: ReplicaMeter;
  /** Number of likes servers. */
  readonly servers: number;
  /** Whether reports carry marks. */
  readonly isMarked: boolean;
  // What is told of everything, where anybody listens:
  /** Is told of every change of an entry. */
  onEntry: ((replica: number, row: number) => void) | null = null;
  /** Is told of every restart, before anything else happens. */
  onRestart: ((replica: number) => void) | null = null;
  /** Is told of every acknowledgement, up to a draw. */
  onAcknowledged:
    | ((replica: number, server: number, seq: number) => void)
    | null = null;

  /** Is told up to which draw a likes server is acknowledged. */
  onQuorum: ((server: number, seq: number) => void) | null = null;

  readonly #ledgers: readonly Ledger[];
  /** The entries; null in modes without a mark, where they come as used. */
  readonly #block: EntryBlock | null;
  readonly #unwritten: readonly Unwritten[];
  readonly #components: Components;
  readonly #merged: MergedState;
  /** The run's meter; null before {@linkcode watch}. */
  #counts: Meter | null = null;
  readonly #isGone: Uint8Array;
  /**
   * Whether anything was forgotten: from then on gossip can bring back what the
   * merged state lacks.
   */
  #hasForgotten = false;
  #epochs = 0;
  #now = 0;

  /**
   * Replicas that hold nothing, all of them up.
   *
   * @param options Their parts.
   * @throws {RangeError} If they are more than memory can hold.
   */
  constructor(options: ReplicaSetOptions) {
    const { replicas, servers, isMarked, durability, rules } = options;
    this.size = replicas;
    this.isMarked = isMarked;
    this.servers = servers;
    const rows = isMarked ? servers : FIRST_ROWS;
    const block = isMarked ? new EntryBlock(replicas, servers) : null;
    this.#block = block;
    this.feeds = new Feeds(replicas, rows, block?.feedColumn);
    this.#ledgers = Array.from(
      { length: replicas },
      (_, replica) =>
        rules.makeLedger(
          block?.ledgerStorageOf(replica) ?? makeLedgerStorage(rows),
        ),
    );
    this.#unwritten = this.#ledgers.map((ledger) =>
      new Unwritten(ledger, durability)
    );
    this.exchanges = rules.makeExchanges(this.feeds, {
      replicas,
      style: SYNC_STYLES.indexOf(options.gossipStyle),
      entriesMax: SYNC_ENTRIES_MAX,
    });
    this.#components = new Components(servers);
    this.#merged = new MergedState({
      ...{ servers, rows, components: this.#components, draws: options.draws },
      sessions: isMarked ? options.storage : null,
    });
    this.#isGone = new Uint8Array(replicas);
    this.meter = new ReplicaMeter(replicas, this, block?.levelStorage);
    for (let replica = 0; replica < replicas; replica++) {
      this.exchanges.start(replica, ++this.#epochs);
    }
    this.meter.allUp(0);
  }

  /**
   * From now on a meter is told of what the merged state counts.
   *
   * @param meter The run's.
   */
  watch(meter: Meter): void {
    this.#counts = meter;
  }

  // --- what is held

  /** Likes in the merged state. */
  get total(): number {
    return this.#merged.total;
  }

  /** Likes of a likes server in the merged state. */
  totalOf(server: number): number {
    return this.#merged.totalOf(server);
  }

  /** Likes of a likes server counted beyond their first time, merged. */
  countedTwiceOf(server: number): number {
    return this.#merged.countedTwiceOf(server);
  }

  /** The replicas that counted draws of a likes server more than once. */
  countedTwiceAt(server: number): readonly number[] {
    return this.#merged.countedTwiceAt(server);
  }

  /** Whether a draw is counted in the merged state. */
  has(server: number, seq: number): boolean {
    return this.#merged.has(server, seq);
  }

  /** The ledger of a replica. */
  ledgerOf(replica: number): Ledger {
    return this.#ledgers[replica] as Ledger;
  }

  /** The highest seq that a replica holds of a row. */
  seqOf(replica: number, row: number): number {
    return this.ledgerOf(replica).lastSeqOf(row);
  }

  /** Rows in use. */
  get rows(): number {
    return this.isMarked ? this.servers : this.#components.rows;
  }

  /** The likes server whose likes a row holds. */
  serverOf(row: number): number {
    return this.isMarked ? row : this.#components.serverOf(row);
  }

  /** Likes of a likes server that a replica holds. */
  valueOf(replica: number, server: number): number {
    const ledger = this.ledgerOf(replica);
    if (this.isMarked) return ledger.totalOf(server);
    let value = 0;
    for (const row of this.#components.rowsOf(server)) {
      value += ledger.totalOf(row);
    }
    return value;
  }

  /** The highest version of an item that a replica holds; 0 without marks. */
  versionOf(replica: number, server: number): number {
    return this.isMarked ? this.seqOf(replica, server) : 0;
  }

  /**
   * Whether a replica holds something of a likes server that the merged state
   * lacks; only one that is dead for good can.
   */
  holdsMore(replica: number, server: number): boolean {
    const rows = this.isMarked ? [server] : this.#components.rowsOf(server);
    return rows.some((row) =>
      this.seqOf(replica, row) > this.#merged.seqOf(row)
    );
  }

  /**
   * Whether a replica itself counted a draw of a likes server, or merged it.
   */
  holds(replica: number, server: number, seq: number): boolean {
    if (this.isMarked) return this.seqOf(replica, server) >= seq;
    let holds = false;
    for (const row of this.#components.rowsOf(server)) {
      const reports = this.seqOf(replica, row);
      this.#components.carriedBy(row, 0, reports, (fromSeq, last) => {
        if (seq > fromSeq && seq <= last) holds = true;
      });
    }
    return holds;
  }

  /**
   * The reports that a component has counted, in modes without a mark.
   *
   * @param row Its row.
   * @param from How many of them to leave out.
   * @param tell Is told of each: the draw before its first, and its last.
   */
  reportsOf(
    row: number,
    from: number,
    tell: (fromSeq: number, seq: number) => void,
  ): void {
    this.#components.carriedBy(row, from, Infinity, tell);
  }

  /** Whether a replica is dead for good. */
  isGone(replica: number): boolean {
    return this.#isGone[replica] === 1;
  }

  // --- what happens

  /** Receives a report; see {@linkcode ReportReceiver.receive}. */
  receive(
    replica: number,
    tick: number,
    server: number,
    likes: number,
    fromSeq: number,
    seq: number,
    total: number,
  ): number {
    this.reports++;
    this.#now = tick;
    const row = this.isMarked ? server : this.#rowFor(replica, server);
    const ledger = this.ledgerOf(replica);
    this.#unwritten[replica]!.writeIfDue(tick);
    const before = ledger.lastSeqOf(row);
    const newly = this.isMarked
      ? ledger.receive(row, likes, seq, total)
      : ledger.receive(row, likes, 0, -1);
    if (newly < 0) {
      if (newly === -DUPLICATE) this.duplicates++;
      return newly;
    }
    if (!this.isMarked) this.#components.carry(row, fromSeq, seq);
    this.feeds.touch(replica, row, NO_SOURCE);
    const after = this.isMarked ? seq : before + 1;
    this.meter.entryChanged(tick, replica, row, before, after, newly);
    this.growth = this.#merged.take(ledger, row);
    this.onEntry?.(replica, row);
    return newly;
  }

  /** The seq that a replica wants next of a likes server. */
  expectedSeqOf(replica: number, server: number): number {
    return this.seqOf(replica, server) + 1;
  }

  /**
   * A message of another replica is merged.
   *
   * @param replica The replica that it reached.
   * @param tick When.
   * @param batch What it carries.
   * @param source Whose entries they are, see `Exchanges.sourceOf`.
   * @returns How many entries were raised.
   */
  merge(
    replica: number,
    tick: number,
    batch: EntryBatch,
    source: number,
  ): number {
    if (batch.length === 0) return 0;
    this.#now = tick;
    if (!this.isMarked) this.#dropOwn(replica, batch);
    this.#unwritten[replica]!.writeIfDue(tick);
    const ledger = this.ledgerOf(replica);
    return mergeBatch(ledger, this.feeds, replica, batch, source, this);
  }

  /**
   * Fetches what is kept of likes servers that are served next.
   *
   * @param servers The likes servers.
   * @param count How many of them.
   * @param homes The replica that each reports to.
   */
  fetchServers(
    servers: Int32Array,
    count: number,
    homes: Readonly<Int16Array>,
  ): void {
    if (this.#block === null) return;
    this.fetchedChecksum = this.#block.fetch(servers, count, homes);
  }

  /** Entries were raised by a merge. */
  raised(replica: number, entries: RaisedEntries): void {
    this.meter.entriesChanged(this.#now, replica, entries);
    const { rows, length } = entries;
    if (this.#hasForgotten) {
      for (let i = 0; i < length; i++) this.#remember(replica, rows[i]!);
    }
    if (this.onEntry === null) return;
    for (let i = 0; i < length; i++) this.onEntry(replica, rows[i]!);
  }

  /**
   * The merged state takes back what it had forgotten, if a replica told it.
   */
  #remember(replica: number, row: number): void {
    const newly = this.#merged.take(this.ledgerOf(replica), row);
    if (newly === 0) return;
    const seq = this.isMarked ? this.#merged.seqOf(row) : 0;
    this.#counts?.counted(this.#now, this.serverOf(row), seq, newly);
  }

  /**
   * A likes server was acknowledged.
   *
   * @param tick When.
   * @param server The likes server.
   * @param seq Up to which draw all are acknowledged, by whatever replica.
   * @param replica The replica that said so last.
   */
  acknowledged(
    tick: number,
    server: number,
    seq: number,
    replica: number,
  ): void {
    this.onQuorum?.(server, seq);
    if (this.isMarked) {
      this.meter.acknowledged(tick, server, seq);
      return;
    }
    const row = this.#components.find(replica, server);
    if (row < 0) return; // the replica has begun a new incarnation since
    this.meter.acknowledged(tick, row, this.seqOf(replica, row));
  }

  /**
   * A replica is killed.
   *
   * @param replica Which.
   * @param tick When.
   * @param isForGood Whether it is never started again.
   * @returns Whether the merged state is less than before.
   */
  crash(replica: number, tick: number, isForGood: boolean): boolean {
    this.meter.replicaDown(tick, replica);
    const forgets = this.#unwritten[replica]!.lose(tick);
    if (isForGood) this.#isGone[replica] = 1;
    if (!forgets && !isForGood) return false;
    this.#hasForgotten = true;
    this.#mergeAnew();
    return true;
  }

  /**
   * A replica is started again: a new life, which holds what its log holds.
   *
   * @param replica Which.
   * @param tick When.
   */
  restart(replica: number, tick: number): void {
    const { feeds } = this;
    this.exchanges.start(replica, ++this.#epochs);
    // Its log may lack counts, of which others may know.
    if (this.#unwritten[replica]!.isPossible) this.reincarnate(replica);
    feeds.clear(replica);
    const ledger = this.ledgerOf(replica);
    for (let row = 0; row < this.rows; row++) {
      if (ledger.lastSeqOf(row) > 0) feeds.touch(replica, row, NO_SOURCE);
    }
    this.meter.replicaUp(tick, replica, ledger.total, this.rows);
    this.onRestart?.(replica);
  }

  /** A replica counts as another one from now on, in modes without a mark. */
  protected reincarnate(replica: number): void {
    this.#components.reincarnate(replica);
  }

  /** The row of a replica's component, which is made if there is none. */
  #rowFor(replica: number, server: number): number {
    const row = this.#components.find(replica, server);
    if (row >= 0) return row;
    if (this.#components.rows === this.feeds.capacity) {
      const rows = 2 * this.feeds.capacity;
      this.feeds.grow(rows);
      for (const ledger of this.#ledgers) ledger.grow(rows);
      this.#merged.grow(rows);
    }
    return this.#components.add(replica, server);
  }

  /** No replica takes from others what it counts itself. */
  #dropOwn(replica: number, batch: EntryBatch): void {
    const { rows, seqs, reports, totals, length } = batch;
    batch.clear();
    for (let i = 0; i < length; i++) {
      const row = rows[i] as number;
      if (this.#components.isOwn(replica, row)) continue;
      batch.add(row, seqs[i]!, reports[i]!, totals[i]!);
    }
  }

  #mergeAnew(): void {
    this.#merged.clear();
    for (let replica = 0; replica < this.size; replica++) {
      if (this.isGone(replica)) continue;
      const ledger = this.ledgerOf(replica);
      for (let row = 0; row < this.rows; row++) {
        if (ledger.lastSeqOf(row) > 0) this.#merged.take(ledger, row);
      }
    }
  }
}
