/**
 * The answers to the queries `STATS` and `COUNTERS`: what the primary
 * holds and has done, as one line of JSON.
 *
 * @module
 */

import type { Entry } from "../../protocol/replies.ts";
import { SERVER_NAME_REGEXP } from "../../protocol/report.ts";
import { ReplicaCounters } from "../replica/replica_counters.ts";

/**
 * Likes counted from reports without a mark of one likes server by one
 * incarnation of one replica.
 */
export interface ComponentStats {
  /** Name of the incarnation, 16 lower-case hexadecimal digits. */
  readonly incarnation: string;
  /** Reports counted. */
  readonly seq: number;
  /** Likes counted. */
  readonly total: number;
}

/** The likes counted of one likes server. */
export interface ServerStats {
  /** Name, such as `LikesServer3`. */
  readonly name: string;
  /** Likes counted from reports without a mark, at any replica. */
  readonly unmarked: number;
  /**
   * Likes without a mark by replica and incarnation, this one's first; absent
   * where there are no replicas.
   */
  readonly components?: readonly ComponentStats[];
  /**
   * Sessions of which something was counted, in the order of their first
   * report.
   */
  readonly sessions: readonly Entry[];
}

/** A replica, and the exchanges that it has held since it was started. */
export interface ReplicaStats extends Readonly<ReplicaCounters> {
  /** Name, such as `primary1`. */
  readonly name: string;
  /** Epoch of the replica's present life, 1 to 2^53 - 1. */
  readonly epoch: number;
  /** Name of its components, 16 lower-case hexadecimal digits. */
  readonly incarnation: string;
  /** Changes since it was started, or resumed. */
  readonly version: number;
  /**
   * Fingerprint of all entries, 16 lower-case hexadecimal digits: that of two
   * replicas is the same if they agree.
   */
  readonly digest: string;
}

/** The answer to `COUNTERS`. */
export interface StatsCounters {
  /** Likes counted, of all likes servers. */
  readonly total: number;
  /** Seconds since this process started to listen. */
  readonly uptimeSeconds: number;
  /** Durability of answered reports: `none`, `write` or `fsync`. */
  readonly durability: string;
  /**
   * Reports that reached this process, first copies and repeats, whatever
   * became of them.
   */
  readonly reports: number;
  /** Reports answered `ACK`. */
  readonly acks: number;
  /** Old repeats among these, which counted nothing. */
  readonly duplicates: number;
  /** Reports refused for good, by reason. */
  readonly rejected: Readonly<Record<string, number>>;
  /** Reports answered `NAK gap`. */
  readonly gaps: number;
  /** Reports answered `NAK full`. */
  readonly full: number;
  /** Reports answered `NAK closing`. */
  readonly closing: number;
  /** Connections answered `NAK busy`. */
  readonly busy: number;
  /**
   * Connections closed because a line was not completed, or replies not read,
   * in time.
   */
  readonly cutOff: number;
  /** Connections that are open, the one that asks included. */
  readonly connectionsOpen: number;
  /** Connections accepted. */
  readonly connectionsTotal: number;
  /** Bytes received. */
  readonly bytesReceived: number;
  /** Bytes sent, without this answer. */
  readonly bytesSent: number;
  /** Bytes in the journal. */
  readonly journalBytes: number;
  /** Reports counted by earlier runs, found in the journal by `--resume`. */
  readonly resumedReports: number;
  /** The primary as one of several replicas; absent if it is alone. */
  readonly replica?: ReplicaStats;
}

/** The answer to `STATS`. */
export interface Stats extends StatsCounters {
  /** The likes servers of which something was counted, by id. */
  readonly servers: readonly ServerStats[];
}

const COUNTS = [
  "total",
  "reports",
  "acks",
  "duplicates",
  "gaps",
  "full",
  "closing",
  "busy",
  "cutOff",
  "connectionsOpen",
  "connectionsTotal",
  "bytesReceived",
  "bytesSent",
  "journalBytes",
  "resumedReports",
] as const;

const { mergedLikes: _, ...counted } = new ReplicaCounters();
const REPLICA_COUNTS = ["epoch", "version", ...Object.keys(counted)];

const HEX_REGEXP = /^[0-9a-f]{16}$/;

/**
 * Reads the answer of a primary to `STATS`. Fields that are not known here are
 * passed over: a newer primary may say more.
 *
 * @param line What the primary answered, without its LF
 * @returns What it said
 * @throws {SyntaxError} If it is not what a primary of this kind answers; an
 * original one says nothing of the sort
 *
 * @example
 * ```ts ignore
 * const stats = parseStats(line);
 * console.log(stats.total, stats.servers.length);
 * ```
 */
export function parseStats(line: string): Stats {
  const value = parseRecord(line);
  const { servers } = value;
  if (!Array.isArray(servers)) return fail("servers is no list", servers);
  const odd = servers.find((server) => !isServerStats(server));
  if (odd !== undefined) fail("a server is not as expected", odd);
  return value as unknown as Stats; // Every field was checked.
}

/**
 * Reads the answer of a primary to `COUNTERS`, as {@linkcode parseStats}
 * does.
 *
 * @param line What the primary answered, without its LF
 * @returns What it said
 * @throws {SyntaxError} If it is not what a primary of this kind answers
 */
export function parseStatsCounters(line: string): StatsCounters {
  return parseRecord(line) as unknown as StatsCounters; // It was checked.
}

function parseRecord(line: string): Record<string, unknown> {
  const value: unknown = JSON.parse(line);
  if (!isRecord(value)) return fail("it is no object", value);
  for (const name of COUNTS) {
    if (!isCount(value[name])) fail(`${name} is no count`, value[name]);
  }
  const { uptimeSeconds, durability, rejected } = value;
  if (typeof uptimeSeconds !== "number" || !(uptimeSeconds >= 0)) {
    fail("uptimeSeconds is no number of seconds", uptimeSeconds);
  }
  if (typeof durability !== "string") {
    fail("durability is no text", durability);
  }
  if (!isRecord(rejected) || !Object.values(rejected).every(isCount)) {
    fail("rejected is no table of counts", rejected);
  }
  const { replica } = value;
  if (replica !== undefined && !isReplicaStats(replica)) {
    fail("replica is not as expected", replica);
  }
  return value;
}

function isReplicaStats(value: unknown): boolean {
  return isRecord(value) && isMatch(value.name, /^primary\d+$/) &&
    isMatch(value.incarnation, HEX_REGEXP) &&
    isMatch(value.digest, HEX_REGEXP) &&
    // Likes can fall where somebody sent entries of his own.
    Number.isSafeInteger(value.mergedLikes) &&
    REPLICA_COUNTS.every((name) => isCount(value[name]));
}

function isServerStats(value: unknown): boolean {
  return isRecord(value) && isMatch(value.name, SERVER_NAME_REGEXP) &&
    isCount(value.unmarked) && areCounts(value.sessions, "session") &&
    (value.components === undefined ||
      areCounts(value.components, "incarnation"));
}

/** Whether these are entries, each with a key of that name. */
function areCounts(values: unknown, key: string): boolean {
  return Array.isArray(values) &&
    values.every((value: unknown) =>
      isRecord(value) && isMatch(value[key], HEX_REGEXP) &&
      isCount(value.seq) && isCount(value.total)
    );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isMatch(value: unknown, pattern: RegExp): boolean {
  return typeof value === "string" && pattern.test(value);
}

function fail(reason: string, value: unknown): never {
  throw new SyntaxError(
    `Cannot read the answer to STATS: ${reason}: ${
      JSON.stringify(value)?.slice(0, 100)
    }`,
  );
}
