/**
 * Violations of properties, in words.
 *
 * @module
 */

import { nodeName, replicaNode } from "../../domain/nodes.ts";
import type { LikesModel } from "../model/likes_model.ts";
import { Property } from "../model/property.ts";
import { seqAt, totalAt } from "../model/saved_row.ts";

/** The properties in words. */
const PROPERTY_WORDS: Readonly<Record<number, string>> = {
  [Property.ONCE]: "a draw is counted twice",
  [Property.GENERATED]: "likes are counted that no draws add up to",
  [Property.REPORTED]: "likes are counted that no reports brought",
  [Property.ACKNOWLEDGED]: "a draw is acknowledged that is not counted",
  [Property.SETTLED]: "a draw is given up that is not counted",
  [Property.RISING]: "a replica holds less than it held before",
  [Property.QUORUM]:
    "a draw is acknowledged, and fewer replicas hold it than a write quorum",
  [Property.REACHED]:
    "a write quorum has acknowledged a draw that does not count as acknowledged",
  [Property.OWN]:
    "a likes server takes other likes for acknowledged, or settled, than it drew",
  [Property.EXCHANGE]: "an exchange that nothing disturbs has no end",
  [Property.POSITION]:
    "a replica is taken to have of another's changes what it has not",
  [Property.AGREEMENT]:
    "the run ends, and the likes are not as they were drawn",
  [Property.FRESH]:
    "a read is answered without a draw that was acknowledged before it began",
  [Property.UNANSWERED]:
    "a read is not answered, though nothing has gone wrong",
  [Property.MONOTONIC]: "a reader is told less by a replica than before",
  [Property.REGULAR]: "a read is answered with less than an earlier one was",
};

/** Properties of reads, which do not depend on what replicas hold by then. */
const OF_READS: ReadonlySet<number> = new Set([
  Property.FRESH,
  Property.UNANSWERED,
  Property.MONOTONIC,
  Property.REGULAR,
]);

/**
 * Says what is violated.
 *
 * @param model The model.
 * @param bytes The state.
 * @param property What is violated.
 * @param isRound Whether the run goes round instead of coming to an end.
 * @returns A sentence without its full stop.
 */
export function violationWords(
  model: LikesModel,
  bytes: Uint8Array,
  property: number,
  isRound: boolean,
): string {
  const words = isRound && property === Property.AGREEMENT
    ? "the run goes round for ever, and the likes are not as they were drawn"
    : PROPERTY_WORDS[property] ?? "a property does not hold";
  const { layout, bounds } = model;
  const { servers, replicas } = bounds;
  if (OF_READS.has(property)) return words;
  const untrue = model.untruePosition(bytes);
  if (property === Property.POSITION && untrue !== null) {
    const [replica, of] = untrue.map((number) =>
      nodeName(replicaNode(number), replicas)
    );
    return `${replica} is taken to have of ${of}'s changes what it has not`;
  }
  const gaps: { words: string; isMore: boolean }[] = [];
  for (let server = 0; server < servers; server++) {
    const row = layout.row(server, 0);
    const generated = totalAt(bytes, row);
    for (let replica = 0; replica < replicas; replica++) {
      const value = model.valueOf(bytes, server, replica);
      if (value === generated) continue;
      const drawn = seqAt(bytes, row);
      gaps.push({
        words: `${
          nodeName(replicaNode(replica), replicas)
        } counts ${value} of ${
          nodeName(server, replicas)
        }, which drew ${generated} in ${drawn} ${
          drawn === 1 ? "draw" : "draws"
        }`,
        isMore: value > generated,
      });
    }
  }
  // Who has not heard of a draw yet has no part in its being counted twice.
  const more = gaps.filter(({ isMore }) => isMore);
  const told = property === Property.ONCE && more.length > 0 ? more : gaps;
  return told.length === 0
    ? words
    : `${words}: ${told.map((gap) => gap.words).join("; ")}`;
}
