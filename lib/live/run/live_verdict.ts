/**
 * From what a parent and its primary know at the end of a live run to the
 * verdict.
 *
 * @module
 */

import { formatFaultPlan } from "../../faults/format.ts";
import { runEndTick } from "../../faults/plan.ts";
import { isMarked } from "../../rules/delivery_traits.ts";
import { secondsFromTicks } from "../../domain/ticks.ts";
import {
  judge,
  type RunFacts,
  type ServerAccount,
  type Verdict,
} from "../../verdict/verdict.ts";
import type { ReadMeasures } from "../../verdict/read_meter.ts";
import { readsVerdictOf } from "../../verdict/replica_verdict.ts";
import type { LiveHistory } from "./live_history.ts";
import type { LiveNetwork } from "./live_network.ts";
import { areAcknowledgementsTimed, type LiveRunOptions } from "./options.ts";
import { type Counted, heldOf } from "./counted_between.ts";
import {
  placesOf,
  replicaFacts,
  type ReplicaOutcome,
} from "../agreement/replica_outcome.ts";
import type { ServerRecord } from "./server_record.ts";

/** The outcome of a live run, as far as its parent knows it. */
export interface LiveOutcome {
  /** The run. */
  readonly options: LiveRunOptions;
  /** Accounts of the likes servers. */
  readonly records: readonly ServerRecord[];
  /** The history so far. */
  readonly history: LiveHistory;
  /** The network, if it was watched: then more is known. */
  readonly network: LiveNetwork | null;
  /** Tick since the start of the run at which all faults were lifted. */
  readonly liftedTick: number;
  /**
   * Tick since the start of the run at which somebody stopped it; infinite if
   * nobody did.
   */
  readonly stoppedTick: number;
  /** Tick since the start of the run at which it was over. */
  readonly endTicks: number;
  /** Counts by the primary; or the reason for which they are not known. */
  readonly counted: Counted | string;
  /** The replicas at the end, where there are several. */
  readonly replicas?: ReplicaOutcome;
  /** Measures of reads, where there are readers. */
  readonly reads?: ReadMeasures;
  /** Names of readers that were killed and left dead. */
  readonly readersGone: readonly string[];
  /** Whether the primary is of the original kind, which never tells. */
  readonly isOriginalPrimary: boolean;
}

/**
 * Judges a live run.
 *
 * @param outcome What is known.
 * @returns The verdict.
 */
export function judgeLive(outcome: LiveOutcome): Verdict {
  const { options, records, history, endTicks, counted } = outcome;
  const drawn = new Map(
    [...history.meter.accounts(options.run.delivery)].map((
      one,
    ) => [one.name, one]),
  );
  const accounts = records.map((record) =>
    accountOf(record, outcome, drawn.get(record.name))
  );
  const { meter } = history.meter;
  if (typeof counted !== "string") {
    const likes = accounts.reduce((sum, one) => sum + (one.counted ?? 0), 0);
    meter.observed(endTicks, likes);
  }
  meter.end(endTicks);
  const { convergenceSeconds, divergence, stalenessSeconds } = meter.measures(
    outcome.liftedTick,
  );
  const facts: RunFacts = {
    delivery: options.run.delivery,
    seed: options.run.seed,
    messages: sumOf(records, (one) => one.reports + one.answers),
    bytes: sumOf(records, (one) => one.bytes),
    retries: sumOf(records, (one) => one.retries),
    rejected: sumOf(records, (one) => one.rejected),
    wallSeconds: secondsFromTicks(endTicks),
    divergence,
    stalenessSeconds,
    faults: formatFaultPlan(options.run.faults, options.run.replicas),
    command: options.command,
    ...outcome.isOriginalPrimary && { isOriginalPrimary: true },
    ...stoppedFact(outcome),
    ...primaryFacts(counted, convergenceSeconds),
    ...outcome.network?.facts,
    ...replicaFacts(outcome),
    ...areAcknowledgementsTimed(options.run) &&
      outcome.network?.acknowledgements,
    ...outcome.reads !== undefined && {
      reads: readsVerdictOf(outcome.reads, outcome.readersGone),
    },
  };
  return judge(facts, accounts);
}

/** A stop after the last lifetime changes nothing of a run. */
function stoppedFact(
  { options, stoppedTick }: LiveOutcome,
): Pick<RunFacts, "stopped"> {
  const plannedTick = runEndTick(options.run);
  if (stoppedTick >= plannedTick) return {};
  return {
    stopped: {
      afterSeconds: secondsFromTicks(stoppedTick),
      plannedSeconds: secondsFromTicks(plannedTick),
    },
  };
}

function primaryFacts(
  counted: Counted | string,
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
  outcome: LiveOutcome,
  drawn: ServerAccount | undefined,
): ServerAccount {
  const { options, counted, network } = outcome;
  const account: ServerAccount = {
    name: record.name,
    draws: record.seq,
    generated: record.generated,
    acknowledged: record.acknowledged,
    pending: record.pending,
    // In mode `dedup` a draw can be wanted again that was acknowledged before,
    // by another replica or by a primary that has forgotten it.
    givenUp: Math.max(
      0,
      record.generated - record.acknowledged - record.pending,
    ),
    stuck: record.isStuck,
    crashed: record.isCrashed,
    discarded: record.discarded,
    ...record.discardReason !== "" && { discardReason: record.discardReason },
    ...record.lastAnswer !== "" && { lastAnswer: record.lastAnswer },
    ...record.refusal !== "" && { refusal: record.refusal },
    ...record.notRun !== undefined && { notRun: record.notRun },
    ...record.exit !== undefined && { exit: record.exit },
  };
  if (typeof counted === "string") return account;
  const areMarked = isMarked(options.run.delivery);
  const likes = heldOf(counted, record, areMarked).total;
  // Draw by draw only if what was seen adds up to what the primary holds.
  const isKnown = drawn?.countedTwice !== undefined &&
    drawn.counted === likes && network?.isCertain(record.id) === true;
  return {
    ...account,
    counted: likes,
    ...placesOf(record, likes, outcome),
    ...isKnown && {
      countedTwice: drawn.countedTwice,
      pending: Math.min(record.pending, drawn.pending),
    },
  };
}

function sumOf(
  records: readonly ServerRecord[],
  value: (record: ServerRecord) => number,
): number {
  return records.reduce((sum, record) => sum + value(record), 0);
}
