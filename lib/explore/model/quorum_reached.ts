/**
 * The rule of write quorums, asked in more than one order.
 *
 * @module
 */

import type { WriteQuorum } from "../../rules/write_quorum.ts";

/**
 * Tells up to which draw a quorum has acknowledged all, by the rule.
 *
 * A state keeps no more of the rule than what it tells. So all that was
 * acknowledged is told to it once more: at one stroke, and draw after draw, as
 * what it makes of the next one may depend on what it has kept of those before.
 * Where the answers differ, one is wrong, and that is the one to explore.
 *
 * @param rule The rule.
 * @param server The likes server.
 * @param before Up to which draw that was so before.
 * @param seqs By replica, up to which draw it has acknowledged all.
 * @param quorum Replicas that must have.
 * @returns The seq.
 */
export function quorumReached(
  rule: WriteQuorum,
  server: number,
  before: number,
  seqs: readonly number[],
  quorum: number,
): number {
  rule.restore(server, before);
  for (const [replica, seq] of seqs.entries()) {
    if (seq > 0) rule.acknowledged(server, replica, seq);
  }
  const atOnce = rule.seqOf(server);
  rule.restore(server, 0);
  for (let seq = 1; seq <= Math.max(...seqs); seq++) {
    for (const [replica, most] of seqs.entries()) {
      if (seq <= most) rule.acknowledged(server, replica, seq);
    }
  }
  // A likes server that was started again knows less, and what was reached
  // stays.
  const inOrder = Math.max(before, rule.seqOf(server));
  const sorted = seqs.toSorted((a, b) => b - a);
  const isRight = atOnce === Math.max(before, sorted[quorum - 1] ?? 0);
  return isRight ? inOrder : atOnce;
}
