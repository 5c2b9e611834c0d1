/**
 * Gathers what the primary answers to STATS.
 *
 * @module
 */

import { formatSession, serverName } from "../../protocol/report.ts";
import {
  DUPLICATE,
  LIVE_SERVER_MAX,
  reasonOf,
} from "../../protocol/validator.ts";
import { FULL, type PrimaryRules } from "../../rules/primary_rules.ts";
import type { Journal } from "./journal.ts";
import type { PrimaryCounters } from "./counters.ts";
import type { ServerStats, SessionStats, Stats } from "./stats.ts";

/** Where the numbers are. */
export interface StatsSources {
  /** What is counted. */
  readonly rules: PrimaryRules;
  /** What was done. */
  readonly counters: PrimaryCounters;
  /** What is logged. */
  readonly journal: Journal;
  /** Seconds since the primary started to listen. */
  readonly uptimeSeconds: number;
  /** When a report is answered. */
  readonly durability: string;
}

/**
 * Gathers the numbers. Call it between groups: what is counted and not logged
 * yet must not be told.
 *
 * @param sources Where the numbers are
 * @returns What to answer
 */
export function gatherStats(sources: StatsSources): Stats {
  const { rules, counters, journal } = sources;
  return {
    total: rules.ledger.total,
    uptimeSeconds: sources.uptimeSeconds,
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
    servers: serverStats(rules),
  };
}

function serverStats(rules: PrimaryRules): ServerStats[] {
  const { ledger } = rules;
  const sessions = sessionsByServer(rules);
  const servers: ServerStats[] = [];
  for (let server = 0; server <= LIVE_SERVER_MAX; server++) {
    const own = sessions.get(server) ?? [];
    // A report of no likes is counted, too: a row's seq tells.
    if (ledger.lastSeqOf(server) === 0 && own.length === 0) continue;
    servers.push({
      name: serverName(server),
      unmarked: ledger.totalOf(server),
      sessions: own,
    });
  }
  return servers;
}

function sessionsByServer(rules: PrimaryRules): Map<number, SessionStats[]> {
  const { ledger, sessions, firstSessionRow } = rules;
  const byServer = new Map<number, SessionStats[]>();
  for (let session = 0; session < sessions.size; session++) {
    const row = firstSessionRow + session;
    const seq = ledger.lastSeqOf(row);
    if (seq === 0) continue; // Its only report could not be logged.
    const server = sessions.serverOf(session);
    const own = byServer.get(server) ?? [];
    if (own.length === 0) byServer.set(server, own);
    own.push({
      session: formatSession(sessions.highOf(session), sessions.lowOf(session)),
      seq,
      total: ledger.totalOf(row),
    });
  }
  return byServer;
}
