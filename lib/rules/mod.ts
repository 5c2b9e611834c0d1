/**
 * The rules of both sides: likes server, ledger, delivery modes. No I/O, no
 * clock, no randomness of their own.
 *
 * @module
 */

export * from "./choice.ts";
export * from "../domain/delivery.ts";
export * from "./backoff.ts";
export * from "./delivery_traits.ts";
export * from "./draws.ts";
export * from "../domain/durability.ts";
export * from "./exchange/entry_batch.ts";
export * from "./exchange/exchange.ts";
export * from "./exchange/feed.ts";
export * from "./ledger.ts";
export * from "./likes_server.ts";
export * from "./likes_server_row.ts";
export * from "./makers.ts";
export * from "./exchange/pairs.ts";
export * from "./primary_rules.ts";
export * from "./replica_rules.ts";
export * from "../domain/random.ts";
export * from "./read_quorum.ts";
export * from "./read_repair.ts";
export * from "./reads.ts";
export * from "./report_sender.ts";
export * from "./rows.ts";
export * from "./session_index.ts";
export * from "./exchange/state_digest.ts";
export { READ_REPAIRS, type ReadRepair } from "../domain/replicas.ts";
export * from "../domain/ticks.ts";
export * from "./write_quorum.ts";
export { ReportFields } from "../protocol/validator.ts";
