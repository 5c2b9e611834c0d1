/**
 * The verdict as JSON.
 *
 * @module
 */
import type { Verdict } from "./verdict.ts";

/** The keys of a verdict in JSON, in their order. */
const KEYS = [
  "converged",
  "generated",
  "acknowledged",
  "counted",
  "undelivered",
  "lost",
  "countedTwice",
  "discarded",
  "serversNotRun",
  "convergenceSeconds",
  "delivery",
  "seed",
  "reports",
  "messages",
  "bytes",
  "retries",
  "duplicates",
  "rejected",
  "wallSeconds",
  "virtualSeconds",
  "divergence",
  "stalenessSeconds",
  "agreementSeconds",
  "apartSeconds",
  "propagationSeconds",
  "spread",
  "sampledEverySeconds",
  "gossip",
  "digest",
  "faults",
  "stopped",
  "command",
  "countedUnknown",
  "acknowledgementSeconds",
  "writesUnserved",
  "replicas",
  "reads",
  "servers",
] as const satisfies readonly (keyof Verdict)[];

/**
 * The verdict as a record whose keys always stand in the same order; fields
 * that do not apply are missing.
 *
 * @param verdict The verdict on a run.
 * @returns What `JSON.stringify` can be given, alone or in a list.
 */
export function verdictRecord(verdict: Verdict): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (const key of KEYS) {
    if (verdict[key] !== undefined) record[key] = verdict[key];
  }
  return record;
}

/**
 * The verdict as one JSON document, two spaces deep, without a line feed at the
 * end.
 *
 * @param verdict The verdict on a run.
 * @returns The text.
 *
 * @example
 * ```ts
 * import { judge } from "./verdict.ts";
 * import { verdictToJson } from "./json.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const verdict = judge({ delivery: "crdt", seed: 7, digest: "00ff" }, []);
 * assertEquals(Object.keys(JSON.parse(verdictToJson(verdict))), [
 *   "converged",
 *   "generated",
 *   "acknowledged",
 *   "counted",
 *   "undelivered",
 *   "lost",
 *   "countedTwice",
 *   "delivery",
 *   "seed",
 *   "digest",
 *   "servers",
 * ]);
 * ```
 */
export function verdictToJson(verdict: Verdict): string {
  return JSON.stringify(verdictRecord(verdict), null, 2);
}
