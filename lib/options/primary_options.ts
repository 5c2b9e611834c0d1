/**
 * Options of a primary and their defaults.
 *
 * @module
 */

import type { Durability } from "../domain/durability.ts";
import type { GossipInterval } from "../rules/choice.ts";
import { DEFAULT_RUN } from "./run_options.ts";

/** Options of a primary among several replicas that hold the same data. */
export interface ReplicaOptions {
  /** Number of this replica, from 0 to the number of its peers. */
  readonly number: number;
  /**
   * Ports of the others at 127.0.0.1, in the order of their numbers; 1 to 31.
   */
  readonly peers: readonly number[];
  /** Wait between the exchanges that it begins; null: it begins none. */
  readonly gossip: GossipInterval | null;
  /** `PUSH`, `PULL` or `PUSH_PULL`: the style of those. */
  readonly style: number;
  /** Whom it asks, and when, comes from it: 0 to 2^53 - 1. */
  readonly seed: number;
}

/** Options of `servePrimary()`. */
export interface PrimaryOptions {
  /** Port at 127.0.0.1, 0 to 65535; 0: any that is free. @default {54321} */
  readonly port?: number;
  /**
   * Whether to take the next port that is free if `port` is in use. @default
   * {false}
   */
  readonly searchPort?: boolean;
  /** Folder of `PrimaryLikesLog` and its lock. @default {"/tmp"} */
  readonly logDir?: string;
  /** Durability that a report has before it is answered. @default {"write"} */
  readonly durability?: Durability;
  /**
   * Whether to go on from the log of an earlier run, instead of replacing it.
   * @default {false}
   */
  readonly resume?: boolean;
  /**
   * Whether to stop, as the original program does, when a reply cannot be sent.
   * @default {false}
   */
  readonly exitOnAckFailure?: boolean;
  /**
   * The most connections open at once; others are answered `NAK busy`. @default
   * {16384}
   */
  readonly maxConnections?: number;
  /**
   * The most sessions; reports of others are answered `NAK full`. @default
   * {1000000}
   */
  readonly maxSessions?: number;
  /**
   * Longest time from the first byte of a line to its LF, in milliseconds.
   * @default {10000}
   */
  readonly lineTimeoutMs?: number;
  /**
   * Longest time without progress while replies are sent, in milliseconds.
   * @default {10000}
   */
  readonly replyTimeoutMs?: number;
  /** Place among replicas; null: a primary alone. @default {null} */
  readonly replica?: ReplicaOptions | null;
}

/** The default of every option. */
export const PRIMARY_DEFAULTS: Required<PrimaryOptions> = {
  port: 54321,
  searchPort: false,
  logDir: "/tmp",
  durability: DEFAULT_RUN.durability,
  resume: false,
  exitOnAckFailure: false,
  maxConnections: 16384,
  maxSessions: 1_000_000,
  lineTimeoutMs: 10_000,
  replyTimeoutMs: 10_000,
  replica: null,
};

/** `primary`: every option of a primary that has a flag. */
export interface PrimaryCommandOptions extends
  Required<
    Omit<PrimaryOptions, "lineTimeoutMs" | "replyTimeoutMs">
  > {
  /** Whether it serves a page that shows what it counts. */
  readonly dashboard: boolean;
  /** The first port to try for that page. */
  readonly pagePort: number;
  /** Whether it stops when its standard input closes. */
  readonly untilStdinCloses: boolean;
}
