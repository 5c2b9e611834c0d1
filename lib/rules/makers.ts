/**
 * The rules as they are made for a run, so that a test can put a wrong one in
 * the place of one and show that it is found.
 *
 * @module
 */

import { Exchanges, type ExchangesOptions } from "./exchange/exchange.ts";
import type { Feeds } from "./exchange/feed.ts";
import { Ledger, type LedgerStorage } from "./ledger.ts";
import { LikesServer } from "./likes_server.ts";
import type { Pairs } from "./exchange/pairs.ts";
import { QuorumRead, type ReadQuorumOptions } from "./read_quorum.ts";
import type { Draws, LikesServerOptions } from "./report_sender.ts";
import type { Rows } from "./rows.ts";
import { WriteQuorum, type WriteQuorumOptions } from "./write_quorum.ts";

/** Makers of the rules that every world without processes follows. */
export interface RuleMakers {
  /** Makes the cursor over all likes servers. */
  readonly makeLikesServer: (
    rows: Rows,
    draws: Draws,
    options: LikesServerOptions,
  ) => LikesServer;
  /** Makes the ledger of a primary. */
  readonly makeLedger: (storage: LedgerStorage) => Ledger;
  /** Makes the exchanges of all replicas. */
  readonly makeExchanges: (
    feeds: Feeds,
    options: ExchangesOptions,
    pairs?: Pairs,
  ) => Exchanges;
  /** Makes the rule of when a draw is acknowledged that all are told of. */
  readonly makeWriteQuorum: (options: WriteQuorumOptions) => WriteQuorum;
  /** Makes a read that asks several replicas, or repairs. */
  readonly makeQuorumRead: (options: ReadQuorumOptions) => QuorumRead;
}

/** The rules as they are. */
export const RULE_MAKERS: RuleMakers = {
  makeLikesServer: (rows, draws, options) =>
    new LikesServer(rows, draws, options),
  makeLedger: (storage) => new Ledger(storage),
  makeExchanges: (feeds, options, pairs) =>
    new Exchanges(feeds, options, pairs),
  makeWriteQuorum: (options) => new WriteQuorum(options),
  makeQuorumRead: (options) => new QuorumRead(options),
};
