/**
 * The rules that a virtual run executes.
 *
 * @module
 */

import { Exchanges, type ExchangesOptions } from "../rules/exchange.ts";
import type { Feeds } from "../rules/feed.ts";
import { Ledger, type LedgerStorage } from "../rules/ledger.ts";
import { LikesServer } from "../rules/likes_server.ts";
import { QuorumRead, type ReadQuorumOptions } from "../rules/read_quorum.ts";
import type { Draws, LikesServerOptions } from "../rules/report_sender.ts";
import type { Rows } from "../rules/rows.ts";
import { WriteQuorum, type WriteQuorumOptions } from "../rules/write_quorum.ts";
import { ReplicaSet, type ReplicaSetOptions } from "./replicas/replica_set.ts";
import {
  VirtualPrimary,
  type VirtualPrimaryOptions,
} from "./virtual_primary.ts";

/**
 * The parts of a run that a test can replace, to show that a wrong one is
 * found.
 */
export interface Rules {
  /** Makes the cursor over all likes servers. */
  readonly makeLikesServer: (
    rows: Rows,
    draws: Draws,
    options: LikesServerOptions,
  ) => LikesServer;
  /** Makes the ledger. */
  readonly makeLedger: (storage: LedgerStorage) => Ledger;
  /** Makes the exchanges of all replicas. */
  readonly makeExchanges: (
    feeds: Feeds,
    options: ExchangesOptions,
  ) => Exchanges;
  /** Makes the replicas. */
  readonly makeReplicas: (options: ReplicaSetOptions) => ReplicaSet;
  /** Makes the rule of when a draw is acknowledged that all are told of. */
  readonly makeWriteQuorum: (options: WriteQuorumOptions) => WriteQuorum;
  /** Makes a read that asks several replicas, or repairs. */
  readonly makeQuorumRead: (options: ReadQuorumOptions) => QuorumRead;
  /** Makes what is around the ledger of a single primary. */
  readonly makePrimary: (options: VirtualPrimaryOptions) => VirtualPrimary;
}

/** The rules as they are. */
export const RULES: Rules = {
  makeLikesServer: (rows, draws, options) =>
    new LikesServer(rows, draws, options),
  makeLedger: (storage) => new Ledger(storage),
  makeExchanges: (feeds, options) => new Exchanges(feeds, options),
  makeReplicas: (options) => new ReplicaSet(options),
  makeWriteQuorum: (options) => new WriteQuorum(options),
  makeQuorumRead: (options) => new QuorumRead(options),
  makePrimary: (options) => new VirtualPrimary(options),
};
