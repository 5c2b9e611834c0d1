/**
 * What is shown of a run, as plain data: either world fills it, every view
 * draws it.
 *
 * @module
 */
import type { Verdict } from "../../verdict/verdict.ts";

/** What a run was told. Fields that do not apply are left out. */
export interface RunSetting {
  /**
   * `live`: real processes; `virtual`: simulated time; `primary`: a primary
   * alone, which does not know what is generated.
   */
  readonly world: "live" | "virtual" | "primary";
  /** Delivery mode. */
  readonly delivery?: string;
  /** The root of all randomness. */
  readonly seed?: number;
  /** How many likes servers. */
  readonly servers?: number;
  /** When the last likes server's lifetime ends, in seconds. */
  readonly plannedSeconds?: number;
  /** The command that reproduces the run. */
  readonly command?: string;
  /** The faults, as flags. */
  readonly faultFlags?: readonly string[];
}

/** What can go wrong in a run at a time that is known. */
export type FaultKind = "partition" | "crash" | "pause";

/** A fault on the time axis. */
export interface FaultMark {
  /** What happens. */
  readonly kind: FaultKind;
  /** When it begins, in seconds. */
  readonly fromSeconds: number;
  /** When it is over, in seconds; null: never, or not known yet. */
  readonly untilSeconds: number | null;
  /**
   * Whom it touches: ids of likes servers, both ends included; the primary; or
   * all likes servers.
   */
  readonly who:
    | "primary"
    | "all"
    | readonly (readonly [first: number, last: number])[];
  /** What a partition cuts: both ways, reports only, replies only. */
  readonly cut?: "both" | "reports" | "replies";
  /** True where it is of no plan: somebody outside did it. */
  readonly unplanned?: boolean;
}

/** The lines of a run. Equal lengths; null where a value is not known. */
export interface RunSeries {
  /** When, in seconds since the start. */
  readonly seconds: readonly number[];
  /** Likes generated until then. */
  readonly generated: readonly (number | null)[];
  /** Likes at the primary. */
  readonly counted: readonly (number | null)[];
  /**
   * Likes generated minus likes at the primary: the lowest since the point
   * before …
   */
  readonly gapMin: readonly (number | null)[];
  /** … and the highest. */
  readonly gapMax: readonly (number | null)[];
  /**
   * Age of the oldest like not yet counted, in seconds: the highest since the
   * point before.
   */
  readonly staleness: readonly (number | null)[];
}

/** Names of the lines of {@linkcode RunSeries}, besides `seconds`. */
export const SERIES_NAMES = [
  "generated",
  "counted",
  "gapMin",
  "gapMax",
  "staleness",
] as const satisfies readonly (keyof RunSeries)[];

/**
 * What a likes server is doing; a primary alone can tell those that report from
 * those that have not for a while.
 */
export type ServerState =
  | "not started"
  | "drawing"
  | "waiting"
  | "stuck"
  | "paused"
  | "crashed"
  | "ended"
  | "reporting"
  | "silent";

/** One likes server. */
export interface ServerRow {
  /** Its id. */
  readonly id: number;
  /** What it is doing. */
  readonly state: ServerState;
  /** Likes it generated; null where that is not known. */
  readonly generated: number | null;
  /** Likes of it that were acknowledged; null where that is not known. */
  readonly acknowledged: number | null;
  /** Likes of it at the primary; null where that is not known. */
  readonly counted: number | null;
  /**
   * Its gap over time, the highest of each stretch; left out in an update where
   * it has not changed.
   */
  readonly gaps?: readonly number[];
}

/** Something that happened, in words. */
export interface RunEvent {
  /** When, in seconds since the start. */
  readonly seconds: number;
  /** Who: a likes server, the primary, the network. */
  readonly who: string;
  /** What. */
  readonly text: string;
  /** Whether it is something wrong, and whether it is a repair. */
  readonly tone: "plain" | "bad" | "good";
}

/** All that is shown of a run, at one moment. */
export interface RunPicture {
  /** What it was told. */
  readonly setting: RunSetting;
  /** How far it is, in seconds. */
  readonly nowSeconds: number;
  /** What a primary alone tells besides, in a sentence. */
  readonly note?: string;
  /** Likes servers alive now; left out where that is not known. */
  readonly alive?: number;
  /** Likes generated; null where that is not known. */
  readonly generated: number | null;
  /** Likes acknowledged; null where that is not known. */
  readonly acknowledged: number | null;
  /** Likes at the primary; null where that is not known. */
  readonly counted: number | null;
  /**
   * Age of the oldest like not yet counted, in seconds; null where that is not
   * known.
   */
  readonly stalenessSeconds: number | null;
  /**
   * Quantiles of that age over time so far, in seconds; left out where they are
   * not known.
   */
  readonly stalenessSoFar?: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** The lines. */
  readonly series: RunSeries;
  /** The faults. */
  readonly faults: readonly FaultMark[];
  /** Likes servers: all of them, or those that are furthest behind. */
  readonly servers: readonly ServerRow[];
  /** How many likes servers are not listed. */
  readonly serversHidden: number;
  /** The last events, the latest first. */
  readonly events: readonly RunEvent[];
  /** The verdict, once it is there; without its list of likes servers. */
  readonly verdict?: Verdict;
}
