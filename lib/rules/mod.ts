/**
 * What each side decides: likes server, ledger, delivery modes. No I/O, no clock, no randomness of their own.
 *
 * @module
 */

export * from "./delivery.ts";
export * from "./draws.ts";
export * from "./durability.ts";
export * from "./ledger.ts";
export * from "./likes_server.ts";
export * from "./primary_rules.ts";
export * from "./random.ts";
export * from "./rows.ts";
export * from "./session_index.ts";
export * from "./ticks.ts";
export { ReportFields } from "../protocol/validator.ts";
