/**
 * The error codes of the protocol, and what each says of the operation.
 *
 * Source: Maelstrom, `doc/protocol.md`, section "Errors".
 *
 * @module
 */

/** The codes that this program itself answers with. */
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
  /** The operation did not happen, for whatever reason. */
  ABORT: 14,
  /** No such key exists. */
  KEY_DOES_NOT_EXIST: 20,
  /** The key is there already. */
  KEY_ALREADY_EXISTS: 21,
  /** The value is another than was expected. */
  PRECONDITION_FAILED: 22,
} as const;

/** Codes that say: the operation did not happen, and never will. */
const DEFINITE: ReadonlySet<number> = new Set([
  1,
  10,
  11,
  12,
  14,
  20,
  21,
  22,
  30,
]);

/** Names of the codes, for people. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, "timeout"],
  [1, "node not found"],
  [10, "not supported"],
  [11, "temporarily unavailable"],
  [12, "malformed request"],
  [13, "crash"],
  [14, "abort"],
  [20, "key does not exist"],
  [21, "key already exists"],
  [22, "precondition failed"],
  [30, "transaction conflict"],
]);

/**
 * Whether an error says that the operation did not happen and never will. Codes
 * that the protocol does not define say nothing.
 *
 * @param code The code.
 * @returns `false`: it may have happened, or may happen yet.
 */
export function isDefinite(code: unknown): boolean {
  return typeof code === "number" && DEFINITE.has(code);
}

/**
 * The name of an error.
 *
 * @param code The code.
 * @returns Such as `error 11, temporarily unavailable`.
 */
export function errorName(code: unknown): string {
  const name = typeof code === "number" ? NAMES.get(code) : undefined;
  return `error ${JSON.stringify(code)}${
    name === undefined ? "" : `, ${name}`
  }`;
}
