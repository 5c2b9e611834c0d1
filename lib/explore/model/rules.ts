/**
 * The rules that are explored.
 *
 * @module
 */

import { HomeChoice, type HomeChoiceOptions } from "../../rules/choice.ts";
import { Exchanges, type ExchangesOptions } from "../../rules/exchange.ts";
import type { Feeds } from "../../rules/feed.ts";
import { Ledger, type LedgerStorage } from "../../rules/ledger.ts";
import { LikesServer } from "../../rules/likes_server.ts";
import type { Pairs } from "../../rules/pairs.ts";
import { QuorumRead, type ReadQuorumOptions } from "../../rules/read_quorum.ts";
import type { Draws, LikesServerOptions } from "../../rules/report_sender.ts";
import type { Rows } from "../../rules/rows.ts";
import {
  WriteQuorum,
  type WriteQuorumOptions,
} from "../../rules/write_quorum.ts";

/** The rules, which a test can replace to show that a wrong one is found. */
export interface Rules {
  /** Makes a likes server. */
  readonly makeLikesServer: (
    rows: Rows,
    draws: Draws,
    options: LikesServerOptions,
  ) => LikesServer;
  /** Makes the ledger of a replica. */
  readonly makeLedger: (storage: LedgerStorage) => Ledger;
  /** Makes the choice of the replica that is asked. */
  readonly makeHomeChoice: (options: HomeChoiceOptions) => HomeChoice;
  /** Makes the exchanges of all replicas. */
  readonly makeExchanges: (
    feeds: Feeds,
    options: ExchangesOptions,
    pairs: Pairs,
  ) => Exchanges;
  /** Makes the rule of when a draw is acknowledged that all are told of. */
  readonly makeWriteQuorum: (options: WriteQuorumOptions) => WriteQuorum;
  /** Makes a read that asks several replicas, or repairs. */
  readonly makeQuorumRead: (options: ReadQuorumOptions) => QuorumRead;
}

/** The rules as they are. */
export const RULES: Rules = {
  makeLikesServer: (rows, draws, options) =>
    new LikesServer(rows, draws, options),
  makeLedger: (storage) => new Ledger(storage),
  makeHomeChoice: (options) => new HomeChoice(options),
  makeExchanges: (feeds, options, pairs) =>
    new Exchanges(feeds, options, pairs),
  makeWriteQuorum: (options) => new WriteQuorum(options),
  makeQuorumRead: (options) => new QuorumRead(options),
};
