/**
 * What travels between a likes server and the primary: reports, replies, and the rules that both sides judge them by.
 *
 * Everything here is pure: no I/O, no clock, no randomness.
 *
 * @module
 */

export * from "./escape.ts";
export * from "./framing.ts";
export * from "./queries.ts";
export * from "./replies.ts";
export * from "./report.ts";
export * from "./validator.ts";
