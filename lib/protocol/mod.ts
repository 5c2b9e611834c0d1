/**
 * What travels between a likes server and the primary: reports, replies, and the rules that both sides judge them by.
 *
 * Everything here is pure: no I/O, no clock, no randomness.
 *
 * @module
 */

export * from "./framing.ts";
export * from "./report.ts";
export * from "./validator.ts";
