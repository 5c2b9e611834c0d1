/**
 * The error codes of the protocol, and what each says of the operation.
 *
 * Source: Maelstrom, `doc/protocol.md`, section "Errors".
 *
 * @module
 */
import type { JsonObject } from "./message.ts";

/** The codes that the protocol defines. */
export const ErrorCode = {
  /** No answer in time. */
  TIMEOUT: 0,
  /** No such node exists. */
  NODE_NOT_FOUND: 1,
  /** The request is none that the service knows. */
  NOT_SUPPORTED: 10,
  /** The request may succeed later. */
  TEMPORARILY_UNAVAILABLE: 11,
  /** The request cannot be followed as it is. */
  MALFORMED_REQUEST: 12,
  /** The node or the service has failed in an unforeseen way. */
  CRASH: 13,
  /** The operation did not happen, for whatever reason. */
  ABORT: 14,
  /** No such key exists. */
  KEY_DOES_NOT_EXIST: 20,
  /** The key is there already. */
  KEY_ALREADY_EXISTS: 21,
  /** The value is another than was expected. */
  PRECONDITION_FAILED: 22,
  /** Another transaction was in the way. */
  TRANSACTION_CONFLICT: 30,
} as const;

/** Names of the codes, for people. */
const NAMES: ReadonlyMap<unknown, string> = new Map(
  Object.entries(ErrorCode).map(([name, code]) => [
    code,
    name.toLowerCase().replaceAll("_", " "),
  ]),
);

/** Codes of operations that may have happened, or may happen yet. */
const INDEFINITE: ReadonlySet<unknown> = new Set([
  ErrorCode.TIMEOUT,
  ErrorCode.CRASH,
]);

/**
 * Whether an error says that the operation did not happen and never will. Codes
 * that the protocol does not define say nothing.
 *
 * @param code The code.
 * @returns `false`: it may have happened, or may happen yet.
 */
export function isDefinite(code: unknown): boolean {
  return NAMES.has(code) && !INDEFINITE.has(code);
}

/**
 * The name of an error.
 *
 * @param code The code.
 * @returns Such as `error 11, temporarily unavailable`.
 */
export function errorName(code: unknown): string {
  if (code === undefined) return "error without a code";
  const name = NAMES.get(code);
  return `error ${JSON.stringify(code)}${
    name === undefined ? "" : `, ${name}`
  }`;
}

/**
 * The body of an answer that refuses a request.
 *
 * @param code The code.
 * @param text The reason, for people.
 * @returns The body, without what it replies to.
 */
export function errorBody(code: number, text: string): JsonObject {
  return { type: "error", code, text };
}
