/**
 * What a verdict says of replicas and readers, in words.
 *
 * @module
 */
import { grouped } from "../verdict/explain.ts";
import type { ReadsVerdict } from "../verdict/replica_verdict.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { formatNumber, formatSeconds, quantity } from "./numbers.ts";

/** Replicas that are named one by one. */
const NAMED_MAX = 10;

/**
 * Facts on the replicas and readers of a run.
 *
 * @param verdict The verdict on the run.
 * @returns A name and a text for each fact; none where there is a single
 * primary and nobody reads.
 */
export function replicaFactRows(
  verdict: Verdict,
): [name: string, text: string][] {
  const { agreementSeconds, apartSeconds, gossip, reads } = verdict;
  const rows: [string, string][] = [];
  if (verdict.replicas !== undefined) {
    rows.push(["replicas", replicasText(verdict.replicas)]);
  }
  if (agreementSeconds !== undefined) {
    const apart = `${formatSeconds(apartSeconds)} apart in all`;
    rows.push([
      "agreement",
      agreementSeconds === null
        ? `never; ${apart}`
        : `${
          formatSeconds(agreementSeconds)
        } after the last draw and the last fault; ${apart}`,
    ]);
  }
  if (gossip !== undefined) {
    rows.push([
      "gossip",
      [
        quantity(gossip.messages, "message"),
        quantity(gossip.bytes, "byte"),
        quantity(gossip.entries, "entry", "entries"),
      ].join(", "),
    ]);
  }
  if (reads !== undefined) rows.push(["reads", readsText(reads)]);
  return rows;
}

function replicasText(replicas: NonNullable<Verdict["replicas"]>): string {
  if (replicas.length <= NAMED_MAX) {
    return replicas.map(({ name, counted, dead }) =>
      `${name} ${grouped(counted)}${dead ? " (dead)" : ""}`
    ).join(", ");
  }
  const counts = replicas.map(({ counted }) => counted);
  const least = counts.reduce((a, b) => Math.min(a, b));
  const most = counts.reduce((a, b) => Math.max(a, b));
  return `${grouped(replicas.length)}, that counted ${grouped(least)} to ${
    grouped(most)
  } likes`;
}

function readsText(reads: ReadsVerdict): string {
  const { count, unanswered, fresh, monotonicPairs } = reads;
  const parts = [
    `${grouped(count)} answered`,
    `${grouped(unanswered)} unanswered`,
  ];
  if (fresh !== undefined) parts.push(`${formatNumber(100 * fresh)} % fresh`);
  if (monotonicPairs !== undefined) {
    parts.push(
      `${grouped(reads.monotonicViolations ?? 0)} of ${
        grouped(monotonicPairs)
      } went back`,
    );
  }
  return parts.join(", ");
}
