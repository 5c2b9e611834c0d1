/**
 * From what a parent and its primary know at the end of a live run to the verdict.
 *
 * @module
 */

import type { ParentOptions } from "./options.ts";
import { isMarked } from "../rules/delivery.ts";
import type { Meter } from "../verdict/meter.ts";
import {
  judge,
  type RunFacts,
  type ServerAccount,
  type Verdict,
} from "../verdict/verdict.ts";
import type { CountedBetween } from "./primary_watch.ts";
import type { ServerRecord } from "./server_record.ts";

/** What is known when a run has ended. */
export interface LiveOutcome {
  /** The run. */
  readonly options: ParentOptions;
  /** What the likes servers told. */
  readonly records: readonly ServerRecord[];
  /** What was measured while it went on. */
  readonly meter: Meter;
  /** How long it took, in seconds. */
  readonly wallSeconds: number;
  /** What the primary told; or why it did not. */
  readonly counted: CountedBetween | string;
}

/**
 * Judges a live run.
 *
 * @param outcome What is known.
 * @returns The verdict.
 */
export function judgeLive(outcome: LiveOutcome): Verdict {
  const { options, records, meter, wallSeconds, counted } = outcome;
  const accounts = records.map((record) => accountOf(record, outcome));
  const atPrimary = accounts.reduce((sum, one) => sum + (one.counted ?? 0), 0);
  const endTicks = Math.round(wallSeconds * 10_000);
  if (typeof counted !== "string") meter.observed(endTicks, atPrimary);
  meter.end(endTicks);
  const { convergenceSeconds, divergence, stalenessSeconds } = meter.measures();
  const facts: RunFacts = {
    delivery: options.delivery,
    seed: options.seed,
    messages: sumOf(records, (one) => one.reports + one.answers),
    bytes: sumOf(records, (one) => one.bytes),
    retries: sumOf(records, (one) => one.retries),
    rejected: sumOf(records, (one) => one.rejected),
    wallSeconds,
    divergence,
    stalenessSeconds,
    faults: [],
    command: options.command,
    ...primaryFacts(counted, convergenceSeconds),
  };
  return judge(facts, accounts);
}

function primaryFacts(
  counted: CountedBetween | string,
  convergenceSeconds: number | null,
): Partial<RunFacts> {
  if (typeof counted === "string") return { countedUnknown: counted };
  const { reports, duplicates } = counted;
  return {
    convergenceSeconds,
    ...reports !== undefined && { reports },
    ...duplicates !== undefined && { duplicates },
  };
}

function accountOf(
  record: ServerRecord,
  { options, counted }: LiveOutcome,
): ServerAccount {
  return {
    name: record.name,
    generated: record.generated,
    acknowledged: record.acknowledged,
    pending: record.pending,
    stuck: record.isStuck,
    crashed: record.isCrashed,
    ...typeof counted !== "string" && {
      counted: isMarked(options.delivery)
        ? counted.ofSession(record.name, record.sessionText)
        : counted.unmarked(record.name),
    },
    ...record.exit !== undefined && { exit: record.exit },
  };
}

function sumOf(
  records: readonly ServerRecord[],
  value: (record: ServerRecord) => number,
): number {
  return records.reduce((sum, record) => sum + value(record), 0);
}
