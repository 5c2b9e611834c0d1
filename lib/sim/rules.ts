/**
 * The rules that a virtual run executes.
 *
 * @module
 */

import { Ledger, type LedgerStorage } from "../rules/ledger.ts";
import { LikesServer } from "../rules/likes_server.ts";
import type { Draws, LikesServerOptions } from "../rules/report_sender.ts";
import type { Rows } from "../rules/rows.ts";
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
  /** Makes what is around the ledger. */
  readonly makePrimary: (options: VirtualPrimaryOptions) => VirtualPrimary;
}

/** The rules as they are. */
export const RULES: Rules = {
  makeLikesServer: (rows, draws, options) =>
    new LikesServer(rows, draws, options),
  makeLedger: (storage) => new Ledger(storage),
  makePrimary: (options) => new VirtualPrimary(options),
};
