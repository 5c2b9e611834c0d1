/**
 * Words for a verdict's replicas and readers.
 *
 * @module
 */
// @ts-types="@types/d3-array"
import { extent } from "d3-array";
import { grouped } from "../verdict/explain.ts";
import type { ReadTheory } from "../verdict/prediction.ts";
import type { FreshAfter } from "../verdict/read_meter.ts";
import type { ReadsVerdict } from "../verdict/replica_verdict.ts";
import type { ReadsOfRuns } from "../verdict/runs/runs_summary.ts";
import type { Verdict } from "../verdict/verdict.ts";
import { type Fact, knownFacts } from "./facts.ts";
import {
  amountPerLike,
  formatMs,
  formatPercent,
  formatSeconds,
  formatShare,
} from "./numbers.ts";

/** A cost of gossip: its field, and its name for one and for several. */
const GOSSIP_COSTS = [
  ["messages", "message", "messages"],
  ["bytes", "byte", "bytes"],
  ["entries", "entry", "entries"],
] as const;

/** Replicas that are named one by one. */
const NAMED_MAX = 10;

/**
 * Facts on the replicas and readers of a run.
 *
 * @param verdict The verdict on the run.
 * @returns A name and a text for each fact; none where there is a single
 * primary and nobody reads.
 */
export function replicaFactRows(verdict: Verdict): Fact[] {
  const { replicas, gossip, writesUnserved, reads } = verdict;
  return knownFacts([
    ["replicas", replicas && replicasText(replicas)],
    ["agreement", agreementText(verdict)],
    [
      "gossip",
      gossip &&
      GOSSIP_COSTS.map(([field, one, many]) =>
        amountPerLike(gossip[field], verdict.generated, one, many)
      ).join(", "),
    ],
    [
      "writes",
      writesUnserved !== undefined &&
      `${formatShare(writesUnserved)} not acknowledged within --ack-timeout`,
    ],
    ["reads", reads && readsText(reads, reads.fresh)],
    ["fresh after", freshAfterText(reads?.freshAfter ?? [])],
  ]);
}

function agreementText(
  { agreementSeconds, apartSeconds, sampledEverySeconds }: Verdict,
): string {
  if (agreementSeconds === undefined) return "";
  const agreed = agreementSeconds === null
    ? "never"
    : `${
      formatSeconds(agreementSeconds)
    } after the last draw and the last fault`;
  const asked = sampledEverySeconds === undefined
    ? ""
    : `, asked every ${formatSeconds(sampledEverySeconds)}`;
  return `${agreed}; ${formatSeconds(apartSeconds)} apart in all${asked}`;
}

/**
 * The share of fresh reads by the time since the newest acknowledgement of what
 * was read, in one line.
 *
 * @param freshAfter The classes of ages.
 * @returns Such as `0 ms 74.5 %, 20 ms 87 %, from 100 ms on 100 %`; empty if no
 * read can be judged.
 */
export function freshAfterText(freshAfter: readonly FreshAfter[]): string {
  const used = freshAfter.flatMap(({ seconds, fresh }) =>
    fresh === undefined ? [] : [{ seconds, fresh }]
  );
  const stale = used.findLastIndex(({ fresh }) => fresh < 1);
  const parts = used.slice(0, stale + 1).map(({ seconds, fresh }) =>
    `${formatMs(seconds)} ${formatPercent(fresh)}`
  );
  const whole = used[stale + 1];
  if (whole !== undefined) {
    parts.push(`from ${formatMs(whole.seconds)} on 100 %`);
  }
  return parts.join(", ");
}

function replicasText(replicas: NonNullable<Verdict["replicas"]>): string {
  if (replicas.length <= NAMED_MAX) {
    return replicas.map(({ name, counted, dead }) =>
      `${name} ${grouped(counted)}${dead ? " (dead)" : ""}`
    ).join(", ");
  }
  const counts = replicas.map(({ counted }) => counted);
  const [least = 0, most = 0] = extent(counts);
  return `${grouped(replicas.length)}, that counted ${grouped(least)} to ${
    grouped(most)
  } likes`;
}

/**
 * Reads in words.
 *
 * @param reads How many there were.
 * @param fresh The share that was fresh, where that is known.
 * @returns For instance
 * `812 answered, 0 unanswered, 98.1 % fresh, 3 of 600 went back`.
 */
export function readsText(
  reads: ReadsVerdict | ReadsOfRuns,
  fresh?: number,
): string {
  const { count, unanswered, monotonicPairs, monotonicViolations = 0 } = reads;
  const { ownReads = 0, ownMissed = 0 } = reads;
  const parts = [
    `${grouped(count)} answered`,
    `${grouped(unanswered)} unanswered`,
  ];
  if (fresh !== undefined) parts.push(`${formatShare(fresh)} fresh`);
  if (monotonicPairs !== undefined) {
    parts.push(
      `${grouped(monotonicViolations)} of ${grouped(monotonicPairs)} went back`,
    );
  }
  if (ownReads > 0) {
    parts.push(`${grouped(ownMissed)} of ${grouped(ownReads)} own missed`);
  }
  return parts.join(", ");
}

/**
 * The dashed line beside the curve of fresh reads, in words.
 *
 * @param theory The theory, if that is known.
 * @returns What the line is, or why there is none; empty if that is not known.
 */
export function theoryText(theory: ReadTheory | undefined): string {
  if (theory === undefined) return "";
  if (theory.without !== undefined) {
    return `No theory is beside it: the WARS model does not know ${
      theory.without.join(", ")
    }.`;
  }
  const { read, write, freshAtOnce, freshSeconds } = theory.predicted;
  const late = freshSeconds["p99.9"];
  return `Dashed: the WARS model for R = ${read}, W = ${write} and these latencies, one write at a time, none sent again: ${
    formatPercent(freshAtOnce)
  } at once${late === 0 ? "" : `, 99.9 % after ${formatMs(late)}`}.`;
}
