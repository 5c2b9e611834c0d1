/**
 * Statistics of a primary, for tests.
 *
 * @module
 */

import type { Stats } from "../../../lib/live/primary/stats.ts";

/** Statistics of an idle primary, but for some changes. */
export function statsWith(changes: Partial<Stats> = {}): Stats {
  return {
    total: 0,
    uptimeSeconds: 100,
    durability: "write",
    reports: 0,
    acks: 0,
    duplicates: 0,
    rejected: {},
    gaps: 0,
    full: 0,
    closing: 0,
    busy: 0,
    cutOff: 0,
    connectionsOpen: 1,
    connectionsTotal: 1,
    bytesReceived: 0,
    bytesSent: 0,
    journalBytes: 0,
    resumedReports: 0,
    servers: [],
    ...changes,
  };
}
