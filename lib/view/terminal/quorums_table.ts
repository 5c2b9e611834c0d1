/**
 * The table of `compare --quorums`.
 *
 * @module
 */

import type { QuorumPrediction } from "../../verdict/prediction.ts";
import type { Verdict } from "../../verdict/verdict.ts";
import { alignColumns } from "./columns.ts";

/** A run with a pair of quorums. */
export interface ComparedQuorum {
  /** R. */
  readonly read: number;
  /** W. */
  readonly write: number;
  /** Verdict of the run. */
  readonly verdict: Verdict;
  /** Prediction without faults, where there is one. */
  readonly theory?: QuorumPrediction;
}

/**
 * Shows pairs of quorums side by side.
 *
 * @param rows The runs.
 * @param command The command that does it again.
 * @returns Several lines, each with its line feed.
 */
export function quorumsTable(
  rows: readonly ComparedQuorum[],
  command: string,
): string {
  const hasTheory = rows.some(({ theory }) => theory !== undefined);
  const header = [
    ...["R", "W", "fresh", "own missed", "went back"],
    ...["reads unserved", "writes unserved"],
    ...["read p50", "p99", "write p50", "p99"],
    ...hasTheory ? ["theory: at once", "read p99", "write p99"] : [],
  ];
  const cells = rows.map(({ read, write, verdict, theory }) => {
    const { reads, acknowledgementSeconds, writesUnserved = 0 } = verdict;
    const { count = 0, unanswered = 0, ownMissed = 0 } = reads ?? {};
    const asked = count + unanswered;
    return [
      ...[`${read}`, `${write}`, share(reads?.fresh), `${ownMissed}`],
      `${reads?.monotonicViolations ?? 0}`,
      share(asked === 0 ? 0 : unanswered / asked),
      share(writesUnserved),
      ...[seconds(reads?.seconds.p50), seconds(reads?.seconds.p99)],
      seconds(acknowledgementSeconds?.p50),
      seconds(acknowledgementSeconds?.p99),
      ...theory === undefined ? [] : [
        share(theory.freshAtOnce),
        seconds(theory.readSeconds.p99),
        seconds(theory.writeSeconds.p99),
      ],
    ];
  });
  const lines = [
    ...alignColumns([header, ...cells], 0),
    "",
    "fresh: with all that was acknowledged before; unserved: without an answer, or an acknowledgement, within --ack-timeout",
    ...hasTheory
      ? [
        "theory: without faults; at once: of reads that begin with an acknowledgement, one write at a time",
      ]
      : [],
    "",
    `reproduce  ${command}`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}

function share(part: number | undefined): string {
  if (part === undefined) return "-";
  return `${Math.round(part * 1e4) / 100} %`;
}

function seconds(value: number | undefined): string {
  if (value === undefined) return "-";
  return `${Math.round(value * 1e4) / 10} ms`;
}
