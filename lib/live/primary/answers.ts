/**
 * The primary's answers to queries.
 *
 * @module
 */

import type { Query } from "../../protocol/queries.ts";
import {
  type Entry,
  formatEntry,
  formatTotal,
} from "../../protocol/replies.ts";
import { formatSession, serverName } from "../../protocol/report.ts";
import {
  DUPLICATE,
  LIVE_SERVER_MAX,
  reasonOf,
} from "../../protocol/validator.ts";
import { FULL, type PrimaryRules } from "../../rules/primary_rules.ts";
import { ReplicaRules } from "../../rules/replica_rules.ts";
import type { Replica } from "../replica/replica.ts";
import type { PrimaryCounters } from "./counters.ts";
import type { Journal } from "./journal.ts";
import type { ComponentStats, ReplicaStats, StatsCounters } from "./stats.ts";

/** The state of a primary that answers are made from. */
export interface AnswerSources {
  /** The ledger and its sessions. */
  readonly rules: PrimaryRules;
  /** The primary as one of several replicas; null if it is alone. */
  readonly replica: Replica | null;
  /** Counts of reports, connections and bytes. */
  readonly counters: PrimaryCounters;
  /** The primary's log. */
  readonly journal: Journal;
  /** The durability with which reports are answered. */
  readonly durability: string;
  /** Seconds since the primary started to listen. */
  readonly uptimeSeconds: () => number;
}

/**
 * The answer to a query. Take its pieces at once and between groups: what is
 * counted and not logged yet must not be told, and all pieces have to tell of
 * the same moment.
 *
 * @param query The query
 * @param sources The state to tell of
 * @returns The answer's text with its LF, in pieces of some hundred characters
 */
export function* answerPieces(
  query: Query,
  sources: AnswerSources,
): Generator<string> {
  const { rules } = sources;
  switch (query.kind) {
    case "total":
      yield formatTotal(rules.ledger.total);
      break;
    case "value":
      yield* valuePieces(
        query.server,
        rules,
        rules.sessions.rowsOf(query.server),
      );
      break;
    case "session": {
      const { server, sessionHigh, sessionLow } = query;
      const session = rules.sessions.find(server, sessionHigh, sessionLow);
      yield* valuePieces(server, rules, session < 0 ? [] : [session]);
      break;
    }
    case "stats":
      yield* statsPieces(sources);
      break;
    case "counters":
      yield JSON.stringify(countersOf(sources));
  }
  yield "\n";
}

function* valuePieces(
  server: number,
  rules: PrimaryRules,
  rows: readonly number[],
): Generator<string> {
  let likes = rules.unmarkedOf(server);
  for (const row of rows) {
    likes += rules.ledger.totalOf(rules.firstSessionRow + row);
  }
  yield `VALUE ${serverName(server)} ${likes}`;
  for (const row of rows) {
    const entry = entryOf(row, rules);
    if (entry.seq > 0) yield ` ${formatEntry(entry)}`;
  }
}

/** A session's entry; seq 0 if its only report could not be logged. */
function entryOf(row: number, rules: PrimaryRules): Entry {
  const { sessions, ledger, firstSessionRow } = rules;
  return {
    session: formatSession(sessions.highOf(row), sessions.lowOf(row)),
    seq: ledger.lastSeqOf(firstSessionRow + row),
    total: ledger.totalOf(firstSessionRow + row),
  };
}

function* statsPieces(sources: AnswerSources): Generator<string> {
  const { rules } = sources;
  yield `${JSON.stringify(countersOf(sources)).slice(0, -1)},"servers":[`;
  let isFirst = true;
  for (let server = 0; server <= LIVE_SERVER_MAX; server++) {
    const rows = heldRowsOf(server, rules);
    const components = componentsOf(server, rules);
    // A report of no likes is counted, too: a row's seq tells.
    const isUnmarked = rules.ledger.lastSeqOf(server) > 0 ||
      components !== undefined && components.length > 0;
    if (!isUnmarked && rows.length === 0) continue;
    const name = serverName(server);
    const unmarked = rules.unmarkedOf(server);
    const head = JSON.stringify({ name, unmarked, components, sessions: [] });
    yield `${isFirst ? "" : ","}${head.slice(0, -2)}`;
    isFirst = false;
    for (const [i, row] of rows.entries()) {
      const entry = JSON.stringify(entryOf(row, rules));
      yield i === 0 ? entry : `,${entry}`;
    }
    yield "]}";
  }
  yield "]}";
}

/** The sessions of a likes server of which something is counted. */
function heldRowsOf(
  server: number,
  { sessions, ledger, firstSessionRow }: PrimaryRules,
): number[] {
  return sessions.rowsOf(server)
    .filter((row) => ledger.lastSeqOf(firstSessionRow + row) > 0);
}

/** The components of a likes server at a replica; undefined at no replica. */
function componentsOf(
  server: number,
  rules: PrimaryRules,
): ComponentStats[] | undefined {
  if (!(rules instanceof ReplicaRules)) return undefined;
  const { ledger } = rules;
  const others = rules.componentsOf(server).map((session) => {
    const { session: incarnation, ...counts } = entryOf(session, rules);
    return { incarnation, ...counts };
  });
  const seq = ledger.lastSeqOf(server);
  if (seq === 0) return others;
  const incarnation = formatSession(...rules.incarnation);
  return [{ incarnation, seq, total: ledger.totalOf(server) }, ...others];
}

function countersOf(sources: AnswerSources): StatsCounters {
  const { rules, counters, journal, replica } = sources;
  return {
    total: rules.ledger.total,
    uptimeSeconds: sources.uptimeSeconds(),
    durability: sources.durability,
    reports: counters.reports,
    acks: counters.acks,
    duplicates: counters.of(DUPLICATE),
    rejected: Object.fromEntries(
      counters.refusals.map((code) => [reasonOf(code), counters.of(code)]),
    ),
    gaps: counters.gaps,
    full: counters.of(FULL),
    closing: counters.closing,
    busy: counters.busy,
    cutOff: counters.cutOff,
    connectionsOpen: counters.connectionsOpen,
    connectionsTotal: counters.connectionsTotal,
    bytesReceived: counters.bytesReceived,
    bytesSent: counters.bytesSent,
    journalBytes: journal.bytes + journal.delayedBytes,
    resumedReports: counters.resumedReports,
    ...replica !== null && { replica: replicaStats(replica) },
  };
}

function replicaStats(replica: Replica): ReplicaStats {
  const { epoch, rules } = replica.parts;
  return {
    name: replica.name,
    epoch,
    incarnation: formatSession(...rules.incarnation),
    version: rules.feeds.last(0),
    digest: replica.digest.value(),
    ...replica.counters,
  };
}
